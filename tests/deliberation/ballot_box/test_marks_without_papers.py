"""Voters marked on paper whose ballot never comes: the result waits three days, then tells it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.ballot_box.board import board_lines
from deliberation.ballot_box.papers import BatchDraft, mark_voters, type_again, type_batch
from deliberation.ballot_box.sealed.board import Fault
from deliberation.ballot_box.sealed.minutes import read_minutes
from deliberation.ballot_box.urns import close_due_urns, close_urn
from deliberation.ballot_box.waiting import why_not_yet
from deliberation.kit.act import House
from deliberation.kit.errors import NotAllowed, NotFound
from deliberation.polls.queries import poll_view
from deliberation.results import counting
from deliberation.results.commands import count_due_polls, count_poll
from deliberation.results.queries import result_page, result_table
from deliberation.words import proof
from tests.builders import a_ballot, a_poll, a_result, acting
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_ballot,
    a_sealed_vote,
    bundle_of,
    counted,
    end_vote,
    two_agents,
)

pytestmark = pytest.mark.usefixtures("no_floor")

PAPER = BatchDraft(channel="paper", ballots=[{"2": 7}])


async def _a_plain_vote(house: House, marked: int = 3) -> SealedVote:
    """A plain vote with a roll, some of its electors marked on paper by the first agent."""
    page, poll = await a_poll(house, eligibility="roll")
    vote = SealedVote(page, poll, await a_roll(house, page, 5))
    first, _ = await two_agents(house, vote)
    async with acting(house, first) as act:
        await mark_voters(act, page, poll, "paper", [str(n) for n in range(1, marked + 1)])
    return vote


async def _state(house: House, vote: SealedVote) -> str:
    async with acting(house) as act:
        poll = await poll_view(act, vote.page, vote.poll.number)
        waiting = await why_not_yet(act, vote.page, poll)
        return waiting.step if waiting else ""


async def test_prof_1_marks_without_papers_are_told_by_the_result_and_never_block_it(
    house: House,
) -> None:
    vote = await _a_plain_vote(house)
    first, _ = await two_agents(house, vote)
    async with acting(house, first) as act:
        await type_batch(act, vote.page, vote.poll, PAPER)  # once only: it does not count
    vote = await end_vote(house, vote, ago=timedelta(days=3, minutes=1))
    async with acting(house) as act:
        await count_poll(act, str(vote.poll.id))
        result = await result_page(act, vote.page, 1)
    assert (result.ballots, result.electors) == (0, 3)
    assert result.faults == [Fault("marks-and-papers", {"marks": 3, "papers": 0})]


async def test_prof_1_papers_are_typed_after_the_close_and_the_count_waits_for_them(
    house: House,
) -> None:
    vote = await _a_plain_vote(house, marked=1)
    first, second = await two_agents(house, vote)
    vote = await end_vote(house, vote)
    async with acting(house) as act:
        await count_poll(act, str(vote.poll.id))
        with pytest.raises(NotFound, match="results-not-yet"):
            await result_page(act, vote.page, 1)
        await count_due_polls(act)
        jobs = "SELECT count(*) FROM job WHERE once = :once"
        assert await act.db.scalar(text(jobs), {"once": f"count-poll:{vote.poll.id}"}) == 0
    assert await _state(house, vote) == "typing"
    async with acting(house, first) as act:
        with pytest.raises(NotAllowed, match="voting-closed"):
            await mark_voters(act, vote.page, vote.poll, "paper", ["4"])  # nobody votes any more
    async with acting(house, first) as act:
        await type_batch(act, vote.page, vote.poll, PAPER)
    async with acting(house, second) as act:
        assert (await type_again(act, vote.page, vote.poll, 1, PAPER)).state == "agreed"
    assert await _state(house, vote) == "counting"
    async with acting(house) as act:
        await count_poll(act, str(vote.poll.id))
        result = await result_page(act, vote.page, 1)
    assert (result.ballots, result.faults, result.counted["paper"]) == (1, [], 1)
    async with acting(house, first) as act:
        with pytest.raises(NotAllowed, match="typing-over"):
            await type_batch(act, vote.page, vote.poll, PAPER)


async def test_prof_1_nothing_is_typed_once_its_three_days_are_over(house: House) -> None:
    vote = await _a_plain_vote(house, marked=1)
    first, _ = await two_agents(house, vote)
    vote = await end_vote(house, vote, ago=timedelta(days=3, minutes=1))
    async with acting(house, first) as act:
        with pytest.raises(NotAllowed, match="typing-over"):
            await type_batch(act, vote.page, vote.poll, PAPER)


async def test_prof_1_a_sealed_urn_closes_when_its_papers_are_typed(house: House) -> None:
    vote = await a_sealed_vote(house, electors=12)
    first, second = await two_agents(house, vote)
    for code in vote.codes[:11]:
        await a_sealed_ballot(house, vote, code, {"1": 7})
    async with acting(house, first) as act:
        await mark_voters(act, vote.page, vote.poll, "paper", ["12"])
    vote = await end_vote(house, vote)
    async with acting(house) as act:
        await close_urn(act, str(vote.poll.id))
    async with acting(house) as act:
        # The ballots are shown at the close, as receipts promise; the close is still to come.
        kinds = [line.entry.kind for line in await board_lines(act, vote.poll.id)]
        assert kinds == ["open", "ballots"]
        await close_due_urns(act)
        jobs = "SELECT count(*) FROM job WHERE once = :once"
        assert await act.db.scalar(text(jobs), {"once": f"close-urn:{vote.poll.id}"}) == 0
    with pytest.raises(NotAllowed, match="voting-closed"):
        await a_sealed_ballot(house, vote, vote.codes[0], {"1": 1})
    assert await _state(house, vote) == "typing"
    async with acting(house, first) as act:
        await type_batch(act, vote.page, vote.poll, PAPER)
    async with acting(house, second) as act:
        await type_again(act, vote.page, vote.poll, 1, PAPER)
    async with acting(house) as act:
        await close_urn(act, str(vote.poll.id))
    assert await _state(house, vote) == "trustees"
    minutes = read_minutes(counted(await bundle_of(house, vote.poll.id)).minutes)
    assert (minutes.faults, minutes.counts.channels) == ([], {"online": 11, "paper": 1})


async def test_prof_1_a_sealed_urn_closes_without_its_papers_after_three_days(
    house: House,
) -> None:
    vote = await a_sealed_vote(house, electors=12)
    first, _ = await two_agents(house, vote)
    for code in vote.codes[:10]:
        await a_sealed_ballot(house, vote, code, {"1": 7})
    async with acting(house, first) as act:
        await mark_voters(act, vote.page, vote.poll, "counter", ["11", "12"])
    vote = await end_vote(house, vote, ago=timedelta(days=3, minutes=1))
    async with acting(house) as act:
        await close_urn(act, str(vote.poll.id))
    minutes = read_minutes(counted(await bundle_of(house, vote.poll.id)).minutes)
    assert minutes.faults == [Fault("marks-and-papers", {"marks": 2, "papers": 0})]
    assert minutes.counts.counted == 10


async def test_prof_1_a_count_that_fails_is_told_with_its_failure(house: House) -> None:
    page, poll = await a_poll(house)
    vote = await end_vote(house, SealedVote(page, poll, []))
    async with acting(house) as act:
        await act.db.execute(
            text(
                "INSERT INTO job (name, values, run_at, once, tries, failure) VALUES"
                " ('count-poll', '{}', clock_now() + interval '1 hour', :once, 3, 'OutOfMemory')"
            ),
            {"once": f"count-poll:{poll.id}"},
        )
    async with acting(house) as act:
        found = await poll_view(act, vote.page, 1)
        waiting = await why_not_yet(act, vote.page, found)
    assert waiting is not None
    assert (waiting.step, waiting.late) == ("counting", True)
    assert (waiting.tries, waiting.failure) == (3, "OutOfMemory")


async def test_prof_1_a_count_that_nobody_tries_is_told_too(house: House) -> None:
    page, poll = await a_poll(house)
    vote = await end_vote(house, SealedVote(page, poll, []), ago=timedelta(minutes=11))
    async with acting(house) as act:
        found = await poll_view(act, vote.page, 1)
        waiting = await why_not_yet(act, vote.page, found)
    assert waiting is not None
    assert (waiting.step, waiting.late, waiting.tries) == ("counting", True, 0)


async def test_prof_16_an_urn_that_lacks_something_at_its_hour_says_so(house: House) -> None:
    vote = await a_sealed_vote(house, opened=False)
    async with acting(house) as act:
        await act.db.execute(
            text("DELETE FROM trustee WHERE consultation_id = :id"), {"id": vote.page.card.id}
        )
    async with acting(house) as act:
        waiting = await why_not_yet(act, vote.page, vote.poll)
    assert waiting is not None
    assert waiting.step == "lacking"
    assert "trustees" in [one.code for one in waiting.lacks]


async def test_f2_of_few_ballots_a_difference_is_told_without_their_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEWEST", 10)  # as everywhere but in these tests
    page, poll = await a_poll(house)
    for _ in range(3):
        await a_ballot(house, page, poll, {"1": 7})
    async with acting(house) as act:
        await act.db.execute(text("DELETE FROM roll_mark WHERE poll_id = :id"), {"id": poll.id})
    page = await a_result(house, page, poll)
    async with acting(house) as act:
        result = await result_page(act, page, 1)
        columns, _ = await result_table(act, page, 1)
        assert "marks_without_ballots" not in [one.name for one in columns]
    assert (result.small, result.ballots) == (True, None)
    assert result.faults == [Fault("marks-and-ballots")]
    assert "autant de bulletins" in proof.faults("fr", result.faults)[0]
