"""A consultation with two votes: each page says each vote with its own dates."""

from datetime import timedelta

import msgspec

from deliberation.core.context import AppContext
from deliberation.elections.polls.commands import draft_poll
from deliberation.i18n.formats import day
from deliberation.process.consultations.commands import (
    PhaseDraft,
    change_consultation,
    consultation_row,
    draft_of,
    open_consultation,
)
from deliberation.process.consultations.queries import consultation_page
from tests.builders import a_consultation, a_member, a_poll_draft, an_authority, request_context
from tests.site import VisitorOf

QUESTIONS = ("Quelle rue ?", "Quel arbre planter ?")


async def test_each_page_says_both_votes(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(-1, 3))
    draft = draft_of(page)
    async with request_context(app, agent) as ctx:
        second = PhaseDraft("vote", ctx.now + timedelta(days=9), ctx.now + timedelta(days=12))
        row = await consultation_row(ctx, page.card.slug)
        phases = [*draft.phases, second]
        await change_consultation(ctx, row, msgspec.structs.replace(draft, phases=phases))
        page = await consultation_page(ctx, page.card.slug)
        for phase, question in zip(page.card.phases, QUESTIONS, strict=True):
            await draft_poll(ctx, page.ref, a_poll_draft(question=question, phase=phase.id))
        await open_consultation(ctx, row)
    visitor = await visitor_of(None)
    here = f"/c/{page.card.slug}"
    for path in (f"/fr{here}", f"/fr{here}/voter", f"/fr{here}/reglement", f"/embed{here}"):
        assert (await visitor.open(path)).status_code == 200, path
    await visitor.open(f"/fr{here}/voter")
    assert all(question in visitor.text for question in QUESTIONS)
    await visitor.open(f"/fr{here}/reglement")
    for phase in page.card.phases:
        assert " ".join(day("fr", phase.closes_at, year=False).split()) in visitor.text
    assert "Quel arbre planter ?" in (await visitor.open(f"/fr{here}/voter/2")).text
    assert "Enregistrer mon vote" not in visitor.text
