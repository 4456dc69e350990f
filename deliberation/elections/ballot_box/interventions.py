"""The numbers of actions of the team on single voters of a poll, published with its count."""

from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.elections.polls.eligibility import ROLLED


async def interventions(ctx: RequestContext, poll_id: UUID) -> dict[str, int]:
    """Number of interventions on single voters, by kind; empty for a poll without a roll.

    `codes`: codes granted in the place of lost ones; `undone`: marks undone; `looks`: how often
    somebody learned that a voter of the roll has voted.
    """
    row = (await ctx.db.execute(_COUNTS, {"poll": poll_id})).one_or_none()
    return dict(row._mapping) if row else {}


_COUNTS = text(
    f"""
    SELECT
        (SELECT count(*) FROM code_request
         WHERE in_consultation = poll.consultation_id AND granted_at IS NOT NULL) AS codes,
        (SELECT count(*) FROM undoing
         WHERE undoing.poll_id = poll.id AND granted_at IS NOT NULL) AS undone,
        (SELECT count(*) FROM event WHERE event.consultation_id = poll.consultation_id
           AND kind = 'VoterLookedUp' AND data ->> 'poll_id' = poll.id::text) AS looks
    FROM poll WHERE id = :poll AND eligibility IN {ROLLED}
    """  # noqa: S608 (a constant)
)
