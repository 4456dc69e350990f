"""Permissions to report, to moderate and to suspend."""

from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, NotAllowed, Refusal
from deliberation.network.authorities.permissions import needs_role
from deliberation.process.moderation.model import Measure


def may_moderate(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Moderators, agents and administrators of the authority."""
    return needs_role(ctx, authority_id, "moderator", "agent")


def may_decide(ctx: RequestContext, authority_id: UUID, author: UUID) -> Refusal | None:
    """Moderators as in `may_moderate`, except about their own text; `author`: the voter id of its
    author.
    """
    if refusal := may_moderate(ctx, authority_id):
        return refusal
    return NotAllowed("own-text") if ctx.person.voter_id == author else None


def may_suspend(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Agents and administrators: moderators decide about texts, not about people."""
    return needs_role(ctx, authority_id, "agent")


async def may_suspend_account(
    ctx: RequestContext, authority_id: UUID, author: UUID
) -> Refusal | None:
    """As `may_suspend`, for an account that is not their own, not the team's and not yet
    suspended.
    """
    if refusal := may_suspend(ctx, authority_id):
        return refusal
    if author == ctx.person.voter_id:
        return NotAllowed("own-text")
    of_whom = {"authority": authority_id, "voter": author}
    if await ctx.db.scalar(_IN_TEAM, of_whom):
        return Conflict("team-member")
    return Conflict("already-suspended") if await ctx.db.scalar(_SUSPENDED, of_whom) else None


async def may_end(ctx: RequestContext, measure: Measure) -> Refusal | None:
    """Another moderator than the one who took the measure, and not its subject; while it is in
    force.
    """
    rule = may_suspend if measure.subject == "account" else may_moderate
    if refusal := rule(ctx, measure.authority_id):
        return refusal
    if ctx.person.voter_id == measure.voter_id:
        return NotAllowed("own-text")
    taker = await ctx.db.scalar(_VOTER, {"person": measure.taken_by})
    if ctx.person.voter_id == taker:
        return NotAllowed("needs-another-person")
    return None if measure.lifted_at is None else Conflict("measure-over")


_VOTER = text("SELECT voter_id FROM person WHERE id = :person")
_IN_TEAM = text(
    """
    SELECT EXISTS (
        SELECT FROM membership JOIN person ON person.id = person_id
        WHERE authority_id = :authority AND voter_id = :voter
    )
    """
)
_SUSPENDED = text(
    """
    SELECT EXISTS (
        SELECT FROM measure WHERE authority_id = :authority AND subject = 'account'
        AND voter_id = :voter AND lifted_at IS NULL
    )
    """
)
