"""Anomalies of a consultation: bursts of new accounts, and figures without them.

Nobody is named, no count is under `disclosure_control.SMALLEST`, and nothing leads from a voter to
a ballot. An oddity is a reason to look, not a proof: the figures of the consultation leave nothing
out.
"""

from datetime import date, datetime, timedelta

import msgspec

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import fetch, prepared
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
    """All that looks odd; `gone`: supports of mailboxes without account any more, None if few.

    `counted_at`: when the worker counted it; None: just now.
    """

    counted_at: datetime | None
    thresholds: Thresholds
    proposals: list[OddSupports]
    bursts: list[Burst]
    opened: list[Opened]
    votes: list[VotesOfDay]
    gone: int | None


class _Counted(msgspec.Struct, frozen=True):
    """What `COUNTED` says: bursts with all supports of their proposal after its title, hours of
    new accounts, days of votes by new accounts and by others.
    """

    bursts: list[tuple[int, str, int, datetime, int]]
    opened: list[tuple[datetime, int]]
    votes: list[tuple[int, date, int, int]]
    gone: int


async def anomalies(ctx: RequestContext, consultation: ConsultationRef) -> Anomalies:
    """Anomalies of a consultation: bursts of supports by new accounts, hours of many new accounts,
    days of many votes by new accounts; as last counted. For its agents and officials.
    """
    permit(may_read_anomalies(ctx, consultation.authority_id))
    (row,) = await fetch(ctx.db, _FOUND, id=consultation.id)
    found = msgspec.json.decode(row["found"], type=_Counted)
    bursts = [Burst(number, title, hour, odd) for number, title, _, hour, odd in found.bursts]
    return Anomalies(
        counted_at=row["counted_at"],
        thresholds=Thresholds(),
        proposals=_odd(bursts, {number: supports for number, _, supports, *_ in found.bursts}),
        bursts=bursts,
        opened=[Opened(*one) for one in found.opened],
        votes=[
            VotesOfDay(poll, day, new, None if shown(others) is None else new + others)
            for poll, day, new, others in found.votes
        ],
        gone=shown(found.gone),
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
COUNTED = """
    WITH given AS MATERIALIZED (
        SELECT number, title, support_count, voter_id, support.created_at AS at,
               date_trunc('hour', support.created_at) AS hour
        FROM subject JOIN proposal USING (id) JOIN support ON proposal_id = subject.id
        WHERE consultation_id = :id AND kind = 'proposal' AND state = 'published'
    ), marked AS MATERIALIZED (
        SELECT number, voter_id, marked_on AS day FROM poll JOIN roll_mark ON poll_id = poll.id
        WHERE consultation_id = :id AND eligibility = 'email'
    ), mailbox AS MATERIALIZED (
        SELECT voter_id, min(created_at) AS opened_at, every(deleted_at IS NOT NULL) AS gone
        FROM person JOIN (
            SELECT voter_id FROM given UNION SELECT voter_id FROM marked
            UNION SELECT voter_id FROM subject JOIN person ON person.id = author_id
                  WHERE consultation_id = :id AND kind = 'proposal' AND state = 'published'
        ) AS part USING (voter_id) GROUP BY voter_id
    ), burst AS (
        SELECT number, title, support_count, hour, count(*) AS supports
        FROM given JOIN mailbox USING (voter_id)
        WHERE at < opened_at + CAST(:young AS interval)
        GROUP BY number, title, support_count, hour HAVING count(*) >= :burst
        ORDER BY hour DESC, supports DESC, number LIMIT :lines
    ), opened AS (
        SELECT date_trunc('hour', opened_at) AS hour, count(*) AS accounts
        FROM mailbox GROUP BY hour HAVING count(*) >= :crowd ORDER BY hour DESC LIMIT :lines
    ), voted AS (
        SELECT number, day, count(*) FILTER (WHERE new) AS new,
               count(*) FILTER (WHERE new IS NOT TRUE) AS others
        FROM marked LEFT JOIN mailbox USING (voter_id)
        CROSS JOIN LATERAL (
            SELECT (opened_at AT TIME ZONE 'Europe/Paris')::date = day AS new) AS account
        GROUP BY number, day HAVING count(*) FILTER (WHERE new) >= :crowd
        ORDER BY day DESC, number LIMIT :lines
    )
    SELECT jsonb_build_object(
        'bursts', (SELECT coalesce(jsonb_agg(jsonb_build_array(
            number, title, support_count, hour, supports)), '[]') FROM burst),
        'opened', (SELECT coalesce(jsonb_agg(jsonb_build_array(hour, accounts)), '[]')
                   FROM opened),
        'votes', (SELECT coalesce(jsonb_agg(jsonb_build_array(number, day, new, others)), '[]')
                  FROM voted),
        'gone', (SELECT count(*) FROM given LEFT JOIN mailbox USING (voter_id)
                 WHERE gone IS NOT FALSE))
"""
LIMITS = {"young": YOUNG, "burst": BURST, "crowd": CROWD, "lines": MAX_LISTED_ANOMALIES}
_FOUND = prepared(
    f"""
    SELECT kept.counted_at, CAST(coalesce(kept.anomalies, ({COUNTED})) AS text) AS found
    FROM (VALUES (CAST(:id AS uuid))) AS this (id)
    LEFT JOIN kept_figures AS kept ON consultation_id = this.id AND anomalies IS NOT NULL
    """,  # noqa: S608 - fixed text
    **LIMITS,
)
