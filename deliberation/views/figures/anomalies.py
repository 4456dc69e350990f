"""Anomalies of a consultation: bursts of new accounts, and figures without them.

Nobody is named, no count is under `disclosure_control.SMALLEST`, and nothing leads from a voter to
a ballot. An oddity is a reason to look, not a proof: the figures of the consultation leave nothing
out.
"""

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext, permit
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.views.figures.disclosure_control import SMALLEST, shown
from deliberation.views.figures.permissions import may_read_anomalies

YOUNG = timedelta(minutes=10)  # of a mailbox, when it supports: since its first account
BURST = SMALLEST  # such supports of one proposal in an hour
CROWD = 20  # accounts opened in an hour, or votes in a day by accounts of that day
MAX_LISTED_ANOMALIES = 100  # lines of each kind


class Thresholds(msgspec.Struct, frozen=True):
    """Thresholds from which something is reported."""

    young_minutes: int = int(YOUNG.total_seconds() // 60)
    burst: int = BURST
    crowd: int = CROWD


class Burst(msgspec.Struct, frozen=True):
    """An hour in which many new accounts supported one proposal."""

    number: int
    title: str
    begins: datetime
    supports: int


class OddSupports(msgspec.Struct, frozen=True):
    """A proposal's supports, those of its bursts, and what remains without them."""

    number: int
    title: str
    supports: int
    odd: int
    without: int


class Opened(msgspec.Struct, frozen=True):
    """An hour in which many accounts were opened that took part here."""

    begins: datetime
    accounts: int


class VotesOfDay(msgspec.Struct, frozen=True):
    """A day on which many votes by e-mail came from accounts opened on it; `voters`: all of them.

    `voters` is None when the others are so few that they are hidden.
    """

    poll: int
    day: date
    new: int
    voters: int | None


class Anomalies(msgspec.Struct, frozen=True, kw_only=True):
    """All that looks odd; `gone`: supports of mailboxes without account any more, None if few."""

    thresholds: Thresholds
    proposals: list[OddSupports]
    bursts: list[Burst]
    opened: list[Opened]
    votes: list[VotesOfDay]
    gone: int | None


async def anomalies(ctx: RequestContext, consultation: ConsultationRef) -> Anomalies:
    """Anomalies of a consultation: bursts of supports by new accounts, hours of many new accounts,
    days of many votes by new accounts. For its agents and officials.
    """
    permit(may_read_anomalies(ctx, consultation.authority_id))
    limits = {"id": consultation.id, "most": MAX_LISTED_ANOMALIES}
    rows = (await ctx.db.execute(_BURSTS, {**limits, "young": YOUNG, "burst": BURST})).all()
    bursts = [Burst(row.number, row.title, row.begins, row.supports) for row in rows]
    supports = {row.number: row.support_count for row in rows}
    crowds = {**limits, "crowd": CROWD}
    opened = [Opened(*row) for row in (await ctx.db.execute(_OPENED, crowds)).all()]
    votes = (await ctx.db.execute(_VOTES, crowds)).all()
    return Anomalies(
        thresholds=Thresholds(),
        proposals=_odd(bursts, supports),
        bursts=bursts,
        opened=opened,
        votes=[
            VotesOfDay(
                day.number,
                day.day,
                day.new,
                None if shown(day.others) is None else day.new + day.others,
            )
            for day in votes
        ],
        gone=shown((await ctx.db.scalars(_GONE, {"id": consultation.id})).one()),
    )


def _odd(bursts: list[Burst], supports: dict[int, int]) -> list[OddSupports]:
    """Each proposal that has bursts, those with the most odd supports first."""
    found = []
    for number, all_ in supports.items():
        own = [burst for burst in bursts if burst.number == number]
        odd = sum(burst.supports for burst in own)
        found.append(OddSupports(number, own[0].title, all_, odd, all_ - odd))
    return sorted(found, key=lambda one: (-one.odd, one.number))


# A mailbox is as old as its first account, deleted ones too: coming back makes nobody new.
_BURSTS = text(
    """
    WITH given AS (
        SELECT support.proposal_id, support.created_at, (
            SELECT min(person.created_at) FROM person WHERE person.voter_id = support.voter_id
        ) AS opened_at
        FROM support JOIN subject ON subject.id = support.proposal_id
        WHERE subject.consultation_id = :id AND subject.state = 'published'
    ), burst AS (
        SELECT proposal_id, date_trunc('hour', created_at) AS begins, count(*) AS supports
        FROM given WHERE created_at < opened_at + CAST(:young AS interval)
        GROUP BY proposal_id, begins HAVING count(*) >= :burst
    )
    SELECT number, title, support_count, begins, supports
    FROM burst JOIN proposal ON proposal.id = proposal_id JOIN subject USING (id)
    ORDER BY begins DESC, supports DESC, number LIMIT :most
    """
)
_OPENED = text(
    """
    WITH part AS (
        SELECT support.voter_id FROM support
        JOIN subject ON subject.id = proposal_id WHERE consultation_id = :id
        UNION
        SELECT voter_id FROM roll_mark
        JOIN poll ON poll.id = poll_id WHERE consultation_id = :id AND eligibility = 'email'
        UNION
        SELECT person.voter_id FROM subject JOIN person ON person.id = author_id
        WHERE consultation_id = :id AND kind = 'proposal' AND state = 'published'
    ), first AS (
        SELECT min(created_at) AS at FROM person JOIN part USING (voter_id) GROUP BY voter_id
    )
    SELECT date_trunc('hour', at) AS begins, count(*) AS accounts FROM first
    GROUP BY begins HAVING count(*) >= :crowd ORDER BY begins DESC LIMIT :most
    """
)
_VOTES = text(
    """
    WITH cast_on AS (
        SELECT poll.number, marked_on AS day, (
            SELECT min(created_at) AT TIME ZONE 'Europe/Paris' FROM person
            WHERE person.voter_id = roll_mark.voter_id
        )::date = marked_on AS new
        FROM roll_mark JOIN poll ON poll.id = poll_id
        WHERE consultation_id = :id AND eligibility = 'email'
    )
    SELECT number, day, count(*) FILTER (WHERE new) AS new,
           count(*) FILTER (WHERE new IS NOT TRUE) AS others
    FROM cast_on GROUP BY number, day HAVING count(*) FILTER (WHERE new) >= :crowd
    ORDER BY day DESC, number LIMIT :most
    """
)
_GONE = text(
    """
    SELECT count(*) FROM support JOIN subject ON subject.id = proposal_id
    WHERE consultation_id = :id AND state = 'published' AND NOT EXISTS (
        SELECT FROM person WHERE person.voter_id = support.voter_id AND deleted_at IS NULL)
    """
)
