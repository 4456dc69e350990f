"""Official answers: who gives them, to what, and what still waits."""

import asyncio

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.followup.answers.owed import THRESHOLD, standings, waiting_for_answer
from deliberation.followup.answers.queries import answer_to, answers_of
from deliberation.network.authorities.queries import authority_row
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.commands import proposal_row
from deliberation.process.subjects.commands import hide, unhide
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.views.overview.queries import latest_answers
from deliberation.views.proposals.queries import proposal_page
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    request_context,
    supports,
)

DRAFT = AnswerDraft(decision="accepted", body="Nous le ferons avant la fin de l’année.")


@pytest.mark.parametrize("role", ["official", "administrator"])
async def test_officials_answer_a_proposal_once_for_all_to_read(app: AppContext, role: str) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    async with request_context(app, await a_member(app, page.card.authority, role)) as ctx:
        await answer(ctx, page.ref, SubjectRef("proposal", number), DRAFT)
    async with request_context(app) as ctx:
        shown = await proposal_page(ctx, page, number)
        listed = (await answers_of(ctx, page)).items
    assert shown.proposal.answer == "accepted"
    assert shown.answer is not None
    assert shown.answer.body == DRAFT.body
    assert shown.answer.author == f"Dominique {role}"
    assert shown.answer.authority == "Commune d’essai"
    assert [(item.kind, item.number) for item in listed] == [("proposal", number)]


