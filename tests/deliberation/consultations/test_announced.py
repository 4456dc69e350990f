"""What was announced is kept and told: versions, later ends with a reason, earlier ones by two."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.ballot_box.ends import EndDraft, ask_end, end_requests, grant_end
from deliberation.consultations.commands import (
    change_consultation,
    consultation_row,
    draft_of,
    withdraw_consultation,
)
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.consultations.versions import changes
from deliberation.journal.queries import public_events
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import Conflict, Invalid, NotAllowed
from deliberation.polls.commands import change_poll, draft_poll, remove_poll
from deliberation.polls.queries import poll_views
from deliberation.results.commands import count_due_polls
from tests.builders import (
    a_ballot,
    a_consultation,
    a_poll,
    a_poll_draft,
    acting,
    an_authority,
    an_older_member,
)

REASON = "Le conseil municipal est reporté."


async def opened(house: House, **values: Any) -> tuple[ConsultationPage, Viewer, Viewer]:
    """A public consultation and two of its agents."""
    authority = await an_authority(house)
    agents = [await an_older_member(house, authority, "agent") for _ in range(2)]
    return await a_consultation(house, authority, agent=agents[0], **values), *agents


async def change(
    house: House, agent: Viewer, page: ConsultationPage, *, reason: str = "", **values: Any
) -> ConsultationPage:
    """Save the consultation's form with some fields changed; phases as (kind, bound, days)."""
    slug = page.card.slug
    async with acting(house, agent) as act:
        page = await consultation_page(act, slug)
        draft = draft_of(page)
        phases = list(draft.phases)
        for kind, bound, moment in values.pop("dates", ()):
            place = next(n for n, one in enumerate(phases) if one.kind == kind)
            phases[place] = msgspec.structs.replace(phases[place], **{bound: moment})
        phases += values.pop("more", ())
        phases = [one for one in phases if one.kind != values.get("without")]
        values.pop("without", None)
        draft = msgspec.structs.replace(draft, phases=phases, reason=reason, **values)
        await change_consultation(act, await consultation_row(act, slug), draft)
    async with acting(house, agent) as act:
        return await consultation_page(act, slug)


def errors_of(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, Any]:
    return {path: code for path, (code, _values) in refused.value.errors.items()}


async def test_prof_4_a_promise_keeps_its_old_text_and_changes_with_a_reason(house: House) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 9), promise="Nous répondrons en mars.")
    with pytest.raises(Invalid) as refused:
        await change(house, agent, page, promise="La mairie fera ce qu’elle voudra.")
    assert errors_of(refused) == {"reason": "change-needs-a-reason"}
    page = await change(
        house, agent, page, promise="La mairie fera ce qu’elle voudra.", reason=REASON
    )
    page = await change(house, agent, page, promise="Nous répondrons en avril.", reason=REASON)
    async with acting(house) as act:
        last, first = await changes(act, page)
        kinds = [event.kind for event in await public_events(act, page.card.id)]
    assert (first.reason, first.subject) == (REASON, 0)
    assert [(one.field, one.before, one.after) for one in first.differences] == [
        ("promise", "Nous répondrons en mars.", "La mairie fera ce qu’elle voudra.")
    ]
    assert last.differences[0].before == "La mairie fera ce qu’elle voudra."
    assert "AnnouncementChanged" in kinds
    assert page.changed_at == last.at


async def test_prof_4_what_is_free_changes_without_a_reason_and_leaves_no_version(
    house: House,
) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 9))
    page = await change(house, agent, page, title="Le plan vélo", body="Un dossier.", themes=["A"])
    async with acting(house) as act:
        assert await changes(act, page) == []
    assert page.changed_at is None
    draft = await a_consultation(house, opened=False)
    async with acting(house) as act:
        count = await act.db.scalar(
            text("SELECT count(*) FROM version WHERE consultation_id = :id"), {"id": draft.card.id}
        )
    assert count == 0


