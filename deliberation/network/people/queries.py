"""Read one's own account, the address of a pending code, and the people of a demo."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.errors import existing
from deliberation.core.ids import fingerprint
from deliberation.network.authorities.model import Authority
from deliberation.network.people.model import Membership, Person, SignInCode
from deliberation.network.sessions.commands import SESSION_LASTS, STAFF_IDLE, STAFF_LASTS

# SQL: the condition on the session of a token, shorter for people with a role. `{now}`: the time.
LIVE_SESSION = """
    session.fingerprint = :fingerprint AND session.expires_at > {now}
    AND (session.created_at > {now} - CAST(:lasts AS interval)
         AND session.seen_at > {now} - CAST(:idle AS interval)
         OR NOT EXISTS (SELECT FROM membership WHERE membership.person_id = session.person_id))
"""


def session_values(app: AppContext, token: str) -> dict[str, Any]:
    """The parameters of `LIVE_SESSION`. The story of a demo moves by days: its people stay in."""
    return {
        "fingerprint": fingerprint(token),
        "lasts": SESSION_LASTS if app.demo else STAFF_LASTS,
        "idle": SESSION_LASTS if app.demo else STAFF_IDLE,
    }


class RoleView(msgspec.Struct, frozen=True):
    """A role held in an authority."""

    role: str
    authority: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own account."""

    name: str
    email: str
    lang: str
    notify: bool
    created_at: datetime
    roles: list[RoleView]


async def account(ctx: RequestContext) -> Account:
    """The viewer's own account. Raises `SignInNeeded`."""
    person = await ctx.db.get_one(Person, ctx.person.id)
    return Account(
        name=person.name,
        email=person.email or "",
        lang=person.lang,
        notify=person.notify,
        created_at=person.created_at,
        roles=(await roles_of(ctx, [person.id])).get(person.id, []),
    )


async def account_at(ctx: RequestContext, email: str) -> UUID:
    """The account of an address. Raises `NotFound`."""
    query = select(Person.id).where(func.lower(Person.email) == email)
    return existing((await ctx.db.scalars(query)).one_or_none())


async def awaited_address(ctx: RequestContext, request: UUID, browser: str) -> str | None:
    """The address a code was mailed to, for the browser that asked, while the code may be used."""
    query = select(SignInCode.email).where(
        SignInCode.id == request,
        SignInCode.browser == fingerprint(browser),
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > ctx.now,
    )
    return (await ctx.db.scalars(query)).one_or_none()


async def roles_of(ctx: RequestContext, ids: Sequence[UUID]) -> dict[UUID, list[RoleView]]:
    """The roles of some people, by person."""
    query = (
        select(Membership.person_id, Membership.role, Authority.name)
        .join(Authority, Authority.id == Membership.authority_id)
        .where(Membership.person_id.in_(ids))
        .order_by(Authority.name, Membership.role)
    )
    roles: dict[UUID, list[RoleView]] = {}
    for person_id, role, authority in (await ctx.db.execute(query)).all():
        roles.setdefault(person_id, []).append(RoleView(role, authority))
    return roles
