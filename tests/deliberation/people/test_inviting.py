"""A role is held once its mailbox has accepted it, and an authority keeps an administrator."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from deliberation.authorities.model import Authority
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import Conflict, NotFound
from deliberation.people.commands import (
    Invitation,
    delete_account,
    person_of,
    withdraw_role,
)
from deliberation.people.inviting import (
    accept_role,
    decline_role,
    forget_old_offers,
    invite,
    offered_roles,
    pending_offers,
    withdraw_offer,
)
from deliberation.people.model import Membership, Offer
from deliberation.people.team import team
from tests.builders import a_member, a_person, acting, an_authority, unique, viewer_of


def an_invitation(email: str, **values: Any) -> Invitation:
    return Invitation(email=email, **{"name": "ZZ", "role": "agent", **values})


async def an_offer(
    house: House, authority: Authority, email: str, **values: Any
) -> tuple[Viewer, UUID]:
    """A role that an administrator offers to an address; the administrator, and the offer."""
    administrator = await a_member(house, authority, "administrator")
    async with acting(house, administrator) as act:
        await invite(act, authority.id, an_invitation(email, **values))
        (one,) = [one for one in await pending_offers(act, authority.id) if one.email == email]
    return administrator, one.id


async def roles(house: House, viewer: Viewer) -> set[str]:
    async with acting(house) as act:
        query = select(Membership.role).where(Membership.person_id == viewer.id)
        return set((await act.db.scalars(query)).all())


async def mails_to(house: House, email: str) -> list[Any]:
    async with acting(house) as act:
        query = "SELECT subject, body FROM mail WHERE recipient = :email ORDER BY created_at"
        return list((await act.db.execute(text(query), {"email": email})).all())


async def test_l3_inviting_an_address_tells_no_name_and_gives_no_role(house: House) -> None:
    authority = await an_authority(house)
    known = await a_person(house, "Mehdi Haddad")
    unknown = f"{unique('nobody')}@example.org"
    administrator = await a_member(house, authority, "administrator")
    async with acting(house, administrator) as act:
        for email in (known.email, unknown):
            await invite(act, authority.id, an_invitation(email))
        shown = {one.email: one.name for one in await pending_offers(act, authority.id)}
        members = await team(act, authority.id)
    assert shown == {known.email: "ZZ", unknown: "ZZ"}
    assert [one.email for one in members] == [administrator.email]
    assert await roles(house, known) == set()
    async with acting(house) as act:
        made = "SELECT count(*) FROM person WHERE email = :email"
        assert await act.db.scalar(text(made), {"email": unknown}) == 0


async def test_l3_the_invitee_reads_it_in_their_language_and_accepts_it_once(
    house: House,
) -> None:
    authority = await an_authority(house, name="Commune de Bourg")
    invitee = await a_person(house, "Mehdi Haddad")
    async with acting(house) as act:
        await act.db.execute(
            text("UPDATE person SET lang = 'en' WHERE id = :id"), {"id": invitee.id}
        )
    administrator, offer = await an_offer(house, authority, invitee.email)
    ((subject, body),) = await mails_to(house, invitee.email)
    assert subject == "A role is offered to you: Commune de Bourg"
    assert "/en/invitations" in body
    async with acting(house, invitee) as act:
        assert [one.role for one in await offered_roles(act)] == ["agent"]
        await accept_role(act, offer)
    assert await roles(house, invitee) == {"agent"}
    async with acting(house, invitee) as act:
        assert await offered_roles(act) == []
        with pytest.raises(NotFound):
            await accept_role(act, offer)
    async with acting(house, administrator) as act:
        assert await pending_offers(act, authority.id) == []
        assert "Mehdi Haddad" in [one.name for one in await team(act, authority.id)]
        with pytest.raises(Conflict, match="already-in-the-team"):
            await invite(act, authority.id, an_invitation(invitee.email))


@pytest.mark.parametrize("answer", [accept_role, decline_role])
async def test_l3_nobody_answers_for_another_mailbox(
    house: House, answer: Callable[..., Awaitable[None]]
) -> None:
    authority = await an_authority(house)
    invitee, stranger = await a_person(house), await a_person(house)
    administrator, offer = await an_offer(house, authority, invitee.email)
    for somebody in (stranger, administrator):
        async with acting(house, somebody) as act:
            with pytest.raises(NotFound):
                await answer(act, offer)
            assert await offered_roles(act) == []
    assert await roles(house, stranger) == set()


async def test_l3_a_refused_a_withdrawn_and_an_old_offer_give_no_role(house: House) -> None:
    authority, other = await an_authority(house), await an_authority(house)
    invitee = await a_person(house)
    _, refused = await an_offer(house, authority, invitee.email)
    async with acting(house, invitee) as act:
        await decline_role(act, refused)
    administrator, withdrawn = await an_offer(house, authority, invitee.email)
    neighbour, _ = await an_offer(house, other, f"{unique('other')}@example.org")
    async with acting(house, neighbour) as act:
        with pytest.raises(NotFound):
            await withdraw_offer(act, authority.id, withdrawn)
        with pytest.raises(NotFound):
            await withdraw_offer(act, other.id, withdrawn)
    async with acting(house, administrator) as act:
        await withdraw_offer(act, authority.id, withdrawn)
    _, old = await an_offer(house, authority, invitee.email)
    async with acting(house) as act:
        assert (await act.db.get_one(Offer, old)).expires_at - act.now > timedelta(days=13)
        await act.db.execute(
            text("UPDATE offer SET expires_at = clock_now() WHERE id = :id"), {"id": old}
        )
    async with acting(house, invitee) as act:
        assert await offered_roles(act) == []
        for offer in (refused, withdrawn, old):
            with pytest.raises(NotFound):
                await accept_role(act, offer)
        await forget_old_offers(act)
        assert await act.db.get(Offer, old) is None
    assert await roles(house, invitee) == set()


async def test_l3_accepting_and_refusing_at_once_decides_once(house: House) -> None:
    authority = await an_authority(house)
    invitee = await a_person(house)
    _, offer = await an_offer(house, authority, invitee.email)

    async def answer(command: Callable[..., Awaitable[None]]) -> None:
        async with acting(house, invitee) as act:
            await command(act, offer)

    commands = (accept_role, decline_role, accept_role)
    answers = await asyncio.gather(*map(answer, commands), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "NotFound", "NotFound"]


async def test_l3_an_account_without_a_name_takes_the_one_it_was_invited_by(house: House) -> None:
    authority = await an_authority(house)
    email = f"{unique('nameless')}@example.org"
    _, offer = await an_offer(house, authority, email, name="Odile Vanneuville")
    async with acting(house) as act:
        invitee = viewer_of(await person_of(act, email))
    async with acting(house, invitee) as act:
        await accept_role(act, offer)
        assert (await person_of(act, email)).name == "Odile Vanneuville"


async def test_l4_the_last_administrator_cannot_delete_their_account(house: House) -> None:
    authority = await an_authority(house)
    last = await a_member(house, authority, "administrator")
    await a_member(house, authority, "agent")
    async with acting(house, last) as act:
        with pytest.raises(Conflict, match="last-administrator"):
            await delete_account(act)
    assert await roles(house, last) == {"administrator"}
    await a_member(house, authority, "administrator")
    async with acting(house, last) as act:
        await delete_account(act)
    assert await roles(house, last) == set()


async def test_l4_two_administrators_who_leave_at_once_do_not_leave_nobody(house: House) -> None:
    for _ in range(5):
        authority = await an_authority(house)
        first, second = [await a_member(house, authority, "administrator") for _ in range(2)]

        async def leave(viewer: Viewer) -> None:
            async with acting(house, viewer) as act:
                await delete_account(act)

        async def withdraw(viewer: Viewer, other: Viewer, of: UUID) -> None:
            async with acting(house, viewer) as act:
                await withdraw_role(act, of, other.id, "administrator")

        answers = await asyncio.gather(
            leave(first),
            leave(second),
            withdraw(first, second, authority.id),
            return_exceptions=True,
        )
        assert any(isinstance(one, Conflict) for one in answers)
        assert len(await roles(house, first) | await roles(house, second)) == 1


async def test_h4_what_an_administrator_offered_goes_with_their_role(house: House) -> None:
    """Else somebody who is sent away comes back by another mailbox of theirs."""
    authority = await an_authority(house)
    email = f"{unique('double')}@example.org"
    sent_away, offer = await an_offer(house, authority, email, role="administrator")
    async with acting(house, await a_member(house, authority, "administrator")) as act:
        await withdraw_role(act, authority.id, sent_away.id, "administrator")
    async with acting(house) as act:
        double = viewer_of(await person_of(act, email))
    with pytest.raises(NotFound):
        async with acting(house, double) as act:
            await accept_role(act, offer)


async def test_h4_what_an_administrator_offered_goes_with_their_account(house: House) -> None:
    authority = await an_authority(house)
    email = f"{unique('double')}@example.org"
    leaving, offer = await an_offer(house, authority, email)
    await a_member(house, authority, "administrator")
    async with acting(house, leaving) as act:
        await delete_account(act)
    async with acting(house) as act:
        double = viewer_of(await person_of(act, email))
    with pytest.raises(NotFound):
        async with acting(house, double) as act:
            await accept_role(act, offer)
