"""Voters marked on paper without a ballot: the result waits three days, then reports them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import NotAllowed, NotFound
from deliberation.elections.ballot_box.lifecycle import close_ballot_box, close_due_ballot_boxes
from deliberation.elections.ballot_box.waiting import wait_reason
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results import plain_count
from deliberation.elections.results.commands import count_due_polls, count_poll
from deliberation.elections.results.queries import result_page, result_table
from deliberation.elections.sealed_protocol.board import Fault
from deliberation.elections.verification.minutes import read_minutes
from tests.builders import a_ballot, a_poll, a_result, request_context
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_ballot,
    a_sealed_vote,
    archive_of,
    counted,
    end_vote,
    two_agents,
)

pytestmark = pytest.mark.usefixtures("no_floor")

PAPER = BatchDraft(channel="paper", ballots=[{"2": 7}])


async def _a_plain_vote(app: AppContext, marked: int = 3) -> SealedVote:
    """A plain vote with a roll, some of its electors marked on paper by the first agent."""
    page, poll = await a_poll(app, eligibility="roll")
    vote = SealedVote(page, poll, await a_roll(app, page, 5))
    first, _ = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", [str(n) for n in range(1, marked + 1)])
    return vote


async def _state(app: AppContext, vote: SealedVote) -> str:
    async with request_context(app) as ctx:
        poll = await poll_view(ctx, vote.page.ref, vote.poll.number)
        waiting = await wait_reason(ctx, vote.page.ref, poll)
        return waiting.step if waiting else ""


async def test_prof_1_marks_without_papers_are_told_by_the_result_and_never_block_it(
    app: AppContext,
) -> None:
    vote = await _a_plain_vote(app)
    first, _ = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)  # once only: it does not count
    vote = await end_vote(app, vote, ago=timedelta(days=3, minutes=1))
    async with request_context(app) as ctx:
        await count_poll(ctx, str(vote.poll.id))
        result = await result_page(ctx, vote.page.ref, 1)
    assert (result.ballots, result.electors) == (0, 3)
    assert result.faults == [Fault("marks-and-papers", {"marks": 3, "papers": 0})]


async def test_prof_1_papers_are_typed_after_the_close_and_the_count_waits_for_them(
    app: AppContext,
) -> None:
    vote = await _a_plain_vote(app, marked=1)
    first, second = await two_agents(app, vote)
    vote = await end_vote(app, vote)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(vote.poll.id))
        with pytest.raises(NotFound, match="results-not-yet"):
            await result_page(ctx, vote.page.ref, 1)
        await count_due_polls(ctx)
        jobs = "SELECT count(*) FROM job WHERE once = :once"
        assert await ctx.db.scalar(text(jobs), {"once": f"count-poll:{vote.poll.id}"}) == 0
    assert await _state(app, vote) == "typing"
    async with request_context(app, first) as ctx:
        with pytest.raises(NotAllowed, match="voting-closed"):
            await mark_voters(
                ctx, vote.page.ref, vote.poll, "paper", ["4"]
            )  # nobody votes any more
    async with request_context(app, first) as ctx:
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
    async with request_context(app, second) as ctx:
        assert (await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, PAPER)).state == "agreed"
    assert await _state(app, vote) == "counting"
    async with request_context(app) as ctx:
        await count_poll(ctx, str(vote.poll.id))
        result = await result_page(ctx, vote.page.ref, 1)
    assert (result.ballots, result.faults, result.counted["paper"]) == (1, [], 1)
    async with request_context(app, first) as ctx:
        with pytest.raises(NotAllowed, match="typing-over"):
            await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)


async def test_prof_1_nothing_is_typed_once_its_three_days_are_over(app: AppContext) -> None:
    vote = await _a_plain_vote(app, marked=1)
    first, _ = await two_agents(app, vote)
    vote = await end_vote(app, vote, ago=timedelta(days=3, minutes=1))
    async with request_context(app, first) as ctx:
        with pytest.raises(NotAllowed, match="typing-over"):
            await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)


async def test_prof_1_a_sealed_ballot_box_closes_when_its_papers_are_typed(app: AppContext) -> None:
    vote = await a_sealed_vote(app, electors=12)
    first, second = await two_agents(app, vote)
    for code in vote.codes[:11]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["12"])
    vote = await end_vote(app, vote)
    async with request_context(app) as ctx:
        await close_ballot_box(ctx, str(vote.poll.id))
    async with request_context(app) as ctx:
        # The ballots are shown at the close, as receipts promise; the close is still to come.
        kinds = [line.entry.kind for line in await board_entries(ctx, vote.poll.id)]
        assert kinds == ["open", "ballots"]
        await close_due_ballot_boxes(ctx)
        jobs = "SELECT count(*) FROM job WHERE once = :once"
        assert await ctx.db.scalar(text(jobs), {"once": f"close-urn:{vote.poll.id}"}) == 0
    with pytest.raises(NotAllowed, match="voting-closed"):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 1})
    assert await _state(app, vote) == "typing"
    async with request_context(app, first) as ctx:
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, PAPER)
    async with request_context(app) as ctx:
        await close_ballot_box(ctx, str(vote.poll.id))
    assert await _state(app, vote) == "trustees"
    minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
    assert (minutes.faults, minutes.counts.channels) == ([], {"online": 11, "paper": 1})


async def test_prof_1_a_sealed_ballot_box_closes_without_its_papers_after_three_days(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, electors=12)
    first, _ = await two_agents(app, vote)
    for code in vote.codes[:10]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "counter", ["11", "12"])
    vote = await end_vote(app, vote, ago=timedelta(days=3, minutes=1))
    async with request_context(app) as ctx:
        await close_ballot_box(ctx, str(vote.poll.id))
    minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
    assert minutes.faults == [Fault("marks-and-papers", {"marks": 2, "papers": 0})]
    assert minutes.counts.counted == 10


async def test_prof_1_a_count_that_fails_is_told_with_its_failure(app: AppContext) -> None:
    page, poll = await a_poll(app)
    vote = await end_vote(app, SealedVote(page, poll, []))
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "INSERT INTO job (name, values, run_at, once, tries, failure) VALUES"
                " ('count-poll', '{}', clock_now() + interval '1 hour', :once, 3, 'OutOfMemory')"
            ),
            {"once": f"count-poll:{poll.id}"},
        )
    async with request_context(app) as ctx:
        found = await poll_view(ctx, vote.page.ref, 1)
        waiting = await wait_reason(ctx, vote.page.ref, found)
    assert waiting is not None
    assert (waiting.step, waiting.late) == ("counting", True)
    assert (waiting.tries, waiting.failure) == (3, "OutOfMemory")


async def test_prof_1_a_count_that_nobody_tries_is_told_too(app: AppContext) -> None:
    page, poll = await a_poll(app)
    vote = await end_vote(app, SealedVote(page, poll, []), ago=timedelta(minutes=11))
    async with request_context(app) as ctx:
        found = await poll_view(ctx, vote.page.ref, 1)
        waiting = await wait_reason(ctx, vote.page.ref, found)
    assert waiting is not None
    assert (waiting.step, waiting.late, waiting.tries) == ("counting", True, 0)


async def test_prof_16_a_ballot_box_that_lacks_something_at_its_hour_says_so(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, opened=False)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("DELETE FROM trustee WHERE consultation_id = :id"), {"id": vote.page.card.id}
        )
    async with request_context(app) as ctx:
        waiting = await wait_reason(ctx, vote.page.ref, vote.poll)
    assert waiting is not None
    assert waiting.step == "lacking"
    assert "trustees" in [one.code for one in waiting.opening_requirements]


async def test_f2_of_few_ballots_a_difference_is_told_without_their_number(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        plain_count, "MIN_BALLOTS_FOR_SCORES", 10
    )  # as everywhere but in these tests
    page, poll = await a_poll(app)
    for _ in range(3):
        await a_ballot(app, page, poll, {"1": 7})
    async with request_context(app) as ctx:
        await ctx.db.execute(text("DELETE FROM roll_mark WHERE poll_id = :id"), {"id": poll.id})
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        columns, _ = await result_table(ctx, page.ref, 1)
        assert "marks_without_ballots" not in [one.name for one in columns]
    assert (result.small, result.ballots) == (True, None)
    assert result.faults == [Fault("marks-and-ballots")]
    assert "autant de bulletins" in verification_texts.faults("fr", result.faults)[0]