async def test_answers_are_counted_while_their_proposal_can_be_read(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    about = SubjectRef("proposal", number)

    async def counted() -> int:
        async with request_context(app) as ctx:
            return (await standings(ctx, [page.card]))[page.card.id].to_proposals

    assert await counted() == 0
    official = await a_member(app, page.card.authority, "official")
    for decision in ("accepted", "declined"):
        async with request_context(app, official) as ctx:
            await answer(ctx, page.ref, about, AnswerDraft(decision=decision, body=DRAFT.body))
        assert await counted() == 1
    async with request_context(app) as ctx:
        id_ = (await proposal_row(ctx, page.ref, number)).id
        await hide(ctx, id_, "off_topic", "")
    assert await counted() == 0
    async with request_context(app) as ctx:
        await unhide(ctx, id_)
    assert await counted() == 1


async def test_answers_of_one_moment_have_an_order(app: AppContext) -> None:
    page = await a_consultation(app)
    numbers = [await a_proposal(app, page) for _ in range(8)]
    official = await a_member(app, page.card.authority, "official")
    async with request_context(app, official) as ctx:
        for number in numbers:
            await answer(ctx, page.ref, SubjectRef("proposal", number), DRAFT)
    newest = "SELECT top.number FROM subject AS said JOIN subject AS top ON top.id = said.about_id"
    async with request_context(app) as ctx:
        answers = await latest_answers(ctx, authority_id=page.card.authority.id, most=5)
        found = [one.number for one in answers]
        query = text(
            f"{newest} WHERE said.consultation_id = :id AND said.kind = 'answer'"
            " ORDER BY said.created_at DESC, said.id DESC LIMIT 5"
        )
        assert found == list((await ctx.db.scalars(query, {"id": page.card.id})).all())


async def test_others_do_not_answer(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    subject = SubjectRef("proposal", number)
    async with request_context(app) as ctx:
        with pytest.raises(SignInNeeded):
            await answer(ctx, page.ref, subject, DRAFT)
    foreign = await a_member(app, await an_authority(app), "official")
    others = [await a_member(app, page.card.authority, role) for role in ("agent", "moderator")]
    for viewer in (foreign, *others, await a_person(app)):
        async with request_context(app, viewer) as ctx:
            with pytest.raises(NotFound):
                await answer(ctx, page.ref, subject, DRAFT)


async def test_changing_an_answer_says_when_and_is_recorded(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    subject = SubjectRef("proposal", number)
    async with request_context(app, await a_member(app, page.card.authority, "official")) as ctx:
        await answer(ctx, page.ref, subject, DRAFT)
        await answer(ctx, page.ref, subject, DRAFT)
        await answer(ctx, page.ref, subject, AnswerDraft(decision="partly", body=DRAFT.body))
    async with request_context(app) as ctx:
        shown = await proposal_page(ctx, page, number)
        query = text("SELECT kind FROM event WHERE consultation_id = :c AND kind LIKE 'Answer%'")
        events = (await ctx.db.scalars(query, {"c": page.card.id})).all()
    assert shown.answer is not None
    assert shown.answer.edited_at is not None
    assert shown.proposal.answer == "partly"
    assert sorted(events) == ["AnswerEdited", "AnswerPublished"]


async def test_two_first_answers_leave_one(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    officials = [await a_member(app, page.card.authority, "official") for _ in range(4)]

    async def give(viewer: Viewer) -> None:
        async with request_context(app, viewer) as ctx:
            await answer(ctx, page.ref, SubjectRef("proposal", number), DRAFT)

    await asyncio.gather(*(give(viewer) for viewer in officials))
    async with request_context(app) as ctx:
        assert len((await answers_of(ctx, page)).items) == 1


async def test_a_vote_is_answered_once_its_result_is_published(app: AppContext) -> None:
    page = await a_consultation(app, vote=(-5, -1))
    poll_id = await a_poll_row(app, page)
    official = await a_member(app, page.card.authority, "official")
    subject = SubjectRef("poll", 1)
    async with request_context(app, official) as ctx:
        with pytest.raises(NotAllowed, match="no-result-yet"):
            await answer(ctx, page.ref, subject, DRAFT)
        with pytest.raises(NotFound):
            await answer(ctx, page.ref, SubjectRef("poll", 9), DRAFT)
    await a_result_row(app, poll_id)
    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, subject, DRAFT)
    async with request_context(app) as ctx:
        shown = await answer_to(ctx, page, subject)
    assert shown is not None
    assert (shown.kind, shown.title) == ("poll", "Que faire en premier ?")


async def test_what_waits_is_the_first_the_much_supported_and_the_results(
    app: AppContext,
) -> None:
    page = await a_consultation(app, proposals=(-9, -6), vote=(-5, -1))
    early = await a_consultation(app, await authority_of(app, page), proposals=(-9, 6))
    quiet = await a_proposal(app, early, title="Sans aucun soutien")
    first = await a_proposal(app, early, title="La plus soutenue")
    second = await a_proposal(app, early, title="Un soutien de moins")
    many = await a_proposal(app, early, title="Au-dessus du seuil")
    await supports(app, early, first, THRESHOLD + 1)
    await supports(app, early, many, THRESHOLD)
    await supports(app, early, second, 2)
    await a_result_row(app, await a_poll_row(app, page))
    official = await a_member(app, page.card.authority, "official")
    ids = [page.card.authority.id]

    async with request_context(app, official) as ctx:
        waiting = await waiting_for_answer(ctx, ids)
    assert quiet not in [item.number for item in waiting if item.kind == "proposal"]
    assert {(item.kind, item.number, item.first) for item in waiting} == {
        ("proposal", first, True),
        ("proposal", many, False),
        ("poll", 1, False),
    }
    async with request_context(app, official) as ctx:
        await answer(ctx, early.ref, SubjectRef("proposal", first), DRAFT)
        await answer(ctx, page.ref, SubjectRef("poll", 1), DRAFT)
        assert [item.number for item in await waiting_for_answer(ctx, ids)] == [many]


async def test_prof_13_results_come_first_and_what_a_vote_settled_waits_no_more(
    app: AppContext,
) -> None:
    page = await a_consultation(app, proposals=(-9, 1), vote=(-5, -1), decision=(1, 9))
    other = await a_consultation(app, await authority_of(app, page), proposals=(-99, 6))
    put = await a_proposal(app, page, title="Mise au vote")
    alone = await a_proposal(app, other, title="Attend depuis longtemps")
    await supports(app, page, put, 1)
    await supports(app, other, alone, 1)
    poll_id = await a_poll_row(app, page)
    imported = await a_poll_row(app, other, source="import")
    for one in (poll_id, imported):
        await a_result_row(app, one)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "UPDATE poll_option SET proposal_id = (SELECT id FROM subject WHERE"
                " consultation_id = :id AND kind = 'proposal')"
                " WHERE poll_id = :poll AND number = 1"
            ),
            {"id": page.card.id, "poll": poll_id},
        )
    official = await a_member(app, page.card.authority, "official")
    ids = [page.card.authority.id]
    async with request_context(app, official) as ctx:
        waiting = await waiting_for_answer(ctx, ids)
        assert [(one.kind, one.title) for one in waiting] == [
            ("poll", "Que faire en premier ?"),
            ("proposal", "Mise au vote"),  # promised, before what has no date
            ("proposal", "Attend depuis longtemps"),
        ]
        assert waiting[0].by == page.card.phases[-1].closes_at
        assert waiting[0].late == 0
        await answer(ctx, page.ref, SubjectRef("poll", 1), DRAFT)
        waiting = await waiting_for_answer(ctx, ids)
    assert [one.title for one in waiting] == ["Attend depuis longtemps"]


async def test_what_waits_is_for_the_authority_s_officials(app: AppContext) -> None:
    page = await a_consultation(app)
    foreign = await a_member(app, await an_authority(app), "official")
    async with request_context(app, foreign) as ctx:
        with pytest.raises(NotFound):
            await waiting_for_answer(ctx, [page.card.authority.id])


async def authority_of(app: AppContext, page: ConsultationPage):  # type: ignore[no-untyped-def]
    async with request_context(app) as ctx:
        return await authority_row(ctx, page.card.authority.slug)
