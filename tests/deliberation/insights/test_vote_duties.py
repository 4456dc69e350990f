"""Whoever runs votes reads what each of them waits for, of their own authority only."""

from datetime import timedelta
from typing import Any

from deliberation.ballot_box.countersigners import remove_countersigner
from deliberation.ballot_box.extensions import ExtensionDraft, ask_extension
from deliberation.ballot_box.papers import BatchDraft, mark_voters, type_batch
from deliberation.ballot_box.roll import ask_code
from deliberation.ballot_box.undoing import UndoingDraft, ask_undoing
from deliberation.insights.duties import duties
from deliberation.insights.vote_duties import VoteDuty
from deliberation.kit.act import House, Viewer
from deliberation.words.vote_duties import DUTIES, told_duty
from tests.builders import a_consultation, a_member, a_poll, acting, an_authority
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_vote,
    close_sealed,
    countersigned,
    end_vote,
    two_agents,
)


async def waiting(house: House, viewer: Viewer) -> list[VoteDuty]:
    """The vote duties of somebody's only authority."""
    async with acting(house, viewer) as act:
        (mine,) = await duties(act)
    assert mine.votes is not None
    return mine.votes


def kinds(found: list[VoteDuty]) -> list[str]:
    return sorted(one.kind for one in found)


async def test_prof_16_a_vote_dated_without_a_question_is_a_duty(house: House) -> None:
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, vote=(5, 9))
    (one,) = await waiting(house, agent)
    assert (one.kind, one.late) == ("question", False)
    assert one.until == page.card.phases[0].opens_at


async def test_prof_16_an_empty_roll_and_nobody_to_countersign_are_duties(house: House) -> None:
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page, _ = await a_poll(house, authority=authority, vote=(2, 4), eligibility="roll")
    assert kinds(await waiting(house, agent)) == ["countersigners", "roll"]
    await a_roll(house, page, 3)
    await countersigned(house, page)
    assert await waiting(house, agent) == []


async def test_prof_16_what_two_decide_waits_for_the_second(house: House) -> None:
    vote = await a_sealed_vote(house)
    first, second = await two_agents(house, vote)
    async with acting(house, first) as act:
        await ask_code(act, vote.page, "2", "Carte perdue.")
        later = ExtensionDraft(closes_at=act.now + timedelta(days=9), reason="Panne du 3 mars.")
        await ask_extension(act, vote.page, later)
        await mark_voters(act, vote.page, vote.poll, "paper", ["1"])
        wrong = UndoingDraft(number="1", reason="Mauvaise ligne.")
        await ask_undoing(act, vote.page, vote.poll, wrong)
        batch = BatchDraft(channel="paper", ballots=[{"1": 7}])
        await type_batch(act, vote.page, vote.poll, batch)
    found = await waiting(house, second)
    assert kinds(found) == ["codes", "extensions", "typing", "undoings"]
    assert {one.count for one in found} == {1}


async def test_prof_16_papers_are_a_duty_in_the_last_day_and_after_the_close(house: House) -> None:
    page, poll = await a_poll(house, eligibility="roll", vote=(-1, 0.9))
    vote = SealedVote(page, poll, await a_roll(house, page, 3))
    first, _ = await two_agents(house, vote)
    async with acting(house, first) as act:
        await mark_voters(act, page, poll, "paper", ["1", "2"])
    (one,) = await waiting(house, first)
    assert (one.kind, one.count, one.late) == ("papers", 2, False)
    vote = await end_vote(house, vote)
    (one,) = await waiting(house, first)
    assert (one.kind, one.count, one.late) == ("papers", 2, True)
    assert vote.poll.closes_at is not None
    assert one.until == vote.poll.closes_at + timedelta(days=3)


async def test_prof_16_an_urn_that_waits_is_a_duty_until_it_is_counted(house: House) -> None:
    vote = await a_sealed_vote(house)
    first, _ = await two_agents(house, vote)
    assert await waiting(house, first) == []
    await close_sealed(house, vote)
    (one,) = await waiting(house, first)
    assert (one.kind, one.poll, one.late) == ("trustees", 1, True)


async def test_prof_16_an_urn_that_cannot_open_and_a_count_that_fails_are_duties(
    house: House,
) -> None:
    vote = await a_sealed_vote(house, opened=False)
    first, second = await two_agents(house, vote)
    async with acting(house, first) as act:
        await remove_countersigner(act, vote.page, second.id)
    assert kinds(await waiting(house, first)) == ["countersigners", "lacking"]
    page, poll = await a_poll(house)
    plain = await end_vote(house, SealedVote(page, poll, []), ago=timedelta(hours=1))
    agent = await a_member(house, plain.page.card.authority, "agent")
    (one,) = await waiting(house, agent)
    assert (one.kind, one.late) == ("late", True)


async def test_prof_16_a_neighbour_and_an_official_read_no_duty_of_a_vote(house: House) -> None:
    vote = await a_sealed_vote(house)
    await close_sealed(house, vote)
    neighbour = await a_member(house, await an_authority(house), "agent")
    assert await waiting(house, neighbour) == []
    official = await a_member(house, vote.page.card.authority, "official")
    async with acting(house, official) as act:
        (mine,) = await duties(act)
    assert mine.votes is None


async def test_prof_16_each_duty_has_its_words_and_a_page_that_exists(
    house: House, visitor_of: Any
) -> None:
    vote = await a_sealed_vote(house)
    first, _ = await two_agents(house, vote)
    agent = await visitor_of(first)
    for kind in DUTIES:
        duty = VoteDuty(
            kind=kind,  # type: ignore[arg-type]
            consultation=vote.page.card.slug,
            title="",
            poll=1,
            until=vote.poll.closes_at,
        )
        told = told_duty("fr", duty)
        assert told.todo
        assert told.date
        answer = await agent.open(f"/fr/gestion/c/{duty.consultation}{told.page}")
        assert answer.status_code == 200, told.page
    await close_sealed(house, vote)
    await agent.open("/fr/gestion")
    assert "Remettre l’urne aux dépositaires" in agent.text
