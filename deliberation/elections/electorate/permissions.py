"""Permissions to prepare a ballot box and to countersign."""

from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, NotAllowed, Refusal
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef


async def may_prepare(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Agents, until a ballot box of the consultation is open; then the database refuses too."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    return Conflict("urn-open") if await ballot_box_is_open(ctx, consultation.id) else None


async def may_countersign(
    ctx: RequestContext, consultation: ConsultationRef, first: UUID
) -> Refusal | None:
    """Another agent than the first one.

    With a roll: only who was named before the first ballot. Without: who had their role before the
    vote began, so that nobody appoints a second person while it is open.
    """
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    if ctx.person.id == first:
        return NotAllowed("needs-another-person")
    values = {
        "consultation": consultation.id,
        "authority": consultation.authority_id,
        "person": ctx.person.id,
        "voter": ctx.person.voter_id,
        "first": first,
    }
    row = (await ctx.db.execute(_SECOND, values)).one()
    if row.same_mailbox:
        return NotAllowed("needs-another-person")
    if row.rolled:
        return None if row.named else NotAllowed("needs-a-countersigner")
    return None if row.before else NotAllowed("role-too-recent")


async def ballot_box_is_open(ctx: RequestContext, consultation_id: UUID) -> bool:
    """Whether a ballot box of a consultation with a roll was opened, closed ones included.

    A sealed vote's is open from the first board entry, a plain one's from the first turnout mark.
    """
    query = text("SELECT urn_is_open(:consultation)")
    return bool(await ctx.db.scalar(query, {"consultation": consultation_id}))


async def hold_polls(ctx: RequestContext, consultation_id: UUID) -> None:
    """Lock the polls of a consultation against casts until the transaction ends."""
    await ctx.db.execute(_HOLD, {"consultation": consultation_id})


_SECOND = text(
    f"""
    SELECT
        EXISTS (SELECT FROM person WHERE id = :first AND voter_id = :voter) AS same_mailbox,
        EXISTS (SELECT FROM poll WHERE consultation_id = :consultation
                AND eligibility IN {ROLLED}) AS rolled,
        EXISTS (SELECT FROM countersigner WHERE consultation_id = :consultation
                AND person_id = :person) AS named,
        EXISTS (SELECT FROM membership WHERE person_id = :person AND authority_id = :authority
                AND role IN ('agent', 'administrator') AND created_at < coalesce(
                    (SELECT min(opens_at) FROM phase WHERE consultation_id = :consultation
                     AND kind = 'vote' AND opens_at <= clock_now()), 'infinity')) AS before
    """  # noqa: S608 (a constant)
)
# In one order, so that two transactions cannot deadlock.
_HOLD = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('poll:' || id, 0)) FROM (
        SELECT id FROM poll WHERE consultation_id = :consultation ORDER BY id
    ) AS ordered
    """
)
