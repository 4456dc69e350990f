"""Count what people did in a consultation, and keep it: the worker's job.

A page reads the kept row, and counts only while there is none. Nothing is written when somebody
takes part: the journal says by itself that something happened, and a vote that is open is counted
at each look.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.journal.commands import Event
from deliberation.process.consultations.phases import OPENS
from deliberation.views.figures.anomalies import COUNTED, LIMITS
from deliberation.views.figures.disclosure_control import SMALLEST
from deliberation.views.figures.findings import ENOUGH, LIST

EVERY = timedelta(seconds=10)  # between two looks of the worker
# What happens is counted within a minute, unless a count takes more than a few seconds.
PAUSE = timedelta(seconds=45)
REST = 20  # times its own duration before a consultation is counted again
MAX_LOOKED_AT = 1000  # consultations in a look
ACTED_IN = [kind for kind, actions in OPENS.items() if actions]


async def kept_or_counted(
    ctx: RequestContext, consultation_ids: Sequence[UUID], *, crowd: bool = False
) -> list[Any]:
    """The counts of some consultations: one statement, and one for each that is not yet kept.

    For a `crowd`, what another request is counting is left out: a count reads a whole consultation.
    """
    ids = list(consultation_ids)
    rows = await fetch(ctx.db, _KEPT, ids=ids)
    missing = set(ids) - {row["consultation_id"] for row in rows}
    for id_ in missing:
        rows += await fetch(ctx.db, _COUNTED[crowd], id=id_)
    return rows


async def count_figures(ctx: RequestContext) -> None:
    """Job: count the consultations in which something may have happened since the last count."""
    values = {"acted_in": ACTED_IN, "pause": PAUSE}
    for row in await fetch(ctx.db, _DUE, **values, most=MAX_LOOKED_AT):
        await fetch(ctx.db, _KEEP, id=row["consultation_id"], rest=REST, **values)


async def count_again(ctx: RequestContext, event: Event) -> None:
    """Reaction to what may change counts when nobody can act, or in all that an authority asks."""
    place = {"consultation": event.consultation_id, "authority": event.authority_id}
    await ctx.db.execute(_AGAIN, place)


# Deleting an account takes nothing back: a text or a support stays, and the person counts. In the
# turnout list, `voter_id` is a mailbox, a line of the roll, or, for an open link, a browser.
# Of a sealed vote that runs, only voters of earlier days: the public board names none, and no
# change of a figure shows when somebody voted. The number of supports sums the proposals'
# counters; rows of supports are read for the distinct people and their days only.
# What unites and what divides: the rules are said on the officials' page.
_COUNT = """
    WITH live AS MATERIALIZED (
        SELECT subject.id, number, published_at, support_count, voter_id
        FROM subject JOIN proposal USING (id) JOIN person ON person.id = author_id
        WHERE consultation_id = :id AND kind = 'proposal' AND state = 'published'
    ), said AS MATERIALIZED (
        SELECT live.id AS proposal_id, stance, subject.created_at, person.voter_id
        FROM live JOIN subject ON about_id = live.id AND kind = 'comment' AND state = 'published'
        JOIN comment ON comment.id = subject.id JOIN person ON person.id = author_id
    ), deed AS MATERIALIZED (
        SELECT voter_id, published_at AS at FROM live
        UNION ALL SELECT voter_id, created_at FROM said
        UNION ALL SELECT support.voter_id, support.created_at
                  FROM support JOIN live ON live.id = proposal_id
    ), counted AS (
        SELECT poll.id, CASE WHEN poll.profile = 'P1' AND NOT board_is_closed(poll.id)
            THEN (clock_now() AT TIME ZONE 'Europe/Paris')::date ELSE 'infinity' END AS before
        FROM poll WHERE consultation_id = :id
    ), first_vote AS MATERIALIZED (
        SELECT voter_id, min(marked_on) AS day FROM roll_mark JOIN counted ON counted.id = poll_id
        WHERE marked_on < counted.before GROUP BY voter_id
    ), day AS (
        SELECT 'contribution' AS kind, (at AT TIME ZONE 'Europe/Paris')::date AS day,
               count(*) AS count
        FROM deed GROUP BY 2
        UNION ALL SELECT 'voter', day, count(*) FROM first_vote GROUP BY day
    ), argued AS (
        SELECT *, jsonb_build_array(number, support_count, in_favour, against) AS line FROM (
            SELECT number, support_count, count(*) FILTER (WHERE stance = 'for') AS in_favour,
                   count(*) FILTER (WHERE stance = 'against') AS against
            FROM live LEFT JOIN said ON said.proposal_id = live.id
            GROUP BY live.id, number, support_count
        ) AS sides
    ), most_supported AS (
        SELECT line FROM argued WHERE support_count > 0
        ORDER BY support_count DESC, number LIMIT :list + 1
    ), well AS (
        SELECT greatest(:smallest, percentile_cont(0.75) WITHIN GROUP (ORDER BY support_count))
            AS supported
        FROM argued HAVING count(*) > 1
    ), uniting AS (
        SELECT line FROM argued, well
        WHERE support_count >= well.supported AND in_favour > 0 AND against * 4 <= in_favour
        ORDER BY support_count DESC, number LIMIT :list
    ), dividing AS (
        SELECT line FROM argued WHERE least(in_favour, against) >= :enough
            AND least(in_favour, against) * 5 >= (in_favour + against) * 2
        ORDER BY in_favour + against DESC, number LIMIT :list
    )
    SELECT CAST(:id AS uuid) AS consultation_id, CAST(NULL AS timestamptz) AS counted_at,
        (SELECT count(DISTINCT voter_id) FROM (
            SELECT voter_id FROM deed UNION ALL SELECT voter_id FROM first_vote) AS part
        ) AS participants,
        (SELECT count(*) FROM live) AS proposals,
        (SELECT count(*) FROM said) AS comments,
        (SELECT coalesce(sum(support_count), 0) FROM live) AS supports,
        (SELECT count(*) FROM first_vote) AS voters,
        EXISTS (SELECT FROM counted WHERE before < 'infinity') AS day_late,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, day, count)), '[]') FROM day) AS days,
        (SELECT coalesce(jsonb_agg(line), '[]') FROM most_supported) AS most_supported,
        (SELECT coalesce(jsonb_agg(line), '[]') FROM uniting) AS uniting,
        (SELECT coalesce(jsonb_agg(line), '[]') FROM dividing) AS dividing
    """
_LISTS = ("days", "most_supported", "uniting", "dividing")  # as JSON
_COUNTS = ("participants", "proposals", "comments", "supports", "voters", "day_late", *_LISTS)
_NAMES = ", ".join(("consultation_id", "counted_at", *_COUNTS))
_READ = ", ".join(
    f"CAST({name} AS text) AS {name}" if name in _LISTS else name for name in _NAMES.split(", ")
)
# Voters marked in a poll, by channel; where it is `late`, of earlier days only.
MARKS = """(
    SELECT coalesce(jsonb_object_agg(channel, voters), '{{}}') FROM (
        SELECT channel, count(*) AS voters FROM roll_mark
        WHERE poll_id = {poll} AND NOT ({late} AND channel = 'online'
            AND marked_on >= (clock_now() AT TIME ZONE 'Europe/Paris')::date)
        GROUP BY channel) AS by_channel)"""
# Read of votes that are open: of a sealed one, no online mark of today.
_MARKS = f"""
    SELECT coalesce(jsonb_object_agg(
        id, {MARKS.format(poll="poll.id", late="profile = 'P1'")}), '{{}}')
    FROM poll WHERE consultation_id = :id
