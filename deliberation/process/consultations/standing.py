"""The standing of a consultation towards its participants: what was answered, what is owed.

Pure: phases, what the consultation holds and a moment in, one state out, the same for every page,
card, frame and program.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.phases import OPENS, Dated

State = Literal["none", "expected", "late", "answered", "cancelled"]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a consultation: votes held here, counted, answered; proposals, answered or due.

    `due`: proposals that an answer is owed to, by the rule of `answers.owed`.
    """

    polls: int = 0
    counted: int = 0
    to_votes: int = 0
    published: int = 0
    to_proposals: int = 0
    due: int = 0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The answer that officials owe once people have taken part.

    `state`: `none` (nothing is owed, or not yet), `expected`, `late` or `answered`; `cancelled`:
    nothing will be. `about`: what the answer is owed to: the vote where there is one, else
    proposals. `waiting`: to how many of them; none when an answer was promised and no proposal by
    itself demands one. `by`: until when it was promised, if it was; `late`: days since then.
    `counting`: a vote is closed whose result is not published.
    """

    state: State
    about: Literal["vote", "proposals"]
    waiting: int
    to_votes: int
    to_proposals: int
    by: datetime | None
    late: int
    counting: bool


def standing(phases: Sequence[Dated], held: Held, now: datetime) -> Standing:
    """The answer owed at a moment; none before participation has ended."""
    asked = _asked(phases, held, now)
    over = bool(asked) and all(phase.closes_at <= now for phase in asked)
    about: Literal["vote", "proposals"] = (
        "vote" if any(phase.kind == "vote" for phase in asked) else "proposals"
    )
    by = promised(phases) if over else None
    if about == "vote":
        waiting, given = held.polls - held.to_votes, held.to_votes
        owing = waiting > 0
    else:
        waiting, given = held.due, held.to_proposals
        owing = waiting > 0 or (by is not None and held.published > 0 and not given)
    late = days_late(by, now) if owing else 0
    state: State = "none"
    if over and owing:
        state = "late" if late else "expected"
    elif over and given:
        state = "answered"
    return Standing(
        state=state,
        about=about,
        waiting=waiting if over else 0,
        to_votes=held.to_votes,
        to_proposals=held.to_proposals,
        by=by,
        late=late if over else 0,
        counting=over and about == "vote" and held.counted < held.polls,
    )


def cancelled(held: Held) -> Standing:
    """The standing of a cancelled consultation: nothing is owed, and nothing is counted any
    more.
    """
    return Standing(
        state="cancelled",
        about="vote" if held.polls else "proposals",
        waiting=0,
        to_votes=held.to_votes,
        to_proposals=held.to_proposals,
        by=None,
        late=0,
        counting=False,
    )


def promised(phases: Sequence[Dated]) -> datetime | None:
    """Until when an answer is promised: the last decision's end, when people act before it."""
    acts = [phase.closes_at for phase in phases if OPENS[phase.kind]]
    decided = max((one.closes_at for one in phases if one.kind == "decision"), default=None)
    if decided is None or (acts and decided <= max(acts)):
        return None
    return decided


def days_late(by: datetime | None, now: datetime) -> int:
    """Calendar days (Paris time) since a promised end; 0 before it."""
    if by is None or now < by:
        return 0
    last = (by - timedelta(microseconds=1)).astimezone(PARIS).date()
    return max(1, (now.astimezone(PARIS).date() - last).days)


def _asked(phases: Sequence[Dated], held: Held, now: datetime) -> list[Dated]:
    """The phases that decide what is owed: the votes', unless they passed without a question."""
    votes = [phase for phase in phases if phase.kind == "vote"]
    if votes and (held.polls or any(now < vote.closes_at for vote in votes)):
        return votes
    return [phase for phase in phases if phase.kind in ("proposals", "discussion")]
