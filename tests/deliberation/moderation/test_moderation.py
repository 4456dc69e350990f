"""Reports and decisions: once a person, one authority's people only, a log without names."""

import asyncio
from uuid import UUID

import pytest

from deliberation.comments.queries import thread
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded
from deliberation.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.moderation.queries import decisions, waiting_reports
from deliberation.proposals.queries import proposal_view
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    acting,
    an_authority,
)


async def signal(
    house: House,
    page: ConsultationPage,
    subject_id: UUID,
    who: Viewer,
    *,
    subject: str = "comment",
    note: str = "",
) -> bool:
    draft = ReportDraft(subject=subject, subject_id=subject_id, reason="personal_attack", note=note)  # type: ignore[arg-type]
    async with acting(house, who) as act:
        return (await report(act, page, draft)).first


async def settle(
    house: House,
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
    async with acting(house, who) as act:
        await decide(act, page.card.authority.id, wish)


async def test_each_person_reports_a_text_once(house: House) -> None:
    page = await a_consultation(house)
    bad = await a_comment(house, page, await a_proposal(house, page))
    person = await a_person(house)
    assert await signal(house, page, bad.id, person)
    assert not await signal(house, page, bad.id, person)
    await asyncio.gather(*(signal(house, page, bad.id, person) for _ in range(10)))
    moderator = await a_member(house, page.card.authority, "moderator")
    async with acting(house, moderator) as act:
        waiting = await waiting_reports(act, page.card.authority.id)
    assert [len(item.reports) for item in waiting] == [1]


async def test_only_what_everybody_can_read_is_reported(house: House) -> None:
    page, other = await a_consultation(house), await a_consultation(house)
    bad = await a_comment(house, page, await a_proposal(house, page))
    async with acting(house) as act:
        with pytest.raises(SignInNeeded):
            await report(
                act, page, ReportDraft(subject="comment", subject_id=bad.id, reason="illegal")
            )
    person = await a_person(house)
    with pytest.raises(NotFound):
        await signal(house, other, bad.id, person)
    with pytest.raises(NotFound):
        await signal(house, page, bad.id, person, subject="proposal")
    await signal(house, page, bad.id, person)
    moderator = await a_member(house, page.card.authority, "moderator")
    await settle(house, page, moderator, bad.id, "hidden", reason="off_topic")
    with pytest.raises(NotFound):
        await signal(house, page, bad.id, await a_person(house))


async def test_the_inbox_groups_reports_by_text_oldest_first_without_their_authors(
    house: House,
) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    first = await a_comment(house, page, number, body="Le premier message.")
    second = await a_comment(house, page, number, body="Le second message.")
    neighbour = await a_person(house, "Ghislaine Signaleuse")
    await signal(house, page, first.id, neighbour, note="Il m’insulte.")
    await signal(house, page, second.id, neighbour)
    await signal(house, page, first.id, await a_person(house))
    async with acting(house, await a_member(house, page.card.authority, "moderator")) as act:
        waiting = await waiting_reports(act, page.card.authority.id)
    assert [item.body for item in waiting] == ["Le premier message.", "Le second message."]
    assert [item.note for item in waiting[0].reports] == ["Il m’insulte.", ""]
    assert "Ghislaine" not in repr(waiting)


@pytest.mark.parametrize("role", ["moderator", "agent", "administrator"])
async def test_moderators_agents_and_administrators_decide(house: House, role: str) -> None:
    page = await a_consultation(house)
    bad = await a_comment(house, page, await a_proposal(house, page))
    await signal(house, page, bad.id, await a_person(house))
    await settle(house, page, await a_member(house, page.card.authority, role), bad.id, "kept")
    async with acting(house) as act:
        log = await decisions(act, page)
    assert [(entry.decision, entry.reports) for entry in log.decisions] == [("kept", 1)]


async def test_for_others_and_other_authorities_there_is_nothing(house: House) -> None:
    page = await a_consultation(house)
    bad = await a_comment(house, page, await a_proposal(house, page))
    await signal(house, page, bad.id, await a_person(house))
    elsewhere = await an_authority(house)
    foreign = await a_member(house, elsewhere, "moderator")
    official = await a_member(house, page.card.authority, "official")
    for viewer in (foreign, official, await a_person(house)):
        async with acting(house, viewer) as act:
            with pytest.raises(NotFound):
                await waiting_reports(act, page.card.authority.id)
        with pytest.raises(NotFound):
            await settle(house, page, viewer, bad.id, "hidden", reason="off_topic")
    # Nor through one's own authority.
    async with acting(house, foreign) as act:
        with pytest.raises(NotFound):
            await decide(
                act,
                elsewhere.id,
                Decision(subject="comment", subject_id=bad.id, decision="kept"),
            )


async def test_two_moderators_decide_once(house: House) -> None:
    page = await a_consultation(house)
    bad = await a_comment(house, page, await a_proposal(house, page))
    await signal(house, page, bad.id, await a_person(house))
    moderators = [await a_member(house, page.card.authority, "moderator") for _ in range(2)]
    answers = await asyncio.gather(
        *(settle(house, page, who, bad.id, "hidden", reason="off_topic") for who in moderators),
        return_exceptions=True,
    )
    assert sorted(type(answer) for answer in answers if answer) == [Conflict]
    async with acting(house) as act:
        assert len((await decisions(act, page)).decisions) == 1


async def test_nobody_decides_about_their_own_text(house: House) -> None:
    page = await a_consultation(house)
    moderator = await a_member(house, page.card.authority, "moderator")
    bad = await a_comment(house, page, await a_proposal(house, page), moderator)
    await signal(house, page, bad.id, await a_person(house))
    with pytest.raises(NotAllowed, match="own-text"):
        await settle(house, page, moderator, bad.id, "kept")


async def test_hiding_needs_a_reason_and_masks_the_text(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    bad = await a_comment(house, page, number, body="Des propos inacceptables.")
    await signal(house, page, bad.id, await a_person(house))
    moderator = await a_member(house, page.card.authority, "moderator")
    with pytest.raises(Invalid):
        await settle(house, page, moderator, bad.id, "hidden")
    await settle(
        house, page, moderator, bad.id, "hidden", reason="personal_attack", note="Une insulte."
    )
    async with acting(house) as act:
        shown = await thread(act, page, await proposal_view(act, page, number))
        log = await decisions(act, page)
    assert "inacceptables" not in repr(shown)
    assert [(e.subject, e.decision, e.reason) for e in log.decisions] == [
        ("comment", "hidden", "personal_attack")
    ]
    assert log.waiting == 0


async def test_a_hidden_proposal_takes_its_thread_with_it(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page, title="Un titre inacceptable")
    await a_comment(house, page, number, body="Je cite : inacceptable.")
    async with acting(house) as act:
        proposal = await proposal_view(act, page, number)
    await signal(house, page, proposal.id, await a_person(house), subject="proposal")
    moderator = await a_member(house, page.card.authority, "moderator")
    await settle(
        house, page, moderator, proposal.id, "hidden", reason="illegal", subject="proposal"
    )
    async with acting(house) as act:
        shown = await proposal_view(act, page, number)
        said = await thread(act, page, shown)
    assert (shown.state, shown.title, shown.hidden_reason) == ("hidden", "", "illegal")
    assert "inacceptable" not in repr((shown, said))
