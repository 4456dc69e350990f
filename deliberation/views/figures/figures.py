"""The figures of consultations, by their one definition (in `texts`), as they were last counted."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.phases import OPENS
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.text.milestones import milestone
from deliberation.views.figures.counting import kept_or_counted
from deliberation.views.figures.disclosure_control import hidden_cells, shown

MAX_DAYS_ONE_BY_ONE = 70  # days counted one by one; a longer stretch is counted by weeks


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The five figures; counts of people are None when they are small.

    `at_least`: while a vote is open, the public sees the last milestone that these counts reached;
    while a sealed one runs, so are officials: the days they see cannot be taken from a total.
    `day_late`: a sealed vote runs; until its close, whoever votes is counted from the next day on.
    `counted_at`: when they were counted; None: just now. `counting`: for the first time, at this
    moment; the figures are not yet known.
    """

    participants: int | None
    proposals: int
    comments: int
    supports: int
    voters: int | None
    at_least: bool = False
    day_late: bool = False
    counted_at: datetime | None = None
    counting: bool = False


UNKNOWN = Figures(
    participants=None, proposals=0, comments=0, supports=0, voters=None, counting=True
)


class Stretch(msgspec.Struct, frozen=True):
    """Activity in a day or a week: texts and supports, and people's first votes."""

    begins: date
    contributions: int
    voters: int | None  # None: hidden


class Participation(msgspec.Struct, frozen=True):
    """Activity over time, in stretches of `days` days without a gap."""

    days: int
    stretches: list[Stretch]


class ArguedCount(NamedTuple):
    """The counts of one proposal: its number, supports, arguments for and against."""

    number: int
    support_count: int
    in_favour: int
    against: int


RULES = ("most_supported", "uniting", "dividing")


class ConsultationCounts(NamedTuple):
    """All counts of one consultation; of the first proposals by each rule, see `ArguedCount`."""

    figures: Figures
    participation: Participation
    most_supported: list[ArguedCount]
    uniting: list[ArguedCount]
    dividing: list[ArguedCount]


async def figures(ctx: RequestContext, consultation: ConsultationRef) -> Figures:
    """The figures of one consultation, for anybody: at most one request counts them at a time."""
    rows = await kept_or_counted(ctx, [consultation.id], crowd=True)
    return _figures(rows[0]) if rows else UNKNOWN


async def public_figures(
    ctx: RequestContext, consultation: ConsultationRef, kept: Any = None
) -> Figures:
    """The figures of one consultation, as anybody may read them; `kept`: its row, if it is read."""
    found = _figures(kept) if kept else await figures(ctx, consultation)
    if not any(phase.kind == "vote" and phase.state == "open" for phase in consultation.phases):
        return found
    return _by_milestones(found)


async def figures_of(ctx: RequestContext, consultation_ids: Sequence[UUID]) -> dict[UUID, Figures]:
    """The figures of several consultations."""
    rows = await kept_or_counted(ctx, consultation_ids)
    return {row["consultation_id"]: _figures(row) for row in rows}


async def counts_of(ctx: RequestContext, consultation: ConsultationRef) -> ConsultationCounts:
    """All counts of one consultation."""
    (row,) = await kept_or_counted(ctx, [consultation.id])
    days = msgspec.json.decode(row["days"], type=list[tuple[str, date, int]])
    lists = (msgspec.json.decode(row[rule], type=list[ArguedCount]) for rule in RULES)
    return ConsultationCounts(_figures(row), _participation(ctx, consultation, days), *lists)


def _participation(
    ctx: RequestContext, consultation: ConsultationRef, counted: Sequence[tuple[str, date, int]]
) -> Participation:
    """Activity by day, or by week when the consultation lasts.

    From the first phase in which people act to the last deed or close. A voter counts on the day
    of their first vote in the consultation, so that days add up to the number of voters.
    """
    said = Counter({day: count for kind, day, count in counted if kind == "contribution"})
    voted = Counter({day: count for kind, day, count in counted if kind == "voter"})
    if not counted:
        return Participation(1, [])
    known = [*said, *voted, *_bounds(ctx, consultation)]
    first, last = min(known), max(known)
    step = 1 if (last - first).days < MAX_DAYS_ONE_BY_ONE else 7
    first -= timedelta(days=first.weekday()) if step == 7 else timedelta()
    starts = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    voters = hidden_cells([_within(voted, start, step) for start in starts])
    return Participation(
        step,
        [
            Stretch(start, _within(said, start, step), count)
            for start, count in zip(starts, voters, strict=True)
        ],
    )


def _figures(row: Any) -> Figures:
    found = Figures(
        participants=shown(row["participants"]),
        proposals=row["proposals"],
        comments=row["comments"],
        supports=row["supports"],
        voters=shown(row["voters"]),
        day_late=row["day_late"],
        counted_at=row["counted_at"],
    )
    return _by_milestones(found) if found.day_late else found


def _by_milestones(found: Figures) -> Figures:
    return msgspec.structs.replace(
        found,
        participants=milestone(found.participants),
        voters=milestone(found.voters),
        at_least=True,
    )


def _bounds(ctx: RequestContext, consultation: ConsultationRef) -> list[date]:
    """The days so far when phases in which people act opened or closed."""
    moments = [
        moment
        for phase in consultation.phases
        if OPENS[phase.kind]
        for moment in (phase.opens_at, phase.closes_at)
    ]
    return [moment.astimezone(PARIS).date() for moment in moments if moment <= ctx.now]


def _within(counts: Counter[date], start: date, days: int) -> int:
    return sum(counts[start + timedelta(days=n)] for n in range(days))
