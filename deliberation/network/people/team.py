"""Read the team of an authority."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import Text, from_cursor, one_page
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.network.authorities.model import Authority
from deliberation.network.people.permissions import may_manage_team

PAGE_SIZE = 50


class Member(msgspec.Struct, frozen=True):
    """Somebody with a role; whoever holds two is there twice."""

    person_id: UUID
    name: str
    email: str
    role: str
    passkeys: int  # how many they have registered


class Team(msgspec.Struct, frozen=True):
    """People with roles in an authority; `next` is a cursor, empty at the end."""

    items: list[Member]
    next: str


async def team(ctx: RequestContext, authority_id: UUID, cursor: str = "") -> Team:
    """The authority's people, administrators first, `PAGE_SIZE` a page, which is in the order of
    names. For administrators only.
    """
    permit(may_manage_team(ctx, authority_id))
    role, person = from_cursor(cursor, Text, UUID) if cursor else ("", UUID(int=0))
    rows = await fetch(ctx.db, _TEAM, authority=authority_id, role=role, person=person)
    shown, onward = one_page(rows, PAGE_SIZE, "role", "person_id")
    members = [Member(*row) for row in shown]
    return Team(sorted(members, key=lambda m: (m.role, m.name.casefold(), m.email)), onward)


async def passkeys_required(ctx: RequestContext, authority_id: UUID) -> bool:
    """Whether roles of the authority are held with a passkey only."""
    query = select(Authority.passkeys_required).where(Authority.id == authority_id)
    return (await ctx.db.scalars(query)).one()


async def member(ctx: RequestContext, authority_id: UUID, person_id: UUID, role: str) -> Member:
    """One member of a team. Raises `NotFound`."""
    permit(may_manage_team(ctx, authority_id))
    values = {"authority": authority_id, "role": role, "person": person_id}
    return Member(*await fetch_one(ctx.db, _MEMBER, **values))


# In the order of roles: administrators happen to be the first of the alphabet.
_TEAM, _MEMBER = (
    prepared(
        f"""
        SELECT person_id, name, coalesce(email, '') AS email, role, (
            SELECT count(*) FROM passkey WHERE passkey.person_id = membership.person_id
        ) AS passkeys
        FROM membership JOIN person ON person.id = person_id
        WHERE authority_id = :authority AND (role, person_id) {which} (:role, :person)
        ORDER BY role, person_id LIMIT {PAGE_SIZE + 1}
        """  # noqa: S608 - fixed text
    )
    for which in (">", "=")
)
