"""The accounts of the demo that a visitor can take."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.network.people.model import Person
from deliberation.network.people.queries import RoleView, roles_of


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the demo that a visitor can take."""

    id: UUID
    name: str
    email: str
    roles: list[RoleView]


async def accounts_of(ctx: RequestContext, emails: Sequence[str]) -> list[DemoAccount]:
    """The accounts of some addresses, in their order; for the demo's page of people only."""
    query = select(Person.id, Person.name, Person.email).where(Person.email.in_(emails))
    rows = {row.email: row for row in (await ctx.db.execute(query)).all()}
    found = [rows[email] for email in emails if email in rows]
    roles = await roles_of(ctx, [row.id for row in found])
    return [
        DemoAccount(id=row.id, name=row.name, email=row.email, roles=roles.get(row.id, []))
        for row in found
    ]
