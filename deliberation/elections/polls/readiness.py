"""Advice to agents on a consultation, before and after opening: never a refusal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from deliberation.elections.polls.queries import PollView
from deliberation.operations.replication import Copies
from deliberation.process.consultations.phases import OPENS, state
from deliberation.process.consultations.queries import ConsultationPage, PhaseView

# A reasonable time to take part (CRPA, article L131-1, asks for one; fifteen days is our reading).
REASONABLE = timedelta(days=15)
RANKABLE = 12  # more options than people put in order with care


class Concern(msgspec.Struct, frozen=True):
    """Something to see to: its code, its numbers, and the part of the form that settles it."""

    code: str
    part: str
    values: dict[str, Any] = {}


def concerns(
    page: ConsultationPage,
    polls: Sequence[PollView],
    now: datetime,
    *,
    provider: bool,
    copies: Copies,
) -> list[Concern]:
    """All of them, in the order of the form; an empty list means that nothing was found.

    `provider`: the site has an identity provider. `copies`: how its database is copied.
    """
    begins = page.opened_at or now
    found = [*_content(page), *_dates(page.card.phases, begins, now), *_votes(page, polls)]
    if not provider:
        found += _without_provider(polls)
    if copies == "asynchronous" and any(one.kind == "vote" for one in page.card.phases):
        found.append(Concern("copies-late", "vote"))
    return found


def _content(page: ConsultationPage) -> list[Concern]:
    found = []
    if not page.body:
        found.append(Concern("no-body", "contenu"))
    if not (page.decided or page.undecided or page.not_negotiable):
        found.append(Concern("no-bounds", "contenu"))
    return found


def _dates(phases: Sequence[PhaseView], begins: datetime, now: datetime) -> list[Concern]:
    active = [phase for phase in phases if OPENS[phase.kind]]
    kinds = {phase.kind for phase in phases}
    found = []
    if not active:
        found.append(Concern("nothing-to-do", "calendrier"))
    elif all(state(phase, now) == "done" for phase in active):
        found.append(Concern("already-over", "calendrier"))
    else:
        begin = max(begins, min(phase.opens_at for phase in active))
        lasts = max(phase.closes_at for phase in active) - begin
        if lasts < REASONABLE:
            found.append(Concern("short", "calendrier", {"days": lasts.days}))
    if "decision" not in kinds:
        found.append(Concern("no-answer-phase", "calendrier"))
    if "follow_up" not in kinds:
        found.append(Concern("no-follow-up", "calendrier"))
    if "discussion" in kinds and "proposals" not in kinds:
        found.append(Concern("debate-without-proposals", "calendrier"))
    if _overlap(phases, "proposals", "vote"):
        found.append(Concern("vote-during-proposals", "calendrier"))
    return found


def _overlap(phases: Sequence[PhaseView], one: str, other: str) -> bool:
    ends = [phase.closes_at for phase in phases if phase.kind == one]
    begins = [phase.opens_at for phase in phases if phase.kind == other]
    return bool(ends and begins) and min(begins) < max(ends)


def _votes(page: ConsultationPage, polls: Sequence[PollView]) -> list[Concern]:
    votes = {phase.id for phase in page.card.phases if phase.kind == "vote"}
    found = []
    if votes - {poll.phase for poll in polls}:
        found.append(Concern("no-poll", "vote"))
    if any(poll.phase is None for poll in polls):
        found.append(Concern("no-vote-phase", "calendrier"))
    for poll in polls:
        if poll.ballot == "rankings" and len(poll.options) > RANKABLE:
            values = {"number": poll.number, "options": len(poll.options)}
            found.append(Concern("long-ranking", f"vote-{poll.number}", values))
    return found


def _without_provider(polls: Sequence[PollView]) -> list[Concern]:
    """The votes in which nobody could prove who they are."""
    return [
        Concern("no-identity-provider", f"vote-{poll.number}", {"number": poll.number})
        for poll in polls
        if poll.eligibility == "oidc"
    ]