async def test_prof_4_an_end_moves_later_only_and_with_a_public_reason(house: House) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 3), vote=(4, 9), decision=(9, 20))
    ends = {phase.kind: phase.closes_at for phase in page.card.phases}
    for kind in ends:
        for hours, code in ((-1, "earlier-needs-two"), (1, "change-needs-a-reason")):
            moment = ends[kind] + timedelta(hours=hours)
            with pytest.raises(Invalid) as refused:
                await change(house, agent, page, dates=[(kind, "closes_at", moment)])
            assert code in errors_of(refused).values()
    later = ends["decision"] + timedelta(days=2)
    page = await change(house, agent, page, dates=[("decision", "closes_at", later)], reason=REASON)
    assert page.card.phases[-1].closes_at == later
    async with acting(house) as act:
        (told,) = await changes(act, page)
    assert [one.field for one in told.differences] == ["phases.decision"]


async def test_prof_24_nothing_new_begins_before_now(house: House) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 3), vote=(4, 9))
    past = page.card.phases[0].opens_at
    new = draft_of(page).phases[0]
    for values in (
        {"dates": [("vote", "opens_at", past)]},
        {"more": [msgspec.structs.replace(new, kind="information")]},
    ):
        with pytest.raises(Invalid) as refused:
            await change(house, agent, page, reason=REASON, **values)
        assert "starts-in-past" in errors_of(refused).values()
    with pytest.raises(Invalid) as refused:
        await change(house, agent, page, reason=REASON, without="vote")
    assert errors_of(refused) == {"phases": "dropping-needs-two"}


async def test_prof_25_a_vote_added_changed_or_removed_is_told(house: House) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 3), vote=(4, 9))
    async with acting(house, agent) as act:
        await draft_poll(act, page, a_poll_draft())
    for reason in ("", REASON):
        draft = a_poll_draft(("Oui", "Non"), question="Faut-il une piste ?", reason=reason)
        if not reason:
            with pytest.raises(Invalid):
                async with acting(house, agent) as act:
                    await change_poll(act, page, 1, draft)
            with pytest.raises(Invalid):
                async with acting(house, agent) as act:
                    await remove_poll(act, page, 1)
            continue
        async with acting(house, agent) as act:
            await change_poll(act, page, 1, draft)
        async with acting(house, agent) as act:
            await remove_poll(act, page, 1, reason)
    async with acting(house) as act:
        gone, changed = await changes(act, page)
        kinds = {event.kind for event in await public_events(act, page.card.id)}
    assert {"PollDrafted", "PollChanged", "PollRemoved"} <= kinds
    assert (changed.subject, gone.subject) == (1, 1)
    assert "options" in [one.field for one in changed.differences]
    assert {one.field: one.after for one in gone.differences}["question"] is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE phase SET closes_at = closes_at - interval '1 minute' WHERE consultation_id = :id",
        "DELETE FROM phase WHERE consultation_id = :id",
        "UPDATE version SET reason = '' WHERE consultation_id = :id",
    ],
)
async def test_prof_4_the_database_itself_keeps_what_was_announced(house: House, sql: str) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 3))
    await change(house, agent, page, promise="Nous répondrons en avril.", reason=REASON)
    with pytest.raises(IntegrityError):
        async with acting(house) as act:
            await act.db.execute(text(sql), {"id": page.card.id})


