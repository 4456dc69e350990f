"""Permissions to manage people and roles, and conditions to take part."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, NameNeeded, NotAllowed, Refusal
from deliberation.network.authorities.permissions import needs_role
from deliberation.network.people.model import Membership
from deliberation.network.sessions.model import Session


def may_manage_team(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Administrators invite and withdraw roles."""
    return needs_role(ctx, authority_id, "administrator")


async def may_withdraw_role(
    ctx: RequestContext, authority_id: UUID, person_id: UUID, role: str, *, hold: bool = False
) -> Refusal | None:
    """Administrators, except the last one's role; `hold`: as `_alone`."""
    if refusal := may_manage_team(ctx, authority_id):
        return refusal
    last = role == "administrator" and await _alone(ctx, [authority_id], person_id, hold=hold)
    return Conflict("last-administrator") if last else None


async def may_require_passkeys(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Administrators who are signed in with one: whoever asks for passkeys holds one."""
    if refusal := may_manage_team(ctx, authority_id):
        return refusal
    by_passkey = select(Session.by_passkey).where(Session.id == ctx.person.session_id)
    used = (await ctx.db.scalars(by_passkey)).one_or_none()
    return None if used else Conflict("passkey-first")


async def may_delete_account(ctx: RequestContext, *, hold: bool = False) -> Refusal | None:
    """Everybody their own, but the last administrator of an authority; `hold`: as `_alone`."""
    held = [*ctx.person.roles, *ctx.person.asleep]
    last = await _alone(ctx, held, ctx.person.id, hold=hold)
    return Conflict("last-administrator") if last else None


def may_take_part(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Refuse people whom the authority has suspended; they still read what is public, and vote."""
    return NotAllowed("suspended") if authority_id in ctx.person.suspended else None


def may_sign_texts(ctx: RequestContext) -> Refusal | None:
    """Require a name, since public texts are signed; visitors must sign in first."""
    return None if ctx.person.name else NameNeeded()


def may_ask_for_a_code(ctx: RequestContext) -> Refusal | None:
    """Refuse where codes cannot be sent: a live site without a mail server."""
    return None if ctx.app.mails else NotAllowed("no-mail-server")


async def _alone(
    ctx: RequestContext, authorities: Sequence[UUID], person_id: UUID, *, hold: bool
) -> bool:
    """Whether somebody is the only administrator of one of some authorities.

    `hold`: the rows are held, in one order: of two who leave at once, the second is alone.
    """
    query = (
        select(Membership.authority_id, Membership.person_id)
        .where(Membership.authority_id.in_(authorities), Membership.role == "administrator")
        .order_by(Membership.authority_id, Membership.person_id)
    )
    found: dict[UUID, set[UUID]] = {}
    for row in await ctx.db.execute(query.with_for_update() if hold else query):
        found.setdefault(row.authority_id, set()).add(row.person_id)
    return any(people == {person_id} for people in found.values())
