"""Voters: each casts, casts again, sends forms twice, and writes down what came back."""

import asyncio
import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.faults.history import History
from tests.faults.votes import GRADES, Vote

SHORT = 12.0  # seconds that a voter waits for an answer
AT_ONCE = 3  # ballots of a voter that need not be a minute apart
AGAIN = 40  # sendings of one form before a voter gives up


@dataclass(frozen=True)
class Answer:
    """`status` 0: nothing was sent; -1: it was sent and no answer came."""

    status: int
    body: dict[str, Any]


@dataclass
class Crowd:
    """Voters of a site and their impatience; `others`: sites to turn to when one is away."""

    port: int
    history: History
    chance: random.Random
    wait: float = SHORT
    pause: float = 0.25
    others: tuple[int, ...] = ()
    forms: Counter[tuple[str, int]] = field(default_factory=Counter)

    async def cast(
        self,
        vote: Vote,
        voter: int,
        submission: str,
        choice: dict[str, int],
        wait: float | None = None,
    ) -> Answer:
        """Send a form once."""
        row = bytes(choice.get(str(n + 1), 0) for n in range(len(vote.poll.options))).hex()
        key = hashlib.sha256(submission.encode()).hexdigest()
        number = self.history.begin(vote.name, voter, key, row)
        body = {"choice": choice, "submission": submission, "code": vote.codes[voter]}
        for port in (self.port, *self.others):
            patience = self.wait if wait is None else wait
            answer = await put(port, vote.address, body, voter, patience)
            if answer.status:
                break
        told = answer.body
        if answer.status == 200:
            sealed = "hash" in told
            self.history.end(
                number,
                "ok",
                reference=told["hash" if sealed else "reference"],
                receipt=told if sealed else None,
            )
        elif answer.status == 0 or 400 <= answer.status < 500:
            self.history.end(number, "fail", code=str(told.get("code", "not-sent")))
        else:
            self.history.end(number, "unknown", code=f"{answer.status} {told.get('code', '')}")
        return answer

    async def insist(
        self, vote: Vote, voter: int, submission: str, choice: dict[str, int], *, clicks: int = 1
    ) -> Answer:
        """Send a form, with as many clicks at once, until there is a clear answer."""
        answer = Answer(0, {})
        for _ in range(AGAIN):
            sent = [self.cast(vote, voter, submission, choice) for _ in range(clicks)]
            answers = await asyncio.gather(*sent)
            answer = min(answers, key=lambda one: one.status != 200)
            if answer.status == 200 or 400 <= answer.status < 500:
                break
            await asyncio.sleep(self.pause)
        return answer

    def _who(self, vote: Vote, own: Sequence[int]) -> int:
        """Somebody who may still change their vote at once, if there is anybody; in no order."""
        quick = [voter for voter in own if self.forms[vote.name, voter] < AT_ONCE]
        voter = self.chance.choice(quick[:10] or own)
        self.forms[vote.name, voter] += 1
        return voter

    def choice(self, vote: Vote) -> dict[str, int]:
        """A ballot drawn at random, never blank."""
        return {str(n + 1): self.chance.randint(1, GRADES) for n in range(len(vote.poll.options))}

    def form(self) -> str:
        """The name of a new form."""
        return f"{self.chance.getrandbits(96):024x}"

    async def vote(
        self,
        votes: Sequence[Vote],
        seconds: float,
        *,
        tasks: int = 12,
        clicks: int = 1,
        most: int = 10**9,
        rate: float = math.inf,
    ) -> int:
        """Vote, change one's vote and insist for a while; how many forms were sent.

        `rate`: forms a second, where the site is quick enough.
        """
        until, forms = time.monotonic() + seconds, 0

        async def some(place: int) -> None:
            nonlocal forms
            while time.monotonic() < until and forms < most:
                vote = votes[forms % len(votes)]
                voter = self._who(vote, range(place, len(vote.codes), tasks))
                forms += 1
                begun = time.monotonic()
                await self.insist(vote, voter, self.form(), self.choice(vote), clicks=clicks)
                left = tasks / rate - (time.monotonic() - begun)
                await asyncio.sleep(max(left, self.chance.random() * 0.02))

        await asyncio.gather(*(some(place) for place in range(tasks)))
        return forms


async def put(port: int, path: str, body: dict[str, Any], voter: int, wait: float) -> Answer:
    """One PUT by a program, from a network of its own."""
    network = f"10.{voter >> 16 & 255}.{voter >> 8 & 255}.{voter & 255}"
    return await ask(port, "PUT", path, body, wait, x_forwarded_for=network)


async def ask(
    port: int,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    wait: float = SHORT,
    address: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    """One request on a connection of its own; a redirection's address is its body's `to`."""
    payload = msgspec.json.encode(body) if body is not None else b""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: localhost:8000",
        "accept: application/json",
        "authorization: Bearer nobody",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "content-type: application/json",
        f"content-length: {len(payload)}",
        "connection: close",
    ]
    writer, sent = None, False
    try:
        async with asyncio.timeout(wait):
            reader, writer = await asyncio.open_connection(address, port)
            sent = True
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)
            return _read(await reader.read(-1))
    except OSError as error:  # a TimeoutError is one
        return Answer(-1 if sent else 0, {"code": type(error).__name__})
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _read(answer: bytes) -> Answer:
    head, separator, content = answer.partition(b"\r\n\r\n")
    if not separator or len(head) < 12:
        return Answer(-1, {"code": "cut"})
    status = int(head[9:12])
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    if len(content) != int(length or len(content)):
        return Answer(-1, {"code": "cut"})
    if 300 <= status < 400:
        place = head.lower().partition(b"\r\nlocation:")[2].partition(b"\r\n")[0]
        return Answer(status, {"to": place.strip().decode()})
    try:
        return Answer(status, msgspec.json.decode(content))
    except msgspec.DecodeError:
        return Answer(status if status >= 400 else -1, {"code": "not-json"})