async def test_prof_4_a_later_opening_alone_shortens_nothing(house: House) -> None:
    """What two must decide about an end, one does not obtain by the beginning."""
    page, agent, _ = await opened(house, proposals=(2, 9))
    (phase,) = page.card.phases
    late = (phase.kind, "opens_at", phase.closes_at - timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        await change(house, agent, page, dates=[late], reason=REASON)
    assert refused.value.errors["phases.0.opens_at"][0] == "shorter-than-announced"
    later = (phase.kind, "closes_at", phase.closes_at + timedelta(days=7))
    await change(house, agent, page, dates=[late, later], reason=REASON)


async def test_prof_4_an_earlier_end_takes_two_persons(house: House) -> None:
    page, first, second = await opened(house, proposals=(-1, 9), discussion=(9, 12))
    sooner = page.card.phases[0].closes_at - timedelta(days=5)
    draft = EndDraft(ending="shorten", kind="proposals", closes_at=sooner, reason=REASON)
    async with acting(house, first) as act:
        asked = await ask_end(act, page, draft)
    with pytest.raises(NotAllowed, match="needs-another-person"):
        async with acting(house, first) as act:
            await grant_end(act, page, asked.id)
    async with acting(house, second) as act:
        await grant_end(act, page, asked.id)
    with pytest.raises(Conflict, match="already-decided"):
        async with acting(house, second) as act:
            await grant_end(act, page, asked.id)
    drop = EndDraft(ending="drop", kind="discussion", reason=REASON)
    async with acting(house, second) as act:
        wish = await ask_end(act, page, drop)
    async with acting(house, first) as act:
        await grant_end(act, page, wish.id)
        page = await consultation_page(act, page.card.slug)
        assert [(one.kind, one.closes_at) for one in page.card.phases] == [("proposals", sooner)]
        assert len(await changes(act, page)) == 2
        assert all(one.granted_at for one in await end_requests(act, page))


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"ending": "shorten", "kind": "proposals"}, "required"),
        ({"ending": "shorten", "kind": "vote", "days": 1}, "not-a-choice"),
        ({"ending": "shorten", "kind": "proposals", "days": -2}, "ends-in-past"),
        ({"ending": "shorten", "kind": "proposals", "days": 30}, "not-earlier"),
        ({"ending": "drop", "kind": "proposals"}, "phase-begun"),
    ],
)
async def test_prof_4_what_cannot_end_earlier_is_refused(
    house: House, values: dict[str, Any], error: str
) -> None:
    page, agent, _ = await opened(house, proposals=(-1, 9))
    async with acting(house, agent) as act:
        days = values.pop("days", None)
        moment = act.now + timedelta(days=days) if days is not None else None
        draft = EndDraft(**values, closes_at=moment, reason=REASON)
        with pytest.raises((Invalid, Conflict)) as refused:
            await ask_end(act, page, draft)
    found = refused.value
    assert error in (errors_of(refused).values() if isinstance(found, Invalid) else (found.code,))


async def test_prof_11_a_consultation_that_has_begun_is_cancelled_by_two_and_stays_readable(
    house: House,
) -> None:
    authority = await an_authority(house)
    page, poll = await a_poll(house, vote=(-1, 5), authority=authority)
    await a_ballot(house, page, poll, {"1": 7})
    first, second = [await an_older_member(house, authority, "agent") for _ in range(2)]
    with pytest.raises(Conflict, match="not-draft"):
        async with acting(house, first) as act:
            await withdraw_consultation(act, await consultation_row(act, page.card.slug))
    async with acting(house, first) as act:
        wish = await ask_end(act, page, EndDraft(ending="cancel", reason=REASON))
    async with acting(house, second) as act:
        await grant_end(act, page, wish.id)
    async with acting(house) as act:  # anybody
        page = await consultation_page(act, page.card.slug)
        assert (page.card.state, page.withdrawal_reason) == ("cancelled", REASON)
        assert page.open_actions == []
        assert [one.state for one in page.card.phases] == ["done"]
        assert [one.state for one in await poll_views(act, page)] == ["cancelled"]
        await count_due_polls(act)
        waiting = "SELECT count(*) FROM job WHERE once = :once"
        assert await act.db.scalar(text(waiting), {"once": f"count-poll:{poll.id}"}) == 0
    with pytest.raises(NotAllowed):
        await a_ballot(house, page, poll, {"1": 7})
    with pytest.raises(Conflict, match="not-public"):
        async with acting(house, first) as act:
            await ask_end(act, page, EndDraft(ending="cancel", reason=REASON))
