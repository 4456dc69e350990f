"""M6: crowds of new accounts are told to those who run and answer a consultation, nobody named."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from deliberation.consultations.queries import ConsultationPage
from deliberation.insights.anomalies import BURST, CROWD, Anomalies, anomalies
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import NotAllowed, NotFound
from deliberation.people.commands import delete_account, person_of
from deliberation.proposals.commands import support
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_room,
    acting,
    an_authority,
    supports,
    viewer_of,
)


async def seen(house: House, page: ConsultationPage, who: Viewer) -> Anomalies:
    async with acting(house, who) as act:
        return await anomalies(act, page)


async def aged(house: House, people: Sequence[Viewer], **age: float) -> None:
    """These accounts were opened some time ago."""
    async with acting(house) as act:
        await act.db.execute(
            text(
                "UPDATE person SET created_at = created_at - CAST(:age AS interval)"
                " WHERE id = ANY(:ids)"
            ),
            {"age": timedelta(**age), "ids": [one.id for one in people]},
        )


async def supported_at(house: House, viewers: Sequence[Viewer], page: ConsultationPage) -> None:
    """All supports stand in one hour, whatever the minute at which the test runs."""
    async with acting(house) as act:
        at = act.now.replace(minute=20, second=0)
        ids = [one.voter_id for one in viewers]
        await act.db.execute(
            text("UPDATE support SET created_at = :at WHERE voter_id = ANY(:ids)"),
            {"at": at, "ids": ids},
        )
        await act.db.execute(
            text(
                "UPDATE person SET created_at = CAST(:at AS timestamptz) - interval '1 minute'"
                " WHERE voter_id = ANY(:ids)"
            ),
            {"at": at, "ids": ids},
        )


async def test_m6_a_burst_of_new_accounts_is_told_with_the_supports_without_it(
    house: House,
) -> None:
    page, agent = await a_room(house)
    author = await a_person(house)
    number, other = [await a_proposal(house, page, author) for _ in range(2)]
    old = await supports(house, page, number, 3)
    await aged(house, [author, *old], days=30)
    puppets = await supports(house, page, number, 20)
    few = await supports(house, page, other, BURST - 1)
    await supported_at(house, [*puppets, *few], page)
    found = await seen(house, page, agent)
    (odd,) = found.proposals
    assert (odd.number, odd.supports, odd.odd, odd.without) == (number, 23, 20, 3)
    assert [(one.number, one.supports) for one in found.bursts] == [(number, 20)]
    assert [one.accounts for one in found.opened] == [20 + BURST - 1]
    named = msgspec.json.encode(found).decode()
    for viewer in puppets:
        for secret in (viewer.name, viewer.email, str(viewer.id), str(viewer.voter_id)):
            assert secret not in named


async def test_m6_coming_back_makes_no_mailbox_new(house: House) -> None:
    page, agent = await a_room(house)
    number = await a_proposal(house, page)
    people = [await a_person(house) for _ in range(BURST)]
    await aged(house, people, days=30)
    for one in people:
        async with acting(house, one) as act:
            await delete_account(act)
        async with acting(house) as act:
            again = viewer_of(await person_of(act, one.email, "Camille"))
        async with acting(house, again) as act:
            await support(act, page, number)
    assert (await seen(house, page, agent)).proposals == []


async def test_m6_supports_of_deleted_accounts_are_counted_unless_few(house: House) -> None:
    page, agent = await a_room(house)
    number = await a_proposal(house, page)
    for gone, told in ((1, None), (BURST, BURST)):
        for one in await supports(house, page, number, gone - (gone > 1)):
            async with acting(house, one) as act:
                await delete_account(act)
        assert (await seen(house, page, agent)).gone == told


async def test_m6_votes_of_accounts_opened_that_day_are_told_by_day(house: House) -> None:
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page, poll = await a_poll(house, authority=authority)
    voters = [await a_person(house) for _ in range(CROWD + 3)]
    for viewer in voters:
        await a_ballot(house, page, poll, {"1": 7}, viewer)
    async with acting(house) as act:  # all on one day, whatever the hour at which the test runs
        await act.db.execute(
            text("UPDATE roll_mark SET marked_on = '2026-03-11' WHERE poll_id = :poll"),
            {"poll": poll.id},
        )
        await act.db.execute(
            text("UPDATE person SET created_at = '2026-03-11 12:00Z' WHERE id = ANY(:ids)"),
            {"ids": [one.id for one in voters]},
        )
    assert [one.new for one in (await seen(house, page, agent)).votes] == [CROWD + 3]
    await aged(house, voters[:3], days=3)
    (day,) = (await seen(house, page, agent)).votes
    assert (day.poll, day.new, day.voters) == (1, CROWD, None)  # three others would be too few
    await aged(house, voters[3:4], days=3)
    assert (await seen(house, page, agent)).votes == []


@pytest.mark.parametrize("role", ["moderator", None])
async def test_m6_only_those_who_run_or_answer_read_it(house: House, role: str | None) -> None:
    authority = await an_authority(house)
    page = await a_consultation(house, authority)
    stranger = await a_member(house, await an_authority(house), "administrator")
    viewer = await a_member(house, authority, role) if role else await a_person(house)
    for who in (viewer, stranger):
        with pytest.raises((NotAllowed, NotFound)):
            await seen(house, page, who)
    official = await a_member(house, authority, "official")
    assert await seen(house, page, official)


def columns(value: Any) -> set[type]:
    """The types of all that a struct holds."""
    return {type(one) for one in msgspec.structs.astuple(value)}


async def test_m6_nothing_it_tells_is_an_identifier(house: House) -> None:
    page, agent = await a_room(house)
    number = await a_proposal(house, page)
    await supported_at(house, await supports(house, page, number, BURST), page)
    found = await seen(house, page, agent)
    assert UUID not in columns(found.bursts[0]) | columns(found.proposals[0])
