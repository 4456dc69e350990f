"""The figures of consultations: one definition (in `texts`) and one query each."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.phases import OPENS
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.text.milestones import milestone
from deliberation.views.figures.disclosure_control import hidden_cells, shown

MEMORY = timedelta(seconds=10)
MAX_DAYS_ONE_BY_ONE = 70  # days counted one by one; a longer stretch is counted by weeks


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The five figures; counts of people are None when they are small.

    `at_least`: while a vote is open, the public sees the last milestone that these counts reached;
    while a sealed one runs, so are officials: the days they see cannot be taken from a total.
    `day_late`: a sealed vote runs; until its close, whoever votes is counted from the next day on.
    """

    participants: int | None
    proposals: int
    comments: int
    supports: int
    voters: int | None
    at_least: bool = False
    day_late: bool = False


class Stretch(msgspec.Struct, frozen=True):
    """Activity in a day or a week: texts and supports, and people's first votes."""

    begins: date
    contributions: int
    voters: int | None  # None: hidden


class Participation(msgspec.Struct, frozen=True):
    """Activity over time, in stretches of `days` days without a gap."""

    days: int
    stretches: list[Stretch]


async def figures(ctx: RequestContext, consultation: ConsultationRef) -> Figures:
    """The figures of one consultation."""
    return (await figures_of(ctx, [consultation.id]))[consultation.id]


async def public_figures(ctx: RequestContext, consultation: ConsultationRef) -> Figures:
    """The figures of one consultation, as anybody may read them; `MEMORY` old at most."""
    found = await _remembered(ctx, consultation)
    if not any(phase.kind == "vote" and phase.state == "open" for phase in consultation.phases):
        return found
    return _by_milestones(found)


async def figures_of(ctx: RequestContext, consultation_ids: Sequence[UUID]) -> dict[UUID, Figures]:
    """The figures of several consultations: one statement."""
    rows = await fetch(ctx.db, _FIGURES, ids=list(consultation_ids))
    return {row["id"]: _figures(row) for row in rows}


async def participation_per_day(
    ctx: RequestContext, consultation: ConsultationRef
) -> Participation:
    """Activity by day, or by week when the consultation lasts: one statement.

    From the first phase in which people act to the last deed or close. A voter counts on the day
    of their first vote in the consultation, so that days add up to the number of voters.
    """
    rows = (await ctx.db.execute(_DAYS, {"id": consultation.id})).all()
    said = Counter({row.day: row.count for row in rows if row.kind == "contribution"})
    voted = Counter({row.day: row.count for row in rows if row.kind == "voter"})
    if not rows:
        return Participation(1, [])
    known = [*(row.day for row in rows), *_bounds(ctx, consultation)]
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
    )
    return _by_milestones(found) if found.day_late else found


def _by_milestones(found: Figures) -> Figures:
    return msgspec.structs.replace(
        found,
        participants=milestone(found.participants),
        voters=milestone(found.voters),
        at_least=True,
    )


async def _remembered(ctx: RequestContext, consultation: ConsultationRef) -> Figures:
    """The figures that this process counted less than `MEMORY` ago, or counts now.

    To tell people apart, every support and comment is read: a page that a whole town opens at once
    must not do so at each visit. What is kept says nothing of who visits.
    """
    at, found = _memory.get(consultation.id, (None, None))
    if at is None or found is None or not timedelta() <= ctx.now - at < MEMORY:
        found = await figures(ctx, consultation)
        _memory[consultation.id] = (ctx.now, found)
    return found


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


_memory: dict[UUID, tuple[datetime, Figures]] = {}  # by consultation; when, and what was counted

# While a sealed vote runs, the turnout marks of a day count from the next day on, so that no change
# of a figure shows when somebody voted. The number of supports sums the proposals' counters;
# rows of supports are read for the distinct people only.
_FIGURES = prepared(
    text(
        """
        WITH chosen AS (
            SELECT unnest(CAST(:ids AS uuid[])) AS id
        ), live AS (
            SELECT subject.id, consultation_id, voter_id, support_count
            FROM chosen JOIN subject ON consultation_id = chosen.id AND kind = 'proposal'
            JOIN proposal ON proposal.id = subject.id
            JOIN person ON person.id = author_id WHERE state = 'published'
        ), kept AS (
            SELECT consultation_id, count(*) AS proposals, sum(support_count) AS supports
            FROM live GROUP BY consultation_id
        ), said AS (
            SELECT live.consultation_id, person.voter_id FROM live
            JOIN subject ON about_id = live.id AND kind = 'comment' AND state = 'published'
            JOIN person ON person.id = author_id
        ), counted AS (
            SELECT poll.id, poll.consultation_id, CASE
                WHEN poll.profile = 'P1' AND NOT board_is_closed(poll.id)
                THEN (clock_now() AT TIME ZONE 'Europe/Paris')::date ELSE 'infinity' END AS before
            FROM poll JOIN chosen ON chosen.id = poll.consultation_id
        ), voted AS (
            SELECT DISTINCT counted.consultation_id, roll_mark.voter_id FROM roll_mark
            JOIN counted ON counted.id = roll_mark.poll_id AND roll_mark.marked_on < counted.before
        ), deed AS (
            SELECT consultation_id, voter_id FROM live
            UNION ALL
            SELECT consultation_id, voter_id FROM said
            UNION ALL
            SELECT live.consultation_id, support.voter_id FROM support
            JOIN live ON live.id = support.proposal_id
            UNION ALL
            SELECT consultation_id, voter_id FROM voted
        ), part AS (
            SELECT consultation_id, voter_id FROM deed GROUP BY consultation_id, voter_id
        )
        SELECT chosen.id,
               (SELECT count(*) FROM part WHERE part.consultation_id = chosen.id) AS participants,
               coalesce(kept.proposals, 0) AS proposals,
               (SELECT count(*) FROM said WHERE said.consultation_id = chosen.id) AS comments,
               coalesce(kept.supports, 0) AS supports,
               (SELECT count(*) FROM voted WHERE voted.consultation_id = chosen.id) AS voters,
               EXISTS (
                   SELECT FROM counted
                   WHERE counted.consultation_id = chosen.id AND before < 'infinity'
               ) AS day_late
        FROM chosen LEFT JOIN kept ON kept.consultation_id = chosen.id
        """
    )
)
_DAYS = text(
    """
    WITH live AS (
        SELECT id, published_at FROM subject
        WHERE consultation_id = :id AND kind = 'proposal' AND state = 'published'
    ), deed AS (
        SELECT published_at AS at FROM live
        UNION ALL SELECT created_at FROM subject JOIN live ON live.id = about_id
                  WHERE kind = 'comment' AND state = 'published'
        UNION ALL SELECT support.created_at FROM support JOIN live ON live.id = proposal_id
    ), counted AS (
        SELECT poll.id, CASE WHEN poll.profile = 'P1' AND NOT board_is_closed(poll.id)
            THEN (clock_now() AT TIME ZONE 'Europe/Paris')::date ELSE 'infinity' END AS before
        FROM poll WHERE poll.consultation_id = :id
    ), first_vote AS (
        SELECT min(marked_on) AS day FROM roll_mark JOIN counted ON counted.id = poll_id
        WHERE marked_on < counted.before GROUP BY voter_id
    )
    SELECT 'contribution' AS kind, (at AT TIME ZONE 'Europe/Paris')::date AS day, count(*) AS count
    FROM deed GROUP BY day
    UNION ALL SELECT 'voter', day, count(*) FROM first_vote GROUP BY day
    """
)
