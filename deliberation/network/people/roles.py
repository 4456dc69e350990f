"""Roles in an authority: give, withdraw, require a passkey."""

from uuid import UUID

import msgspec
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, Role, permit
from deliberation.core.email_addresses import Email
from deliberation.core.errors import existing
from deliberation.journal.commands import record
from deliberation.network.authorities.commands import set_passkeys_required
from deliberation.network.people.commands import Name, person_of
from deliberation.network.people.events import PasskeysRequired, PersonInvited, RoleWithdrawn
from deliberation.network.people.model import Membership, Person, RoleOffer
from deliberation.network.people.permissions import (
    may_manage_team,
    may_require_passkeys,
    may_withdraw_role,
)
from deliberation.network.sessions.permissions import needs_confirmation


class Invitation(msgspec.Struct, frozen=True):
    """A role for somebody, known or new."""

    name: Name
    email: Email
    role: Role


async def give_role(ctx: RequestContext, authority_id: UUID, invitation: Invitation) -> Person:
    """Give a role without asking who acts: for the operator's command line and the demo."""
    person = await person_of(ctx, invitation.email, invitation.name)
    if not person.name:
        person.name = invitation.name
    await grant_role(ctx, authority_id, person, invitation.role)
    return person


async def grant_role(ctx: RequestContext, authority_id: UUID, person: Person, role: str) -> None:
    """Write a role down, once; nobody is asked here."""
    added = await ctx.db.execute(
        insert(Membership)
        .values(person_id=person.id, authority_id=authority_id, role=role, created_at=ctx.now)
        .on_conflict_do_nothing()
        .returning(Membership.person_id)
    )
    if added.first() is not None:
        event = PersonInvited(person_id=person.id, role=role, authority_id=authority_id)
        await record(ctx, event)


async def withdraw_role(
    ctx: RequestContext, authority_id: UUID, person_id: UUID, role: str
) -> None:
    """Take a role back. Raises `NotFound`; `last-administrator`: somebody must remain."""
    permit(may_manage_team(ctx, authority_id))
    permit(needs_confirmation(ctx))
    permit(await may_withdraw_role(ctx, authority_id, person_id, role, hold=True))
    await take_role(ctx, authority_id, person_id, role)


async def take_role(ctx: RequestContext, authority_id: UUID, person_id: UUID, role: str) -> None:
    """The same without asking who acts, the last administrator's too: for the command line."""
    removed = await ctx.db.execute(
        delete(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.authority_id == authority_id,
            Membership.role == role,
        )
        .returning(Membership.person_id)
    )
    existing(removed.first())
    if role == "administrator":  # what they offered goes with the right to offer it
        await ctx.db.execute(
            delete(RoleOffer).where(
                RoleOffer.authority_id == authority_id, RoleOffer.invited_by == person_id
            )
        )
    await record(ctx, RoleWithdrawn(person_id=person_id, role=role, authority_id=authority_id))


async def require_passkeys(ctx: RequestContext, authority_id: UUID, *, wanted: bool) -> None:
    """Have the roles of an authority held with a passkey only, or by mailed codes too.

    Raises `Conflict("passkey-first")`: whoever asks for them holds one, and uses it.
    """
    permit(may_manage_team(ctx, authority_id))
    permit(needs_confirmation(ctx))
    if wanted:
        permit(await may_require_passkeys(ctx, authority_id))
    await set_passkeys_required(ctx, authority_id, wanted=wanted)
    await record(ctx, PasskeysRequired(wanted=wanted, authority_id=authority_id))
