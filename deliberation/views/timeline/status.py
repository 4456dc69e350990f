"""The status of a consultation: what is open until when, what is owed, what comes next.

Pure: phases, a standing and nothing else in, codes and moments out; `texts` words them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from deliberation.followup.answers.texts import AnswerDue
from deliberation.process.consultations.phases import TAKES_PART, Dated

State = Literal["done", "now", "next", "wait", "due"]
Code = Literal[
    "vote",
    "proposals-and-discussion",
    "proposals",
    "discussion",
    "information",
    "cancelled",
    "not-begun",
    "late",
    "expected",
    "answered",
    "followed-up",
    "paused",
    "participation-over",
    "over",
]
# What is open -> its code, what asks most of people first.
OPEN: dict[tuple[str, ...], Code] = {
    ("vote",): "vote",
    ("proposals", "discussion"): "proposals-and-discussion",
    ("proposals",): "proposals",
    ("discussion",): "discussion",
    ("information",): "information",
}


class Stage(Dated, Protocol):
    """A phase and its state: `promised`, `open` or `done`."""

    @property
    def state(self) -> str: ...


class TimelineStep(msgspec.Struct, frozen=True):
    """A phase; `wait`: its ballots are being counted; `due`: the answer it promised is late."""

    kind: str
    state: State
    opens_at: datetime
    closes_at: datetime


class ComingPhase(msgspec.Struct, frozen=True):
    """Next phase: one that opens, or the one of two open phases that lasts longer."""

    kind: str
    event: Literal["opens", "continues"]
    opens_at: datetime
    closes_at: datetime


class Status(msgspec.Struct, frozen=True):
    """Current state (`code`), until when if something is open, and the next phase."""

    code: Code
    until: datetime | None
    next: ComingPhase | None


def status(phases: Sequence[Stage], standing: AnswerDue) -> Status:
    """The status of a consultation, for the head of a page."""
    open_now = {phase.kind: phase for phase in phases if phase.state == "open"}
    for kinds, code in OPEN.items():
        if all(kind in open_now for kind in kinds):
            shown = [open_now[kind] for kind in kinds]
            return Status(code, shown[0].closes_at, _coming(phases, shown))
    return Status(_after(phases, open_now, standing), None, _coming(phases, []))


def timeline(phases: Sequence[Stage], standing: AnswerDue) -> list[TimelineStep]:
    """The phases in order of opening, each with its state."""
    return [
        TimelineStep(phase.kind, _state(phase, standing), phase.opens_at, phase.closes_at)
        for phase in phases
    ]


def _state(phase: Stage, standing: AnswerDue) -> State:
    if phase.state == "promised":
        return "next"
    if phase.kind == "decision" and standing.state == "late":
        return "due"
    if phase.kind == "vote" and phase.state == "done" and standing.counting:
        return "wait"
    return "now" if phase.state == "open" else "done"


def _after(phases: Sequence[Stage], open_now: Mapping[str, Stage], standing: AnswerDue) -> Code:
    """The code when people can do nothing: before, between, after."""
    if standing.state == "cancelled":
        return "cancelled"
    if all(phase.state == "promised" for phase in phases):
        return "not-begun"
    if standing.state == "late":
        return "late"
    if standing.state == "expected":
        return "expected"
    if standing.state == "answered":
        return "followed-up" if "follow_up" in open_now else "answered"
    if any(phase.state == "promised" and phase.kind in TAKES_PART for phase in phases):
        return "paused"
    return "participation-over" if open_now else "over"


def _coming(phases: Sequence[Stage], shown: Sequence[Stage]) -> ComingPhase | None:
    """The next opening; or, of two open phases, the one that lasts longer."""
    if len(shown) == 2 and shown[0].closes_at < shown[1].closes_at:
        last = shown[1]
        return ComingPhase(last.kind, "continues", last.opens_at, last.closes_at)
    later = [phase for phase in phases if phase.state == "promised"]
    if not later:
        return None
    following = min(later, key=lambda phase: phase.opens_at)
    return ComingPhase(following.kind, "opens", following.opens_at, following.closes_at)
