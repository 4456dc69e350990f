"""Actions that each phase opens, and those open at a moment; decided here only.

Pure: phases and a moment in, answers out. A phase holds from `opens_at` until just before
`closes_at`; phases may overlap.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from deliberation.core.errors import NotAllowed, Refusal

# Phase -> what people may do while it is open.
OPENS: dict[str, frozenset[str]] = {
    "information": frozenset(),
    "proposals": frozenset({"propose", "support", "comment"}),
    "discussion": frozenset({"support", "comment"}),
    "vote": frozenset({"vote"}),
    "decision": frozenset(),
    "follow_up": frozenset(),
}

TAKES_PART = ("vote", "proposals", "discussion", "information")  # phases that ask people something

# What is not open -> the refusal's code, before it opens (or never does) and after it has closed.
CLOSED: dict[str, tuple[str, str]] = {
    "propose": ("proposing-not-open", "proposing-closed"),
    "support": ("supporting-not-open", "supporting-closed"),
    "comment": ("commenting-not-open", "commenting-closed"),
    "vote": ("voting-not-open", "voting-closed"),
}


class Dated(Protocol):
    """A phase, as a row or as a view."""

    @property
    def kind(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...


def state(phase: Dated, now: datetime) -> str:
    """`promised`, `open` or `done`."""
    if now < phase.opens_at:
        return "promised"
    return "open" if now < phase.closes_at else "done"


def open_actions(phases: Sequence[Dated], now: datetime) -> frozenset[str]:
    """All actions that are open at a moment."""
    return frozenset[str]().union(
        *(OPENS[phase.kind] for phase in phases if state(phase, now) == "open")
    )


def opening(phases: Sequence[Dated], action: str, now: datetime) -> datetime | None:
    """Next time when an action opens; None when no later phase opens it."""
    later = [p.opens_at for p in phases if action in OPENS[p.kind] and now < p.opens_at]
    return min(later, default=None)


def closing(phases: Sequence[Dated], action: str, now: datetime) -> datetime | None:
    """Time when an action that is open now closes for good, through adjacent or overlapping
    phases.
    """
    end: datetime | None = None
    for phase in sorted(phases, key=lambda p: p.opens_at):
        if action in OPENS[phase.kind] and phase.opens_at <= (end or now) < phase.closes_at:
            end = phase.closes_at
    return end


def refused(phases: Sequence[Dated], action: str, now: datetime) -> Refusal | None:
    """Refusal of an action that is not open: not yet (with `opens`), or no more; None when it is
    open.
    """
    if action in open_actions(phases, now):
        return None
    before, after = CLOSED[action]
    if opens := opening(phases, action, now):
        return NotAllowed(before, opens=opens)
    ended = any(action in OPENS[p.kind] and p.closes_at <= now for p in phases)
    return NotAllowed(after if ended else before, opens=None)
