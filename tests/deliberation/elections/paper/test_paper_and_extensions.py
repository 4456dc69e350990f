"""Decisions of two persons: papers typed twice, a later close, a new code."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Conflict, Invalid, NotAllowed
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    grant_extension,
)
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.electorate.roll import ask_code, grant_code
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.results.queries import result_page
from deliberation.elections.verification.minutes import read_minutes
from deliberation.process.consultations.queries import consultation_page
from tests.builders import a_poll, a_result, request_context, version_of
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_ballot,
    a_sealed_result,
    a_sealed_vote,
    two_agents,
)

pytestmark = pytest.mark.usefixtures("no_floor")


async def test_papers_typed_alike_by_two_agents_count_and_are_shown_apart(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, electors=14)
    page, poll, codes = vote
    first, second = await two_agents(app, vote)
    for code in codes[:10]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    papers = BatchDraft(channel="paper", ballots=[{"2": 7}, {"2": 6, "1": 1}, {}])
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", ["11", "12", "13"])
        await enter_batch(ctx, page.ref, poll, papers)
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await enter_second_copy(ctx, page.ref, poll, 1, papers)
    async with request_context(app, second) as ctx:
        wrong = BatchDraft(channel="paper", ballots=[{"2": 7}, {"2": 6}, {}])
        assert (await enter_second_copy(ctx, page.ref, poll, 1, wrong)).places == [2]
        assert (await enter_second_copy(ctx, page.ref, poll, 1, papers)).state == "agreed"
    found = read_minutes((await a_sealed_result(app, vote)).minutes)
    assert found.counts.channels == {"online": 10, "paper": 3}
    assert found.faults == []
    async with request_context(app) as ctx:
        assert (await result_page(ctx, page.ref, 1)).channels == {"online": 10, "paper": 3}


async def test_the_roll_refuses_a_second_channel(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    agent, _ = await two_agents(app, vote)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    with pytest.raises(Invalid) as refused:
        async with request_context(app, agent) as ctx:
            await mark_voters(ctx, vote.page.ref, vote.poll, "counter", ["1"])
    assert refused.value.errors == {"voters.0": ("already-voted", {})}
    async with request_context(app, agent) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "counter", ["2"])
    with pytest.raises(NotAllowed, match="voted-on-paper"):
        await a_sealed_ballot(app, vote, vote.codes[1], {"1": 7})


async def test_no_more_papers_than_people_marked(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    papers = BatchDraft(channel="paper", ballots=[{"2": 7}])
    async with request_context(app, first) as ctx:
        await enter_batch(ctx, vote.page.ref, vote.poll, papers)
    async with request_context(app, second) as ctx:
        with pytest.raises(Conflict, match="more-papers-than-marks"):
            await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, papers)


async def test_papers_count_in_a_vote_that_is_not_sealed_too(app: AppContext) -> None:
    page, poll = await a_poll(app, eligibility="roll")
    vote = SealedVote(page, poll, await a_roll(app, page, 4))
    first, second = await two_agents(app, vote)
    papers = BatchDraft(channel="counter", ballots=[{"2": 7}, {"2": 6}])
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "counter", ["1", "2"])
        await enter_batch(ctx, page.ref, poll, papers)
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, page.ref, poll, 1, papers)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
    assert (result.channels, result.ballots) == ({"counter": 2}, 2)


async def test_a_later_close_is_decided_by_two_before_the_close_and_shown_on_the_board(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        later = ctx.now + timedelta(days=9)
        draft = ExtensionDraft(closes_at=later, reason="La poste a distribué les codes en retard.")
        asked = await ask_extension(ctx, vote.page.ref, draft)
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await grant_extension(ctx, vote.page.ref, asked.id)
    async with request_context(app, second) as ctx:
        await grant_extension(ctx, vote.page.ref, asked.id)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
        page = await consultation_page(ctx, vote.page.card.slug)
    assert board[-1].entry.kind == "extend"
    assert "poste" in board[-1].entry.body["reason"]
    assert page.card.phases[0].closes_at == later


@pytest.mark.parametrize("days", [1, 9])
async def test_nobody_alone_moves_the_close_of_an_open_ballot_box(
    app: AppContext, days: int
) -> None:
    vote = await a_sealed_vote(app)
    with pytest.raises(Exception, match="dates of an open urn are held"):
        async with request_context(app) as ctx:
            await ctx.db.execute(
                text(
                    "UPDATE phase SET closes_at = clock_now() + make_interval(days => :days)"
                    " WHERE consultation_id = :id"
                ),
                {"days": days, "id": vote.page.card.id},
            )


async def test_a_lost_code_is_replaced_by_two_persons_and_the_old_one_revoked(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    async with request_context(app, first) as ctx:
        request = await ask_code(ctx, vote.page.ref, "1", "Courrier perdu, carte d’identité vue.")
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await grant_code(ctx, vote.page.ref, request.id)
    async with request_context(app, second) as ctx:
        letter = await grant_code(ctx, vote.page.ref, request.id)
        with pytest.raises(Conflict, match="already-decided"):
            await grant_code(ctx, vote.page.ref, request.id)
    with pytest.raises(NotAllowed, match="code-wrong"):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 1})
    again = await a_sealed_ballot(app, vote, letter.code, {"1": 2})
    assert await version_of(app, again) == 2


async def test_the_database_refuses_a_code_that_nobody_granted(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    with pytest.raises(Exception, match="a new code needs a granted request"):
        async with request_context(app) as ctx:
            await ctx.db.execute(
                text(
                    "INSERT INTO elector_code (hash, elector_id, issued_at, revoked_at)"
                    " SELECT '\\x00', id, clock_now(), clock_now() FROM elector"
                    " WHERE consultation_id = :id LIMIT 1"
                ),
                {"id": vote.page.card.id},
            )
