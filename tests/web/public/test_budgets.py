"""Cost limits of each route: the largest hostile input that it takes, in processor and memory.

Generated over the table of `access.py`. Times are those of the processor, so that a busy machine
makes none of them longer, and limits grow on a slow one; the same input without the project's
bounds takes from ten times as long to minutes.
"""

import json
import os
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from litestar import Litestar
from msgspec import inspect

from api.core.bodies import LONG, MORE_BY, SMALL
from tests.site import Visitor
from tests.web.access import ACCESS, LET_IN
from tests.web.test_access import LEAVES, World, windows, world
from web.staff.consultations.fields import LINES, POLL_FIELDS, TEXTS

__all__ = ["windows", "world"]  # fixtures

CPU = 1.0  # seconds of processor that a small body or an address may take: the dearest takes 0.2
CPU_LARGE = 4.0  # and a megabyte of somebody who may send it
MEMORY = 400  # megabytes that all of them together may add

# Texts that are costly to compose, fold, parse, search or render; each is repeated.
TEXTS_OF_EVIL = {
    "accents": "\u0301\u0323",
    "marks that come apart": "\u0344",
    "digits": "9",
    "brackets": "[",
    "emphasis": "*a _b ",
    "quotes": "> ",
    "list": "- ",
    "backquotes": "`a``b",
    "links": "[a](",
    "entities": "&#x41;<b",
    "lines": "\r\n",
    "spaces": " \u00a0",
    "dots": "a.a@",
    "unseen": "\u200b\u202e",
    "wide": "\ufdfa",  # one sign that folds into eighteen
    "nothing that is text": "\x00\x1b\x7f",
}
ASKED = (
    *("mots", "words", "suite", "cursor", "theme", "sort", "tri", "seed", "code", "side", "cote"),
    *("after", "size", "state", "lang", "fait", "motif"),
)
HEADERS = {
    "accept-language": "fr;q=0.5," * 3000,
    "referer": "http://localhost:8000/" + "a/" * 8000,
    "accept": "text/html;q=0.1," * 2000,
    "x-forwarded-for": "1.2.3.4," * 3000,
}
FILES = ("file", "key", "shares", "minutes", "signatures", "pdf", "recount")


def every_name(site: Litestar) -> list[str]:
    """The names of all fields that any route reads."""
    found = {"submission", "voters", "receipt", "choix", "g-1", "r-1", "suite", *TEXTS}
    found |= {*LINES, *(f"polls.0.{name}" for name in POLL_FIELDS)}
    for route in site.routes:
        for handler in getattr(route, "route_handlers", []):
            data = handler.parsed_fn_signature.parameters.get("data")
            if data is not None:
                kind: Any = inspect.type_info(data.annotation)
                found |= {field.name for field in kind.fields}
    return sorted(found)


