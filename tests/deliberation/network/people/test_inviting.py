"""A role is held once its mailbox has accepted it, and an authority keeps an administrator."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, NotFound
from deliberation.network.authorities.model import Authority
from deliberation.network.people.commands import delete_account, person_of
from deliberation.network.people.inviting import (
    accept_role,
    decline_role,
    forget_old_offers,
    invite,
    offered_roles,
    pending_offers,
    withdraw_offer,
)
from deliberation.network.people.model import Membership, RoleOffer
from deliberation.network.people.roles import Invitation, withdraw_role
from deliberation.network.people.team import team
from tests.builders import a_member, a_person, an_authority, request_context, unique, viewer_of


def an_invitation(email: str, **values: Any) -> Invitation:
    return Invitation(email=email, **{"name": "ZZ", "role": "agent", **values})


async def an_offer(
    app: AppContext, authority: Authority, email: str, **values: Any
) -> tuple[Viewer, UUID]:
    """A role that an administrator offers to an address; the administrator, and the offer."""
    administrator = await a_member(app, authority, "administrator")
    async with request_context(app, administrator) as ctx:
        await invite(ctx, authority.id, an_invitation(email, **values))
        (one,) = [
            one for one in (await pending_offers(ctx, authority.id)).items if one.email == email
        ]
    return administrator, one.id


async def roles(app: AppContext, viewer: Viewer) -> set[str]:
    async with request_context(app) as ctx:
        query = select(Membership.role).where(Membership.person_id == viewer.id)
        return set((await ctx.db.scalars(query)).all())


async def mails_to(app: AppContext, email: str) -> list[Any]:
    async with request_context(app) as ctx:
        query = "SELECT subject, body FROM mail WHERE recipient = :email ORDER BY created_at"
        return list((await ctx.db.execute(text(query), {"email": email})).all())


async def test_l3_inviting_an_address_tells_no_name_and_gives_no_role(app: AppContext) -> None:
    authority = await an_authority(app)
    known = await a_person(app, "Mehdi Haddad")
    unknown = f"{unique('nobody')}@example.org"
    administrator = await a_member(app, authority, "administrator")
    async with request_context(app, administrator) as ctx:
        for email in (known.email, unknown):
            await invite(ctx, authority.id, an_invitation(email))
        shown = {one.email: one.name for one in (await pending_offers(ctx, authority.id)).items}
        members = (await team(ctx, authority.id)).items
    assert shown == {known.email: "ZZ", unknown: "ZZ"}
    assert [one.email for one in members] == [administrator.email]
    assert await roles(app, known) == set()
    async with request_context(app) as ctx:
        made = "SELECT count(*) FROM person WHERE email = :email"
        assert await ctx.db.scalar(text(made), {"email": unknown}) == 0


async def test_l3_the_invitee_reads_it_in_their_language_and_accepts_it_once(
    app: AppContext,
) -> None:
    authority = await an_authority(app, name="Commune de Bourg")
    invitee = await a_person(app, "Mehdi Haddad")
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE person SET lang = 'en' WHERE id = :id"), {"id": invitee.id}
        )
    administrator, offer = await an_offer(app, authority, invitee.email)
    ((subject, body),) = await mails_to(app, invitee.email)
    assert subject == "A role is offered to you: Commune de Bourg"
    assert "/en/invitations" in body
    async with request_context(app, invitee) as ctx:
        assert [one.role for one in await offered_roles(ctx)] == ["agent"]
        await accept_role(ctx, offer)
    assert await roles(app, invitee) == {"agent"}
    async with request_context(app, invitee) as ctx:
        assert await offered_roles(ctx) == []
        with pytest.raises(NotFound):
            await accept_role(ctx, offer)
    async with request_context(app, administrator) as ctx:
        assert (await pending_offers(ctx, authority.id)).items == []
        assert "Mehdi Haddad" in [one.name for one in (await team(ctx, authority.id)).items]
        with pytest.raises(Conflict, match="already-in-the-team"):
            await invite(ctx, authority.id, an_invitation(invitee.email))


@pytest.mark.parametrize("answer", [accept_role, decline_role])
async def test_l3_nobody_answers_for_another_mailbox(
    app: AppContext, answer: Callable[..., Awaitable[None]]
) -> None:
    authority = await an_authority(app)
    invitee, stranger = await a_person(app), await a_person(app)
    administrator, offer = await an_offer(app, authority, invitee.email)
    for somebody in (stranger, administrator):
        async with request_context(app, somebody) as ctx:
            with pytest.raises(NotFound):
                await answer(ctx, offer)
            assert await offered_roles(ctx) == []
    assert await roles(app, stranger) == set()


async def test_l3_a_refused_a_withdrawn_and_an_old_offer_give_no_role(app: AppContext) -> None:
    authority, other = await an_authority(app), await an_authority(app)
    invitee = await a_person(app)
    _, refused = await an_offer(app, authority, invitee.email)
    async with request_context(app, invitee) as ctx:
        await decline_role(ctx, refused)
    administrator, withdrawn = await an_offer(app, authority, invitee.email)
    neighbour, _ = await an_offer(app, other, f"{unique('other')}@example.org")
    async with request_context(app, neighbour) as ctx:
        with pytest.raises(NotFound):
            await withdraw_offer(ctx, authority.id, withdrawn)
        with pytest.raises(NotFound):
            await withdraw_offer(ctx, other.id, withdrawn)
    async with request_context(app, administrator) as ctx:
        await withdraw_offer(ctx, authority.id, withdrawn)
    _, old = await an_offer(app, authority, invitee.email)
    async with request_context(app) as ctx:
        assert (await ctx.db.get_one(RoleOffer, old)).expires_at - ctx.now > timedelta(days=13)
        await ctx.db.execute(
            text("UPDATE offer SET expires_at = clock_now() WHERE id = :id"), {"id": old}
        )
    async with request_context(app, invitee) as ctx:
        assert await offered_roles(ctx) == []
        for offer in (refused, withdrawn, old):
            with pytest.raises(NotFound):
                await accept_role(ctx, offer)
        await forget_old_offers(ctx)
        assert await ctx.db.get(RoleOffer, old) is None
    assert await roles(app, invitee) == set()


async def test_l3_accepting_and_refusing_at_once_decides_once(app: AppContext) -> None:
    authority = await an_authority(app)
    invitee = await a_person(app)
    _, offer = await an_offer(app, authority, invitee.email)

    async def answer(command: Callable[..., Awaitable[None]]) -> None:
        async with request_context(app, invitee) as ctx:
            await command(ctx, offer)

    commands = (accept_role, decline_role, accept_role)
    answers = await asyncio.gather(*map(answer, commands), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "NotFound", "NotFound"]


async def test_l3_an_account_without_a_name_takes_the_one_it_was_invited_by(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    email = f"{unique('nameless')}@example.org"
    _, offer = await an_offer(app, authority, email, name="Odile Vanneuville")
    async with request_context(app) as ctx:
        invitee = viewer_of(await person_of(ctx, email))
    async with request_context(app, invitee) as ctx:
        await accept_role(ctx, offer)
        assert (await person_of(ctx, email)).name == "Odile Vanneuville"


async def test_l4_the_last_administrator_cannot_delete_their_account(app: AppContext) -> None:
    authority = await an_authority(app)
    last = await a_member(app, authority, "administrator")
    await a_member(app, authority, "agent")
    async with request_context(app, last) as ctx:
        with pytest.raises(Conflict, match="last-administrator"):
            await delete_account(ctx)
    assert await roles(app, last) == {"administrator"}
    await a_member(app, authority, "administrator")
    async with request_context(app, last) as ctx:
        await delete_account(ctx)
    assert await roles(app, last) == set()


async def test_l4_two_administrators_who_leave_at_once_do_not_leave_nobody(
    app: AppContext,
) -> None:
    for _ in range(5):
        authority = await an_authority(app)
        first, second = [await a_member(app, authority, "administrator") for _ in range(2)]

        async def leave(viewer: Viewer) -> None:
            async with request_context(app, viewer) as ctx:
                await delete_account(ctx)

        async def withdraw(viewer: Viewer, other: Viewer, of: UUID) -> None:
            async with request_context(app, viewer) as ctx:
                await withdraw_role(ctx, of, other.id, "administrator")

        answers = await asyncio.gather(
            leave(first),
            leave(second),
            withdraw(first, second, authority.id),
            return_exceptions=True,
        )
        assert any(isinstance(one, Conflict) for one in answers)
        assert len(await roles(app, first) | await roles(app, second)) == 1


async def test_h4_what_an_administrator_offered_goes_with_their_role(app: AppContext) -> None:
    """Else somebody who is sent away comes back by another mailbox of theirs."""
    authority = await an_authority(app)
    email = f"{unique('double')}@example.org"
    sent_away, offer = await an_offer(app, authority, email, role="administrator")
    async with request_context(app, await a_member(app, authority, "administrator")) as ctx:
        await withdraw_role(ctx, authority.id, sent_away.id, "administrator")
    async with request_context(app) as ctx:
        double = viewer_of(await person_of(ctx, email))
    with pytest.raises(NotFound):
        async with request_context(app, double) as ctx:
            await accept_role(ctx, offer)


async def test_h4_what_an_administrator_offered_goes_with_their_account(app: AppContext) -> None:
    authority = await an_authority(app)
    email = f"{unique('double')}@example.org"
    leaving, offer = await an_offer(app, authority, email)
    await a_member(app, authority, "administrator")
    async with request_context(app, leaving) as ctx:
        await delete_account(ctx)
    async with request_context(app) as ctx:
        double = viewer_of(await person_of(ctx, email))
    with pytest.raises(NotFound):
        async with request_context(app, double) as ctx:
            await accept_role(ctx, offer)
