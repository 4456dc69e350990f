"""Agents read the pending steps of each vote, of their own authority only."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.ballot_box.extensions import ExtensionDraft, ask_extension
from deliberation.elections.electorate.countersigners import remove_countersigner
from deliberation.elections.electorate.roll import ask_code
from deliberation.elections.paper.paper_ballots import BatchDraft, enter_batch, mark_voters
from deliberation.elections.paper.undoing import UndoingDraft, ask_undoing
from deliberation.views.todo.queries import todo
from deliberation.views.todo.texts import TASKS, task_text
from deliberation.views.todo.votes import VoteTask
from tests.builders import a_consultation, a_member, a_poll, an_authority, request_context
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_vote,
    close_sealed,
    countersigned,
    end_vote,
    two_agents,
)


async def waiting(app: AppContext, viewer: Viewer) -> list[VoteTask]:
    """The vote tasks of somebody's only authority."""
    async with request_context(app, viewer) as ctx:
        (mine,) = await todo(ctx)
    assert mine.votes is not None
    return mine.votes


def kinds(found: list[VoteTask]) -> list[str]:
    return sorted(one.kind for one in found)


async def test_prof_16_a_vote_dated_without_a_question_is_a_task(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(5, 9))
    (one,) = await waiting(app, agent)
    assert (one.kind, one.late) == ("question", False)
    assert one.until == page.card.phases[0].opens_at


async def test_prof_16_an_empty_roll_and_nobody_to_countersign_are_tasks(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page, _ = await a_poll(app, authority=authority, vote=(2, 4), eligibility="roll")
    assert kinds(await waiting(app, agent)) == ["countersigners", "roll"]
    await a_roll(app, page, 3)
    await countersigned(app, page)
    assert await waiting(app, agent) == []


async def test_prof_16_what_two_decide_waits_for_the_second(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await ask_code(ctx, vote.page.ref, "2", "Carte perdue.")
        later = ExtensionDraft(closes_at=ctx.now + timedelta(days=9), reason="Panne du 3 mars.")
        await ask_extension(ctx, vote.page.ref, later)
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        wrong = UndoingDraft(number="1", reason="Mauvaise ligne.")
        await ask_undoing(ctx, vote.page.ref, vote.poll, wrong)
        batch = BatchDraft(channel="paper", ballots=[{"1": 7}])
        await enter_batch(ctx, vote.page.ref, vote.poll, batch)
    found = await waiting(app, second)
    assert kinds(found) == ["codes", "extensions", "typing", "undoings"]
    assert {one.count for one in found} == {1}


async def test_prof_16_papers_are_a_task_in_the_last_day_and_after_the_close(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app, eligibility="roll", vote=(-1, 0.9))
    vote = SealedVote(page, poll, await a_roll(app, page, 3))
    first, _ = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", ["1", "2"])
    (one,) = await waiting(app, first)
    assert (one.kind, one.count, one.late) == ("papers", 2, False)
    vote = await end_vote(app, vote)
    (one,) = await waiting(app, first)
    assert (one.kind, one.count, one.late) == ("papers", 2, True)
    assert vote.poll.closes_at is not None
    assert one.until == vote.poll.closes_at + timedelta(days=3)


async def test_prof_16_a_ballot_box_that_waits_is_a_task_until_it_is_counted(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, _ = await two_agents(app, vote)
    assert await waiting(app, first) == []
    await close_sealed(app, vote)
    (one,) = await waiting(app, first)
    assert (one.kind, one.poll, one.late) == ("trustees", 1, True)


async def test_prof_16_a_ballot_box_that_cannot_open_and_a_count_that_fails_are_tasks(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, opened=False)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await remove_countersigner(ctx, vote.page.ref, second.id)
    assert kinds(await waiting(app, first)) == ["countersigners", "lacking"]
    page, poll = await a_poll(app)
    plain = await end_vote(app, SealedVote(page, poll, []), ago=timedelta(hours=1))
    agent = await a_member(app, plain.page.card.authority, "agent")
    (one,) = await waiting(app, agent)
    assert (one.kind, one.late) == ("late", True)


async def test_prof_16_a_neighbour_and_an_official_read_no_task_of_a_vote(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    await close_sealed(app, vote)
    neighbour = await a_member(app, await an_authority(app), "agent")
    assert await waiting(app, neighbour) == []
    official = await a_member(app, vote.page.card.authority, "official")
    async with request_context(app, official) as ctx:
        (mine,) = await todo(ctx)
    assert mine.votes is None


async def test_prof_16_each_task_has_its_words_and_a_page_that_exists(
    app: AppContext, visitor_of: Any
) -> None:
    vote = await a_sealed_vote(app)
    first, _ = await two_agents(app, vote)
    agent = await visitor_of(first)
    for kind in TASKS:
        task = VoteTask(
            kind=kind,  # type: ignore[arg-type]
            consultation=vote.page.card.slug,
            title="",
            poll=1,
            until=vote.poll.closes_at,
        )
        told = task_text("fr", task)
        assert told.todo
        assert told.date
        answer = await agent.open(f"/fr/gestion/c/{task.consultation}{told.page}")
        assert answer.status_code == 200, told.page
    assert "1\u202f000 ou plus" in task_text("fr", replace(task, kind="codes", count=1000)).todo
    await close_sealed(app, vote)
    await agent.open("/fr/gestion")
    assert "Remettre l’urne aux dépositaires" in agent.text
