"""Events that the clients saw, one JSON line each: a cast begins, then is ok, fails or is
unknown.
"""

import time
from pathlib import Path
from typing import Any, Literal

import msgspec

State = Literal["invoke", "ok", "fail", "unknown"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`attempt` joins the two events of one sending; `row`: the packed ballot, as hexadecimal.

    `code`: why a sending failed or what is not known of it. `receipt`: of a sealed ballot, whole.
    """

    type: State
    attempt: int
    at: float
    vote: str = ""
    voter: int = 0
    submission: str = ""
    row: str = ""
    reference: str = ""
    code: str = ""
    receipt: dict[str, Any] | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One sending of one ballot, from its two events; `ended`: infinite while nothing came back."""

    vote: str
    voter: int
    submission: str
    row: str
    begun: float
    ended: float
    state: State
    reference: str = ""
    code: str = ""
    receipt: dict[str, Any] | None = None


class History:
    """The log of one run, written as things happen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._attempts = 0
        path.touch()

    def begin(self, vote: str, voter: int, submission: str, row: str) -> int:
        """A sending begins; its number."""
        self._attempts += 1
        told: dict[str, Any] = {"vote": vote, "voter": voter, "submission": submission, "row": row}
        self._write(Event(type="invoke", attempt=self._attempts, at=time.time(), **told))
        return self._attempts

    def end(self, attempt: int, state: State, **seen: Any) -> None:
        """Record how an attempt ended."""
        self._write(Event(type=state, attempt=attempt, at=time.time(), **seen))

    def adopt(self, one: Attempt) -> None:
        """Take over a sending of another history of the same votes."""
        self._attempts += 1
        told: dict[str, Any] = {
            "vote": one.vote,
            "voter": one.voter,
            "submission": one.submission,
            "row": one.row,
        }
        self._write(Event(type="invoke", attempt=self._attempts, at=one.begun, **told))
        if one.state != "invoke":
            seen: dict[str, Any] = {"reference": one.reference, "code": one.code}
            at = one.ended if one.state in ("ok", "fail") else one.begun
            self._write(
                Event(type=one.state, attempt=self._attempts, at=at, receipt=one.receipt, **seen)
            )

    def attempts(self) -> list[Attempt]:
        """All that was sent so far."""
        return attempts_in(self.path.read_bytes())

    def _write(self, event: Event) -> None:
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(event) + b"\n")


def attempts_in(log: bytes) -> list[Attempt]:
    """The sendings of a log; one whose end is missing is unknown."""
    begun: dict[int, Event] = {}
    ended: dict[int, Event] = {}
    for line in log.splitlines():
        event = msgspec.json.decode(line, type=Event)
        (begun if event.type == "invoke" else ended)[event.attempt] = event
    return [_attempt(first, ended.get(number)) for number, first in begun.items()]


def _attempt(first: Event, last: Event | None) -> Attempt:
    known = last is not None and last.type != "unknown"
    return Attempt(
        vote=first.vote,
        voter=first.voter,
        submission=first.submission,
        row=first.row,
        begun=first.at,
        ended=last.at if last is not None and known else float("inf"),
        state=last.type if last else "unknown",
        reference=last.reference if last else "",
        code=last.code if last else "no answer",
        receipt=last.receipt if last else None,
    )
