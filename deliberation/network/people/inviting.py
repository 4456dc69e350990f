"""Invitations to roles: mailed, and effective once the reader of that mailbox accepts."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import Text, from_cursor, one_page
from deliberation.core.database import fetch, prepared
from deliberation.core.email_addresses import read_address
from deliberation.core.errors import Conflict, existing
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import limit
from deliberation.journal.commands import record
from deliberation.network.authorities.model import Authority
from deliberation.network.people.events import RoleDeclined, RoleOffered
from deliberation.network.people.model import Membership, Person, RoleOffer
from deliberation.network.people.permissions import may_manage_team
from deliberation.network.people.roles import Invitation, grant_role
from deliberation.network.people.texts import role_given_mail, role_offered_mail
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.operations import mail

LASTS = timedelta(days=14)
PAGE_SIZE = 50


class PendingOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A role offered and not yet accepted, as the authority's administrators read it.

    `name`: as they typed it; whether the address has an account, and under which name, stays
    hidden.
    """

    id: UUID
    name: str
    email: str
    role: str
    expires_at: datetime


class OfferList(msgspec.Struct, frozen=True):
    """Roles offered and not yet accepted; `next` is a cursor, empty at the end."""

    items: list[PendingOffer]
    next: str


class OfferedRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that the viewer was offered."""

    id: UUID
    role: str
    authority: str
    invited_by: str
    expires_at: datetime


async def invite(ctx: RequestContext, authority_id: UUID, invitation: Invitation) -> None:
    """Offer a role by mail; offered again, it lasts anew.

    Raises `Conflict("already-in-the-team")` for an address that the team already shows with this
    role, and `TooMany`.
    """
    permit(may_manage_team(ctx, authority_id))
    permit(needs_confirmation(ctx))
    await limit(ctx, "invitation", str(ctx.person.id))
    email = read_address(invitation.email)
    if await _held(ctx, authority_id, email, invitation.role):
        raise Conflict("already-in-the-team")
    values = {"name": invitation.name, "invited_by": ctx.person.id, "expires_at": ctx.now + LASTS}
    offered = (
        insert(RoleOffer)
        .values(id=new_id(), authority_id=authority_id, email=email, role=invitation.role, **values)
        .on_conflict_do_update(index_elements=["authority_id", "email", "role"], set_=values)
        .returning(RoleOffer.id)
    )
    offer_id = (await ctx.db.scalars(offered)).one()
    authority = (await ctx.db.get_one(Authority, authority_id)).name
    words = role_offered_mail(
        await _lang(ctx, email),
        ctx.app.settings,
        {
            "role": invitation.role,
            "authority": authority,
            "inviter": ctx.person.name or ctx.person.email,
            "until": ctx.now + LASTS,
        },
    )
    await mail.post(ctx, email, *words)
    await record(ctx, RoleOffered(offer_id=offer_id, authority_id=authority_id))


async def tell_role(ctx: RequestContext, authority_id: UUID, invitation: Invitation) -> None:
    """Mail somebody that an operator gave them a role."""
    email = read_address(invitation.email)
    authority = (await ctx.db.get_one(Authority, authority_id)).name
    values = {"role": invitation.role, "authority": authority}
    words = role_given_mail(await _lang(ctx, email), ctx.app.settings, values)
    await mail.post(ctx, email, *words)


async def pending_offers(ctx: RequestContext, authority_id: UUID, cursor: str = "") -> OfferList:
    """Role offers of an authority that were not accepted yet, by address, `PAGE_SIZE` a page. For
    administrators.
    """
    permit(may_manage_team(ctx, authority_id))
    email, role = from_cursor(cursor, Text, Text) if cursor else ("", "")
    values = {"authority": authority_id, "now": ctx.now, "email": email, "role": role}
    shown, onward = one_page(await fetch(ctx.db, _PENDING, **values), PAGE_SIZE, "email", "role")
    return OfferList([PendingOffer(**row) for row in shown], onward)


async def withdraw_offer(ctx: RequestContext, authority_id: UUID, offer_id: UUID) -> None:
    """Take an offer back. For administrators. Raises `NotFound`."""
    permit(may_manage_team(ctx, authority_id))
    gone = await ctx.db.scalars(
        delete(RoleOffer)
        .where(RoleOffer.id == offer_id, RoleOffer.authority_id == authority_id)
        .returning(RoleOffer.id)
    )
    existing(gone.first())


async def offered_roles(ctx: RequestContext) -> list[OfferedRole]:
    """Roles offered to the viewer's own address, `PAGE_SIZE` at most: the next ones follow when
    these are decided. Raises `SignInNeeded`.
    """
    query = (
        select(RoleOffer.id, RoleOffer.role, Authority.name, Person.name, RoleOffer.expires_at)
        .join(Authority, Authority.id == RoleOffer.authority_id)
        .join(Person, Person.id == RoleOffer.invited_by)
        .where(RoleOffer.email == ctx.person.email, RoleOffer.expires_at > ctx.now)
        .order_by(Authority.name, RoleOffer.role)
        .limit(PAGE_SIZE)
    )
    return [
        OfferedRole(id=row[0], role=row[1], authority=row[2], invited_by=row[3], expires_at=row[4])
        for row in await ctx.db.execute(query)
    ]


async def accept_role(ctx: RequestContext, offer_id: UUID) -> None:
    """Take a role that the viewer's own address was offered. Raises `NotFound`."""
    offer = await _taken(ctx, offer_id)
    person = await ctx.db.get_one(Person, ctx.person.id)
    if not person.name:
        person.name = offer.name
    await grant_role(ctx, offer.authority_id, person, offer.role)


async def decline_role(ctx: RequestContext, offer_id: UUID) -> None:
    """Refuse a role that the viewer's own address was offered. Raises `NotFound`."""
    offer = await _taken(ctx, offer_id)
    await record(ctx, RoleDeclined(offer_id=offer.id, authority_id=offer.authority_id))


async def forget_old_offers(ctx: RequestContext) -> None:
    """Periodic: remove what nobody accepted in time."""
    await ctx.db.execute(delete(RoleOffer).where(RoleOffer.expires_at <= ctx.now))


async def _taken(ctx: RequestContext, offer_id: UUID) -> RoleOffer:
    """The viewer's own offer, which is gone now: two clicks at once decide once."""
    taken = (
        delete(RoleOffer)
        .where(
            RoleOffer.id == offer_id,
            RoleOffer.email == ctx.person.email,
            RoleOffer.expires_at > ctx.now,
        )
        .returning(RoleOffer)
    )
    return existing((await ctx.db.scalars(taken)).one_or_none())


async def _held(ctx: RequestContext, authority_id: UUID, email: str, role: str) -> bool:
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.role == role,
            func.lower(Person.email) == email,
        )
    )
    return (await ctx.db.scalars(query)).first() is not None


async def _lang(ctx: RequestContext, email: str) -> str:
    """The language that an address asked for, if it has an account; that of the inviter's page."""
    query = select(Person.lang).where(func.lower(Person.email) == email)
    return (await ctx.db.scalars(query)).first() or ctx.lang


_PENDING = prepared(
    f"""
    SELECT id, name, email, role, expires_at FROM offer
    WHERE authority_id = :authority AND expires_at > :now AND (email, role) > (:email, :role)
    ORDER BY email, role LIMIT {PAGE_SIZE + 1}
    """  # noqa: S608 - fixed text
)
