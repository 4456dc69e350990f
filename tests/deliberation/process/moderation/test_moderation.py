"""Reports and decisions: once a person, one authority's people only, a log without names."""

import asyncio
from uuid import UUID

import pytest

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded
from deliberation.process.comments.queries import thread
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.queries import decisions, waiting_reports
from deliberation.process.proposals.queries import proposal_view
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    an_authority,
    request_context,
)


async def signal(
    app: AppContext,
    page: ConsultationPage,
    subject_id: UUID,
    who: Viewer,
    *,
    subject: str = "comment",
    note: str = "",
) -> bool:
    draft = ReportDraft(subject=subject, subject_id=subject_id, reason="personal_attack", note=note)  # type: ignore[arg-type]
    async with request_context(app, who) as ctx:
        return (await report(ctx, page.ref, draft)).first


async def settle(
    app: AppContext,
    page: ConsultationPage,
    who: Viewer,
    subject_id: UUID,
    decision: str,
    **values: str,
) -> None:
    wish = Decision(
        subject=values.pop("subject", "comment"),  # type: ignore[arg-type]
        subject_id=subject_id,
        decision=decision,  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )
    async with request_context(app, who) as ctx:
        await decide(ctx, page.card.authority.id, wish)


async def test_each_person_reports_a_text_once(app: AppContext) -> None:
    page = await a_consultation(app)
    bad = await a_comment(app, page, await a_proposal(app, page))
    person = await a_person(app)
    assert await signal(app, page, bad.id, person)
    assert not await signal(app, page, bad.id, person)
    await asyncio.gather(*(signal(app, page, bad.id, person) for _ in range(10)))
    moderator = await a_member(app, page.card.authority, "moderator")
    async with request_context(app, moderator) as ctx:
        waiting = await waiting_reports(ctx, page.card.authority.id)
    assert [len(item.reports) for item in waiting] == [1]


async def test_only_what_everybody_can_read_is_reported(app: AppContext) -> None:
    page, other = await a_consultation(app), await a_consultation(app)
    bad = await a_comment(app, page, await a_proposal(app, page))
    async with request_context(app) as ctx:
        with pytest.raises(SignInNeeded):
            await report(
                ctx, page.ref, ReportDraft(subject="comment", subject_id=bad.id, reason="illegal")
            )
    person = await a_person(app)
    with pytest.raises(NotFound):
        await signal(app, other, bad.id, person)
    with pytest.raises(NotFound):
        await signal(app, page, bad.id, person, subject="proposal")
    await signal(app, page, bad.id, person)
    moderator = await a_member(app, page.card.authority, "moderator")
    await settle(app, page, moderator, bad.id, "hidden", reason="off_topic")
    with pytest.raises(NotFound):
        await signal(app, page, bad.id, await a_person(app))


