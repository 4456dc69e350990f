"""M6: those who run and answer a consultation see bursts of new accounts, without names."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import NotAllowed, NotFound
from deliberation.network.people.commands import delete_account, person_of
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.commands import support
from deliberation.views.figures.anomalies import BURST, CROWD, Anomalies, anomalies
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_room,
    an_authority,
    figures_kept,
    request_context,
    supports,
    viewer_of,
)


async def seen(app: AppContext, page: ConsultationPage, who: Viewer) -> Anomalies:
    async with request_context(app, who) as ctx:
        return await anomalies(ctx, page.ref)


async def aged(app: AppContext, people: Sequence[Viewer], **age: float) -> None:
    """These accounts were opened some time ago."""
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "UPDATE person SET created_at = created_at - CAST(:age AS interval)"
                " WHERE id = ANY(:ids)"
            ),
            {"age": timedelta(**age), "ids": [one.id for one in people]},
        )


async def supported_at(app: AppContext, viewers: Sequence[Viewer], page: ConsultationPage) -> None:
    """All supports stand in one hour, whatever the minute at which the test runs."""
    async with request_context(app) as ctx:
        at = ctx.now.replace(minute=20, second=0)
        ids = [one.voter_id for one in viewers]
        await ctx.db.execute(
            text("UPDATE support SET created_at = :at WHERE voter_id = ANY(:ids)"),
            {"at": at, "ids": ids},
        )
        await ctx.db.execute(
            text(
                "UPDATE person SET created_at = CAST(:at AS timestamptz) - interval '1 minute'"
                " WHERE voter_id = ANY(:ids)"
            ),
            {"at": at, "ids": ids},
        )


async def test_m6_a_burst_of_new_accounts_is_told_with_the_supports_without_it(
    app: AppContext,
) -> None:
    page, agent = await a_room(app)
    author = await a_person(app)
    number, other = [await a_proposal(app, page, author) for _ in range(2)]
    old = await supports(app, page, number, 3)
    await aged(app, [author, *old], days=30)
    puppets = await supports(app, page, number, 20)
    few = await supports(app, page, other, BURST - 1)
    await supported_at(app, [*puppets, *few], page)
    found = await seen(app, page, agent)
    (odd,) = found.proposals
    assert (odd.number, odd.supports, odd.odd, odd.without) == (number, 23, 20, 3)
    assert [(one.number, one.supports) for one in found.bursts] == [(number, 20)]
    assert [one.accounts for one in found.opened] == [20 + BURST - 1]
    named = msgspec.json.encode(found).decode()
    for viewer in puppets:
        for secret in (viewer.name, viewer.email, str(viewer.id), str(viewer.voter_id)):
            assert secret not in named


async def test_m6_coming_back_makes_no_mailbox_new(app: AppContext) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    people = [await a_person(app) for _ in range(BURST)]
    await aged(app, people, days=30)
    for one in people:
        async with request_context(app, one) as ctx:
            await delete_account(ctx)
        async with request_context(app) as ctx:
            again = viewer_of(await person_of(ctx, one.email, "Camille"))
        async with request_context(app, again) as ctx:
            await support(ctx, page.ref, number)
    assert (await seen(app, page, agent)).proposals == []


async def test_m6_supports_of_deleted_accounts_are_counted_unless_few(app: AppContext) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    for gone, told in ((1, None), (BURST, BURST)):
        for one in await supports(app, page, number, gone - (gone > 1)):
            async with request_context(app, one) as ctx:
                await delete_account(ctx)
        assert (await seen(app, page, agent)).gone == told


async def test_m6_what_the_worker_counted_is_read(app: AppContext) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    await supported_at(app, await supports(app, page, number, BURST), page)
    fresh = await seen(app, page, agent)
    await figures_kept(app, page)
    kept = await seen(app, page, agent)
    assert fresh.counted_at is None
    assert kept == msgspec.structs.replace(fresh, counted_at=kept.counted_at)
    assert kept.counted_at is not None
    await supported_at(app, await supports(app, page, number, BURST), page)
    assert await seen(app, page, agent) == kept


async def test_m6_votes_of_accounts_opened_that_day_are_told_by_day(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page, poll = await a_poll(app, authority=authority)
    voters = [await a_person(app) for _ in range(CROWD + 3)]
    for viewer in voters:
        await a_ballot(app, page, poll, {"1": 7}, viewer)
    async with request_context(
        app
    ) as ctx:  # all on one day, whatever the hour at which the test runs
        await ctx.db.execute(
            text("UPDATE roll_mark SET marked_on = '2026-03-11' WHERE poll_id = :poll"),
            {"poll": poll.id},
        )
        await ctx.db.execute(
            text("UPDATE person SET created_at = '2026-03-11 12:00Z' WHERE id = ANY(:ids)"),
            {"ids": [one.id for one in voters]},
        )
    assert [one.new for one in (await seen(app, page, agent)).votes] == [CROWD + 3]
    await aged(app, voters[:3], days=3)
    (day,) = (await seen(app, page, agent)).votes
    assert (day.poll, day.new, day.voters) == (1, CROWD, None)  # three others would be too few
    await aged(app, voters[3:4], days=3)
    assert (await seen(app, page, agent)).votes == []


@pytest.mark.parametrize("role", ["moderator", None])
async def test_m6_only_those_who_run_or_answer_read_it(app: AppContext, role: str | None) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    stranger = await a_member(app, await an_authority(app), "administrator")
    viewer = await a_member(app, authority, role) if role else await a_person(app)
    for who in (viewer, stranger):
        with pytest.raises((NotAllowed, NotFound)):
            await seen(app, page, who)
    official = await a_member(app, authority, "official")
    assert await seen(app, page, official)


def columns(value: Any) -> set[type]:
    """The types of all that a struct holds."""
    return {type(one) for one in msgspec.structs.astuple(value)}


async def test_m6_nothing_it_tells_is_an_identifier(app: AppContext) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    await supported_at(app, await supports(app, page, number, BURST), page)
    found = await seen(app, page, agent)
    assert UUID not in columns(found.bursts[0]) | columns(found.proposals[0])
