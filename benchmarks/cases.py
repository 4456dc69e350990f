"""Measured requests: each page and a support, without end."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote

from benchmarks import client, crowd
from benchmarks.client import request


@dataclass(frozen=True)
class Case:
    """Something people do: its name and the requests that do it, without end."""

    name: str
    requests: Callable[[], bytes]
    status: int = 200


FLOOR = Case("floor: one SELECT", lambda: request("GET", "/"))


async def cases(port: int, tokens: list[str]) -> list[Case]:
    """Actions of people on a consultation; the tokens are those of signed-in people."""
    home = f"/fr/c/{crowd.SLUG}"
    seeds, talked, words = cycle(range(1, 10**6)), cycle(crowd.TALKED_OF), cycle(("piste", "gare"))
    people = cycle(f"session={token}" for token in tokens)
    return [
        Case(
            "proposal list, random order",
            lambda: request("GET", f"{home}/propositions?graine={next(seeds)}"),
        ),
        Case(
            "proposal list, signed in",
            lambda: request(
                "GET", f"{home}/propositions?graine={next(seeds)}", cookie=next(people)
            ),
        ),
        Case(
            "proposal list, searched",
            lambda: request("GET", f"{home}/propositions?graine=1&q={quote(next(words))}"),
        ),
        Case("proposal, ten comments", lambda: request("GET", f"{home}/p/{next(talked)}")),
        Case("consultation page", lambda: request("GET", home)),
        Case("home page", lambda: request("GET", "/fr")),
        Case("support, form", _supporting(tokens, _support_form), status=303),
        Case("support, JSON", _supporting(tokens, _support_json)),
    ]


def _supporting(
    tokens: list[str], written: Callable[[int, bool, str], bytes]
) -> Callable[[], bytes]:
    """Requests of one person after another; each supports a proposal, then takes it back."""
    waiting = deque((number, True, one) for number, one in enumerate(tokens, start=1))

    def following() -> bytes:
        number, give, cookie = waiting.popleft()
        waiting.append((number, not give, cookie))
        return written(number, give, cookie)

    return following


def _support_form(number: int, give: bool, cookie: str) -> bytes:
    verb = "soutenir" if give else "ne-plus-soutenir"
    path = f"/fr/c/{crowd.SLUG}/p/{number}/{verb}"
    return request("POST", path, cookie=f"session={cookie}", sec_fetch_site="same-origin")


def _support_json(number: int, give: bool, cookie: str) -> bytes:
    path = f"/api/v1/consultations/{crowd.SLUG}/proposals/{number}/support"
    method = "PUT" if give else "DELETE"
    return request(method, path, cookie=f"session={cookie}", sec_fetch_site="same-origin")


async def once(port: int, sent: bytes) -> client.Answer:
    """The answer to one request, on a connection of its own."""
    caller = await client.connect(port)
    answer = await caller.ask(sent)
    caller.close()
    return answer