def filled(unit: str, size: int) -> str:
    """A text of so many bytes as a form sends it, beginning with a letter."""
    return "a" + unit * max(1, size // len(quote(unit)))


def forms_of_evil(names: list[str], size: int) -> Iterator[tuple[str, bytes]]:
    """Forms of a size: a text in each field, one text in one field, and broken ones."""
    each = (size - 40 * len(names)) // len(names)
    for told, unit in TEXTS_OF_EVIL.items():
        yield told, urlencode(dict.fromkeys(names, filled(unit, each))).encode()
    for name in ("title", "name", "email", "code", "words", "receipt", "voters"):
        yield f"accents in {name}", urlencode({name: filled("\u0301\u0323", size - 40)}).encode()
    yield "fields", b"&".join(b"%d=" % number for number in range(size // 7))
    yield "one field again and again", b"&".join([b"voters=1"] * (size // 9))
    yield "signs that are cut", b"title=" + b"%f0%9f" * (size // 6)


def json_of_evil(names: list[str], size: int) -> Iterator[tuple[str, bytes]]:
    """JSON of a size: deep, wide, long, and with large numbers."""
    each = (size - 40 * len(names)) // len(names) // 2
    for told, unit in TEXTS_OF_EVIL.items():
        long = "a" + unit * (each // len(unit.encode()))
        yield told, json.dumps(dict.fromkeys(names, long), ensure_ascii=False).encode()
        yield f"{told} in lists", json.dumps(dict.fromkeys(names, [long] * 2)).encode()[:size]
    for name in ("title", "email", "code", "submission", "minutes"):
        long = "a" + "\u0301\u0323" * (size // 4 - 20)
        yield f"accents in {name}", json.dumps({name: long}, ensure_ascii=False).encode()
    yield "deep", b'{"phases":' + b"[" * (size - 20)
    yield "deep and closed", b'{"title":' + b"[" * (size // 2 - 9) + b"]" * (size // 2 - 9) + b"}"
    yield "wide", json.dumps({str(n): 0 for n in range(size // 12)}).encode()
    for name in ("phases", "options", "voters", "ballots", "themes", "choice", "polls"):
        yield f"many {name}", json.dumps({name: [{}] * (size // 5)}).encode()
        marks = {str(n): 1 for n in range(size // 11)}
        yield f"many in {name}", json.dumps({name: [marks], "choice": marks}).encode()
    yield "digits", b'{"choice":{"1":' + b"9" * (size - 20) + b"}}"
    yield "exponent", b'{"number":1e' + b"9" * 300 + b',"choice":{"1":-1e309}}'
    yield "half signs", b'{"title":"' + b"\\ud800" * (size // 6 - 10) + b'"}'


def files_of_evil(size: int) -> Iterator[tuple[str, bytes]]:
    """A file of a size in each field that may be one."""
    contents = {
        "accents": b"identifiant\n" + ("a" + "\u0301\u0323" * (size // 4)).encode(),
        "short lines": b"identifiant\n" + b"\n".join(b"%d" % n for n in range(size // 7)),
        "long lines": b"identifiant;nom\n"
        + (b"1;" + "\u0344".encode() * 400 + b"\n") * (size // 810),
        "columns": b";" * size,
        "quotes": b'"' * size,
        "deep": b"[" * size,
        "zeros": b"\x00" * size,
        "digits": b'{"a":' + b"9" * size,
    }
    for told, content in contents.items():
        parts = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n%s\r\n'
            % (name.encode(), content[: size // len(FILES)])
            for name in FILES
        )
        yield told, parts + b"--b--\r\n"


@pytest.fixture(scope="module")
def largest(site: Litestar) -> set[str]:
    """The routes (`POST /fr/…`) to which some may send a megabyte or more."""
    return {
        f"{method} {route.path_format}"
        for route in site.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if MORE_BY in handler.opt
    }


class Meter:
    """Cost of requests, and those that cost or answer what they should not."""

    def __init__(self, most: float) -> None:
        self.most = most * max(1.0, slowness())
        self.faults, self.dearest = list[str](), (0.0, "")
        self.begun = memory()

    async def send(self, told: str, sending: Awaitable[httpx.Response]) -> None:
        """Note what a request costs, and whether it failed."""
        begun = time.process_time()
        answer = await sending
        spent = time.process_time() - begun
        self.dearest = max(self.dearest, (spent, told))
        if spent > self.most:
            self.faults.append(f"{told}: {spent:.2f} s")
        if answer.status_code >= 500:
            self.faults.append(f"{told}: {answer.status_code}")

    def verdict(self) -> None:
        grown = memory() - self.begun
        assert not self.faults, "\n".join(self.faults[:40])
        assert grown < MEMORY, f"{grown} MB more; the dearest was {self.dearest}"


def slowness() -> float:
    """How many times longer this machine takes than the one that the limits were chosen on."""
    begun = time.process_time()
    sum(number * number for number in range(1_000_000))
    return (time.process_time() - begun) / 0.08


def memory() -> int:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def changing() -> list[tuple[str, str, str]]:
    """(route, method, path) of the changing routes."""
    return [(one, *one.split()) for one in ACCESS if not one.startswith("GET ")]  # type: ignore[misc]


def somebody(route: str) -> str:
    """An audience of a route that does not end its own session by it."""
    reach = LET_IN[ACCESS[route]]
    if any(mark in route for mark in LEAVES):
        return "visitor"
    return next((one for one in ("administrator", "author") if one in reach), "visitor")


@pytest.mark.parametrize("who", ["a stranger", "the right person"])
async def test_a_small_body_costs_little_whatever_it_holds(
    who: str, site: Litestar, world: World, windows: dict[str, Visitor]
) -> None:
    names, meter = every_name(site), Meter(CPU)
    forms = list(forms_of_evil(names, SMALL - 100))
    bodies = list(json_of_evil(names, SMALL - 100))
    for place, (route, method, path) in enumerate(changing()):
        sender = "visitor" if who == "a stranger" else somebody(route)
        if who == "the right person" and sender == "visitor":
            continue  # sent as a stranger
        visitor = windows[sender]
        api = path.startswith("/api/")
        kind = "application/json" if api else "application/x-www-form-urlencoded"
        headers = {"content-type": kind}
        # Every route gets a sixth of them, and every sixth route the same ones.
        for told, body in (bodies if api else forms)[place % 6 :: 6]:
            address = world.address(path, world.names)
            await meter.send(
                f"{route}: {told}",
                visitor.http.request(method, address, content=body[:SMALL], headers=headers),
            )
    meter.verdict()


async def test_a_large_body_of_those_who_may_send_it_is_bounded_too(
    site: Litestar, world: World, windows: dict[str, Visitor], largest: set[str]
) -> None:
    names, meter, visitor = every_name(site), Meter(CPU_LARGE), windows["administrator"]
    forms = list(forms_of_evil(names, LONG - 100))
    bodies = list(json_of_evil(names, LONG - 100))
    files = list(files_of_evil(LONG - 2000))
    for place, (route, method, path) in enumerate(o for o in changing() if o[0] in largest):
        if path.startswith("/api/"):
            sent = [("application/json", body) for body in bodies]
            sent += [("text/csv", file) for file in files]
        else:
            sent = [("application/x-www-form-urlencoded", form) for form in forms]
            sent += [("multipart/form-data; boundary=b", file) for file in files]
        for kind, (told, body) in sent[place % 8 :: 8]:
            headers = {"content-type": kind}
            address = world.address(path, world.names)
            await meter.send(
                f"{route}: {told}",
                visitor.http.request(method, address, content=body[:LONG], headers=headers),
            )
    meter.verdict()


@pytest.mark.parametrize("who", ["a stranger", "the right person"])
async def test_an_address_costs_little_whatever_it_holds(
    who: str, world: World, windows: dict[str, Visitor]
) -> None:
    meter = Meter(CPU)
    for place, route in enumerate(one for one in ACCESS if one.startswith("GET ")):
        sender = "visitor" if who == "a stranger" else somebody(route)
        if who == "the right person" and sender == "visitor":
            continue  # sent as a stranger
        visitor = windows[sender]
        path = world.address(route.split()[1], world.names)
        for told, unit in list(TEXTS_OF_EVIL.items())[place % 16 :: 16]:
            asked = dict.fromkeys(ASKED, filled(unit, 1000))
            session = visitor.http.cookies.get("session", "x")
            hostile = HEADERS | {"cookie": f"session={session};" + "c=1;" * 10_000}
            short = {name: text[:150] for name, text in asked.items()}
            for query, headers in ((asked, hostile), (short, {})):
                await meter.send(
                    f"{route}: {told}", visitor.http.get(path, params=query, headers=headers)
                )
    meter.verdict()
