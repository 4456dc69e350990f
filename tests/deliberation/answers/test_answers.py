"""Official answers: who gives them, to what, and what still waits."""

import asyncio

import pytest
from sqlalchemy import text

from deliberation.answers.commands import AnswerDraft, Subject, answer
from deliberation.answers.owed import THRESHOLD, waiting_for_answer
from deliberation.answers.queries import (
    answer_to,
    answers_of,
    proposal_page,
)
from deliberation.authorities.queries import authority_row
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import NotAllowed, NotFound, SignInNeeded
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll_row,
    a_proposal,
    a_result_row,
    acting,
    an_authority,
    supports,
)

DRAFT = AnswerDraft(decision="accepted", body="Nous le ferons avant la fin de l’année.")


@pytest.mark.parametrize("role", ["official", "administrator"])
async def test_officials_answer_a_proposal_once_for_all_to_read(house: House, role: str) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    async with acting(house, await a_member(house, page.card.authority, role)) as act:
        await answer(act, page, Subject("proposal", number), DRAFT)
    async with acting(house) as act:
        shown = await proposal_page(act, page, number)
        listed = await answers_of(act, page)
    assert shown.proposal.answer == "accepted"
    assert shown.answer is not None
    assert shown.answer.body == DRAFT.body
    assert shown.answer.author == f"Dominique {role}"
    assert shown.answer.authority == "Commune d’essai"
    assert [(item.kind, item.number) for item in listed] == [("proposal", number)]


async def test_others_do_not_answer(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    subject = Subject("proposal", number)
    async with acting(house) as act:
        with pytest.raises(SignInNeeded):
            await answer(act, page, subject, DRAFT)
    foreign = await a_member(house, await an_authority(house), "official")
    others = [await a_member(house, page.card.authority, role) for role in ("agent", "moderator")]
    for viewer in (foreign, *others, await a_person(house)):
        async with acting(house, viewer) as act:
            with pytest.raises(NotFound):
                await answer(act, page, subject, DRAFT)


async def test_changing_an_answer_says_when_and_is_recorded(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    subject = Subject("proposal", number)
    async with acting(house, await a_member(house, page.card.authority, "official")) as act:
        await answer(act, page, subject, DRAFT)
        await answer(act, page, subject, DRAFT)
        await answer(act, page, subject, AnswerDraft(decision="partly", body=DRAFT.body))
    async with acting(house) as act:
        shown = await proposal_page(act, page, number)
        query = text("SELECT kind FROM event WHERE consultation_id = :c AND kind LIKE 'Answer%'")
        events = (await act.db.scalars(query, {"c": page.card.id})).all()
    assert shown.answer is not None
    assert shown.answer.edited_at is not None
    assert shown.proposal.answer == "partly"
    assert sorted(events) == ["AnswerEdited", "AnswerPublished"]


async def test_two_first_answers_leave_one(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    officials = [await a_member(house, page.card.authority, "official") for _ in range(4)]

    async def give(viewer: Viewer) -> None:
        async with acting(house, viewer) as act:
            await answer(act, page, Subject("proposal", number), DRAFT)

    await asyncio.gather(*(give(viewer) for viewer in officials))
    async with acting(house) as act:
        assert len(await answers_of(act, page)) == 1


async def test_a_vote_is_answered_once_its_result_is_published(house: House) -> None:
    page = await a_consultation(house, vote=(-5, -1))
    poll_id = await a_poll_row(house, page)
    official = await a_member(house, page.card.authority, "official")
    subject = Subject("poll", 1)
    async with acting(house, official) as act:
        with pytest.raises(NotAllowed, match="no-result-yet"):
            await answer(act, page, subject, DRAFT)
        with pytest.raises(NotFound):
            await answer(act, page, Subject("poll", 9), DRAFT)
    await a_result_row(house, poll_id)
    async with acting(house, official) as act:
        await answer(act, page, subject, DRAFT)
    async with acting(house) as act:
        shown = await answer_to(act, page, subject)
    assert shown is not None
    assert (shown.kind, shown.title) == ("poll", "Que faire en premier ?")


async def test_what_waits_is_the_first_the_much_supported_and_the_results(house: House) -> None:
    page = await a_consultation(house, proposals=(-9, -6), vote=(-5, -1))
    early = await a_consultation(house, await authority_of(house, page), proposals=(-9, 6))
    quiet = await a_proposal(house, early, title="Sans aucun soutien")
    first = await a_proposal(house, early, title="La plus soutenue")
    second = await a_proposal(house, early, title="Un soutien de moins")
    many = await a_proposal(house, early, title="Au-dessus du seuil")
    await supports(house, early, first, THRESHOLD + 1)
    await supports(house, early, many, THRESHOLD)
    await supports(house, early, second, 2)
    await a_result_row(house, await a_poll_row(house, page))
    official = await a_member(house, page.card.authority, "official")
    ids = [page.card.authority.id]

    async with acting(house, official) as act:
        waiting = await waiting_for_answer(act, ids)
    assert quiet not in [item.number for item in waiting if item.kind == "proposal"]
    assert {(item.kind, item.number, item.first) for item in waiting} == {
        ("proposal", first, True),
        ("proposal", many, False),
        ("poll", 1, False),
    }
    async with acting(house, official) as act:
        await answer(act, early, Subject("proposal", first), DRAFT)
        await answer(act, page, Subject("poll", 1), DRAFT)
        assert [item.number for item in await waiting_for_answer(act, ids)] == [many]


async def test_prof_13_results_come_first_and_what_a_vote_settled_waits_no_more(
    house: House,
) -> None:
    page = await a_consultation(house, proposals=(-9, 1), vote=(-5, -1), decision=(1, 9))
    other = await a_consultation(house, await authority_of(house, page), proposals=(-99, 6))
    put = await a_proposal(house, page, title="Mise au vote")
    alone = await a_proposal(house, other, title="Attend depuis longtemps")
    await supports(house, page, put, 1)
    await supports(house, other, alone, 1)
    poll_id = await a_poll_row(house, page)
    imported = await a_poll_row(house, other, source="import")
    for one in (poll_id, imported):
        await a_result_row(house, one)
    async with acting(house) as act:
        await act.db.execute(
            text(
                "UPDATE poll_option SET proposal_id = (SELECT id FROM proposal"
                " WHERE consultation_id = :id) WHERE poll_id = :poll AND number = 1"
            ),
            {"id": page.card.id, "poll": poll_id},
        )
    official = await a_member(house, page.card.authority, "official")
    ids = [page.card.authority.id]
    async with acting(house, official) as act:
        waiting = await waiting_for_answer(act, ids)
        assert [(one.kind, one.title) for one in waiting] == [
            ("poll", "Que faire en premier ?"),
            ("proposal", "Mise au vote"),  # promised, before what has no date
            ("proposal", "Attend depuis longtemps"),
        ]
        assert waiting[0].by == page.card.phases[-1].closes_at
        assert waiting[0].late == 0
        await answer(act, page, Subject("poll", 1), DRAFT)
        waiting = await waiting_for_answer(act, ids)
    assert [one.title for one in waiting] == ["Attend depuis longtemps"]


async def test_what_waits_is_for_the_authority_s_officials(house: House) -> None:
    page = await a_consultation(house)
    foreign = await a_member(house, await an_authority(house), "official")
    async with acting(house, foreign) as act:
        with pytest.raises(NotFound):
            await waiting_for_answer(act, [page.card.authority.id])


async def authority_of(house: House, page: ConsultationPage):  # type: ignore[no-untyped-def]
    async with acting(house) as act:
        return await authority_row(act, page.card.authority.slug)
