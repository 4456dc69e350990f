"""Read the team of an authority."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select

from deliberation.core.context import ROLES, RequestContext, permit
from deliberation.core.errors import NotFound
from deliberation.network.authorities.model import Authority
from deliberation.network.people.model import Membership, Passkey, Person
from deliberation.network.people.permissions import may_manage_team


class Member(msgspec.Struct, frozen=True):
    """Somebody with a role; whoever holds two is there twice."""

    person_id: UUID
    name: str
    email: str
    role: str
    passkeys: int  # how many they have registered


async def team(ctx: RequestContext, authority_id: UUID) -> list[Member]:
    """The authority's people, administrators first, then by name. For administrators only."""
    permit(may_manage_team(ctx, authority_id))
    query = (
        select(
            Person.id,
            Person.name,
            func.coalesce(Person.email, ""),
            Membership.role,
            select(func.count()).where(Passkey.person_id == Person.id).scalar_subquery(),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.authority_id == authority_id)
    )
    members = [Member(*row) for row in (await ctx.db.execute(query)).all()]
    return sorted(members, key=lambda m: (ROLES.index(m.role), m.name.casefold(), m.email))


async def passkeys_required(ctx: RequestContext, authority_id: UUID) -> bool:
    """Whether roles of the authority are held with a passkey only."""
    query = select(Authority.passkeys_required).where(Authority.id == authority_id)
    return (await ctx.db.scalars(query)).one()


async def member(ctx: RequestContext, authority_id: UUID, person_id: UUID, role: str) -> Member:
    """One member of a team. Raises `NotFound`."""
    for found in await team(ctx, authority_id):
        if (found.person_id, found.role) == (person_id, role):
            return found
    raise NotFound