async def test_the_inbox_groups_reports_by_text_oldest_first_without_their_authors(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    first = await a_comment(app, page, number, body="Le premier message.")
    second = await a_comment(app, page, number, body="Le second message.")
    neighbour = await a_person(app, "Ghislaine Signaleuse")
    await signal(app, page, first.id, neighbour, note="Il m’insulte.")
    await signal(app, page, second.id, neighbour)
    await signal(app, page, first.id, await a_person(app))
    async with request_context(app, await a_member(app, page.card.authority, "moderator")) as ctx:
        waiting = await waiting_reports(ctx, page.card.authority.id)
    assert [item.body for item in waiting] == ["Le premier message.", "Le second message."]
    assert [item.note for item in waiting[0].reports] == ["Il m’insulte.", ""]
    assert "Ghislaine" not in repr(waiting)


@pytest.mark.parametrize("role", ["moderator", "agent", "administrator"])
async def test_moderators_agents_and_administrators_decide(app: AppContext, role: str) -> None:
    page = await a_consultation(app)
    bad = await a_comment(app, page, await a_proposal(app, page))
    await signal(app, page, bad.id, await a_person(app))
    await settle(app, page, await a_member(app, page.card.authority, role), bad.id, "kept")
    async with request_context(app) as ctx:
        log = await decisions(ctx, page.ref)
    assert [(entry.decision, entry.reports) for entry in log.decisions] == [("kept", 1)]


async def test_for_others_and_other_authorities_there_is_nothing(app: AppContext) -> None:
    page = await a_consultation(app)
    bad = await a_comment(app, page, await a_proposal(app, page))
    await signal(app, page, bad.id, await a_person(app))
    elsewhere = await an_authority(app)
    foreign = await a_member(app, elsewhere, "moderator")
    official = await a_member(app, page.card.authority, "official")
    for viewer in (foreign, official, await a_person(app)):
        async with request_context(app, viewer) as ctx:
            with pytest.raises(NotFound):
                await waiting_reports(ctx, page.card.authority.id)
        with pytest.raises(NotFound):
            await settle(app, page, viewer, bad.id, "hidden", reason="off_topic")
    # Nor through one's own authority.
    async with request_context(app, foreign) as ctx:
        with pytest.raises(NotFound):
            await decide(
                ctx,
                elsewhere.id,
                Decision(subject="comment", subject_id=bad.id, decision="kept"),
            )


async def test_two_moderators_decide_once(app: AppContext) -> None:
    page = await a_consultation(app)
    bad = await a_comment(app, page, await a_proposal(app, page))
    await signal(app, page, bad.id, await a_person(app))
    moderators = [await a_member(app, page.card.authority, "moderator") for _ in range(2)]
    answers = await asyncio.gather(
        *(settle(app, page, who, bad.id, "hidden", reason="off_topic") for who in moderators),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers if answer] == [Conflict]
    async with request_context(app) as ctx:
        assert len((await decisions(ctx, page.ref)).decisions) == 1


async def test_nobody_decides_about_their_own_text(app: AppContext) -> None:
    page = await a_consultation(app)
    moderator = await a_member(app, page.card.authority, "moderator")
    bad = await a_comment(app, page, await a_proposal(app, page), moderator)
    await signal(app, page, bad.id, await a_person(app))
    with pytest.raises(NotAllowed, match="own-text"):
        await settle(app, page, moderator, bad.id, "kept")


async def test_hiding_needs_a_reason_and_masks_the_text(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    bad = await a_comment(app, page, number, body="Des propos inacceptables.")
    await signal(app, page, bad.id, await a_person(app))
    moderator = await a_member(app, page.card.authority, "moderator")
    with pytest.raises(Invalid):
        await settle(app, page, moderator, bad.id, "hidden")
    await settle(
        app, page, moderator, bad.id, "hidden", reason="personal_attack", note="Une insulte."
    )
    async with request_context(app) as ctx:
        shown = await thread(ctx, page.ref, await proposal_view(ctx, page.ref, number))
        log = await decisions(ctx, page.ref)
    assert "inacceptables" not in repr(shown)
    assert [(e.subject, e.decision, e.reason) for e in log.decisions] == [
        ("comment", "hidden", "personal_attack")
    ]
    assert log.waiting == 0


async def test_a_hidden_proposal_takes_its_thread_with_it(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page, title="Un titre inacceptable")
    await a_comment(app, page, number, body="Je cite : inacceptable.")
    async with request_context(app) as ctx:
        proposal = await proposal_view(ctx, page.ref, number)
    await signal(app, page, proposal.id, await a_person(app), subject="proposal")
    moderator = await a_member(app, page.card.authority, "moderator")
    await settle(app, page, moderator, proposal.id, "hidden", reason="illegal", subject="proposal")
    async with request_context(app) as ctx:
        shown = await proposal_view(ctx, page.ref, number)
        said = await thread(ctx, page.ref, shown)
    assert (shown.state, shown.title, shown.hidden_reason) == ("hidden", "", "illegal")
    assert "inacceptable" not in repr((shown, said))