"""  # noqa: S608 - fixed text
_RULES = {"list": LIST, "smallest": SMALLEST, "enough": ENOUGH}
_FREE = "pg_try_advisory_xact_lock(hashtextextended('figures:' || CAST(:id AS uuid), 0))"
# For a crowd or not -> the count, by one statement at a time or by each.
_COUNTED = {
    crowd: prepared(
        f"SELECT {_READ} FROM (SELECT {free} AS free OFFSET 0) AS lock CROSS JOIN LATERAL"  # noqa: S608
        f" (SELECT * FROM ({_COUNT}) AS counts WHERE free OFFSET 0) AS counted",
        **_RULES,
    )
    for crowd, free in ((True, _FREE), (False, "true"))
}
_KEPT = prepared(
    f"SELECT {_READ} FROM kept_figures"  # noqa: S608 - fixed text
    " WHERE consultation_id = ANY(:ids) AND counted_at IS NOT NULL"
)
# Whether people can act in a consultation now, by its public phases.
_OPEN = """EXISTS (
    SELECT FROM phase JOIN consultation ON consultation.id = phase.consultation_id
    WHERE consultation.id = {id} AND consultation.state = 'open' AND kind = ANY(:acted_in)
      AND opens_at <= clock_now() AND clock_now() < closes_at{more})"""
# An event written in a transaction that was open at the last count may have been missed by it.
_DUE = prepared(
    f"""
    WITH due AS (
        SELECT consultation_id, counted_at, next_at FROM kept_figures
        WHERE next_at <= clock_now()
        ORDER BY next_at LIMIT :most
    ), quiet AS (
        UPDATE kept_figures SET counted_at = clock_now(), next_at = clock_now() + :pause
        FROM due WHERE kept_figures.consultation_id = due.consultation_id
          AND due.next_at > '-infinity'
          AND {_OPEN.format(id="due.consultation_id", more="")}
          AND NOT {_OPEN.format(id="due.consultation_id", more=" AND kind = 'vote'")}
          AND due.counted_at - interval '10 seconds' > (
              SELECT at FROM event WHERE event.consultation_id = due.consultation_id
              ORDER BY id DESC LIMIT 1)
        RETURNING kept_figures.consultation_id
    )
    SELECT consultation_id FROM due EXCEPT SELECT consultation_id FROM quiet
    """  # noqa: S608 - fixed text
)
_KEEP = prepared(
    f"""
    INSERT INTO kept_figures ({_NAMES}, anomalies, marks, next_at)
    SELECT consultation_id, clock_now(), {", ".join(_COUNTS)}, ({COUNTED}), ({_MARKS}), CASE
        WHEN day_late OR {_OPEN.format(id="counts.consultation_id", more="")} THEN clock_now()
            + greatest(:pause, :rest * (clock_timestamp() - statement_timestamp()))
        ELSE (SELECT min(opens_at) FROM phase
              WHERE phase.consultation_id = counts.consultation_id
                AND kind = ANY(:acted_in) AND opens_at > clock_now())
    END
    FROM ({_COUNT} OFFSET 0) AS counts
    ON CONFLICT (consultation_id) DO UPDATE SET next_at = excluded.next_at,
        counted_at = excluded.counted_at, anomalies = excluded.anomalies,
        marks = excluded.marks, {", ".join(f"{n} = excluded.{n}" for n in _COUNTS)}
    """,  # noqa: S608 - fixed text
    **_RULES,
    **LIMITS,
)
_AGAIN = text(
    """
    INSERT INTO kept_figures (consultation_id, next_at)
    SELECT id, '-infinity' FROM consultation
    WHERE id = :consultation OR (:consultation IS NULL AND authority_id = :authority)
    ON CONFLICT (consultation_id) DO UPDATE SET next_at = excluded.next_at
    """
)
