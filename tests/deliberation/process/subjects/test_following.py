"""Following a text: who gets a mail about its answer, and how they stop it."""

import re

import pytest
from sqlalchemy import select

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import NotFound
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.jobs import JOBS
from deliberation.notices.mails.commands import unsubscribe
from deliberation.operations.mail import Mail
from deliberation.operations.queue import run_all
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.subjects.commands import hide
from deliberation.process.subjects.following import follow, unfollow
from deliberation.process.subjects.kinds import KINDS, SubjectRef
from deliberation.views.personal_data.queries import contributions, own_data
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    request_context,
    supports,
)
from tests.site import ProgramOf, VisitorOf

ANSWER = AnswerDraft(decision="accepted", body="Nous le ferons avant la fin de l’année.")
TELLING = {name: JOBS[name] for name in ("react", "tell-people")}


async def follows(app: AppContext, page: ConsultationPage, number: int, person: Viewer) -> bool:
    async with request_context(app, person) as ctx:
        return (await proposal_view(ctx, page.ref, number)).followed


async def mailed(app: AppContext, person: Viewer) -> list[str]:
    async with request_context(app) as ctx:
        query = select(Mail.body).where(Mail.recipient == person.email)
        return [body or "" for body in (await ctx.db.scalars(query)).all()]


async def test_a_text_is_followed_until_it_is_not(app: AppContext) -> None:
    page = await a_consultation(app)
    number, person = await a_proposal(app, page), await a_person(app)
    ref = SubjectRef("proposal", number)
    async with request_context(app, person) as ctx:
        for _ in range(2):
            assert (await follow(ctx, page.ref, ref)).followed
    assert await follows(app, page, number, person)
    assert not await follows(app, page, number, await a_person(app))
    async with request_context(app, person) as ctx:
        (own,) = (await contributions(ctx)).follows
        assert (own.kind, own.path) == ("proposal", f"/c/{page.card.slug}/p/{number}")
        stored = {one.code: one.rows for one in (await own_data(ctx)).sections}
        assert [row["number"] for row in stored["follows"]] == [number]
        for _ in range(2):
            assert not (await unfollow(ctx, page.ref, ref)).followed
    assert not await follows(app, page, number, person)


async def test_only_what_everybody_reads_and_may_be_followed_is(app: AppContext) -> None:
    page = await a_consultation(app)
    number, person = await a_proposal(app, page), await a_person(app)
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        await hide(ctx, view.id, "off_topic", "")
    kinds = [kind for kind, allowed in KINDS.items() if not allowed.followable]
    refs = [SubjectRef("proposal", number), SubjectRef("proposal", 99), SubjectRef("person", 1)]
    for ref in (*refs, *(SubjectRef(kind, 1) for kind in kinds)):
        async with request_context(app, person) as ctx:
            with pytest.raises(NotFound):
                await follow(ctx, page.ref, ref)


async def test_whoever_follows_is_told_of_the_answer_and_stops_from_the_mail(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number, person = await a_proposal(app, page), await a_person(app)
    (supporter,) = await supports(app, page, number, 1)
    async with request_context(app, person) as ctx:
        await follow(ctx, page.ref, SubjectRef("proposal", number))
    official = await a_member(app, page.card.authority, "official")
    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, SubjectRef("proposal", number), ANSWER)
    await run_all(app, TELLING)
    (told,) = await mailed(app, person)
    (other,) = await mailed(app, supporter)
    (link,) = re.findall(r"Ne plus le suivre\s:\n\S+?(/fr/desinscription/\S+)", told)
    assert "Ne plus le suivre" not in other

    visitor = await visitor_of()
    await visitor.open(link)
    assert "Ne plus suivre ce texte" in visitor.text
    assert await follows(app, page, number, person)  # a program that opens links changes nothing
    await visitor.send(link.removeprefix("/fr"))
    assert "Vous ne suivez plus ce texte" in visitor.text
    assert not await follows(app, page, number, person)
    async with request_context(app) as ctx:
        with pytest.raises(NotFound):
            await unsubscribe(ctx, link.rpartition("/")[2][:-2] + "AA")


async def test_a_button_follows_without_script(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    number, person = await a_proposal(app, page), await a_person(app)
    here = f"/c/{page.card.slug}/p/{number}"
    stranger = await visitor_of()
    await stranger.open(f"/fr{here}")
    assert "Suivre" in stranger.text
    visitor = await visitor_of(person)
    await visitor.open(f"/fr{here}")
    await visitor.send(f"{here}/suivre")
    assert "Vous suivez ce texte" in visitor.text
    await visitor.send(f"{here}/ne-plus-suivre")
    assert "Vous suivez ce texte" not in visitor.text


async def test_the_api_follows_and_exports_each_kind(
    app: AppContext, program_of: ProgramOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page, title="Planter des tilleuls")
    person = await a_person(app)
    program = await program_of(person)
    base = f"/consultations/{page.card.slug}/subjects/proposal"
    assert (await program.put(f"{base}/{number}/follow")).json() == {"followed": True}
    assert (await program.delete(f"{base}/{number}/follow")).json() == {"followed": False}
    (one,) = (await program.get(base)).json()["items"]
    assert one == (await program.get(f"{base}/{number}")).json()
    assert (one["kind"], one["title"], one["about"]) == ("proposal", "Planter des tilleuls", None)
    assert (await program.get(base.replace("proposal", "person"))).status_code == 404
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        await hide(ctx, view.id, "off_topic", "Hors sujet.")
    hidden = (await program.get(f"{base}/{number}")).json()
    assert (hidden["title"], hidden["body"], hidden["author"]) == ("", "", "")
    assert hidden["hidden_note"] == "Hors sujet."
