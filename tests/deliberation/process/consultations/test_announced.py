"""Announcements are kept and published: versions, later ends with a reason, earlier ones by two."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, Invalid, NotAllowed
from deliberation.elections.ballot_box.early_ends import EndDraft, ask_end, end_requests, grant_end
from deliberation.elections.polls.commands import change_poll, draft_poll, remove_poll
from deliberation.elections.polls.queries import poll_views
from deliberation.elections.results.commands import count_due_polls
from deliberation.journal.queries import public_events
from deliberation.process.consultations import versions
from deliberation.process.consultations.commands import (
    change_consultation,
    consultation_row,
    draft_of,
    withdraw_consultation,
)
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.consultations.versions import changes
from deliberation.views.activity.texts import PUBLIC
from tests.builders import (
    a_ballot,
    a_consultation,
    a_poll,
    a_poll_draft,
    an_authority,
    an_older_member,
    request_context,
)

REASON = "Le conseil municipal est reporté."


async def opened(app: AppContext, **values: Any) -> tuple[ConsultationPage, Viewer, Viewer]:
    """A public consultation and two of its agents."""
    authority = await an_authority(app)
    one, two = [await an_older_member(app, authority, "agent") for _ in range(2)]
    return await a_consultation(app, authority, agent=one, **values), one, two


async def change(
    app: AppContext, agent: Viewer, page: ConsultationPage, *, reason: str = "", **values: Any
) -> ConsultationPage:
    """Save the consultation's form with some fields changed; phases as (kind, bound, days)."""
    slug = page.card.slug
    async with request_context(app, agent) as ctx:
        page = await consultation_page(ctx, slug)
        draft = draft_of(page)
        phases = list(draft.phases)
        for kind, bound, moment in values.pop("dates", ()):
            place = next(n for n, one in enumerate(phases) if one.kind == kind)
            phases[place] = msgspec.structs.replace(phases[place], **{bound: moment})
        phases += values.pop("more", ())
        phases = [one for one in phases if one.kind != values.get("without")]
        values.pop("without", None)
        draft = msgspec.structs.replace(draft, phases=phases, reason=reason, **values)
        await change_consultation(ctx, await consultation_row(ctx, slug), draft)
    async with request_context(app, agent) as ctx:
        return await consultation_page(ctx, slug)


def errors_of(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, Any]:
    return codes_of(refused.value)


def codes_of(refusal: Invalid) -> dict[str, Any]:
    return {path: code for path, (code, _values) in refusal.errors.items()}


async def test_prof_4_a_promise_keeps_its_old_text_and_changes_with_a_reason(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 9), promise="Nous répondrons en mars.")
    with pytest.raises(Invalid) as refused:
        await change(app, agent, page, promise="La mairie fera ce qu’elle voudra.")
    assert errors_of(refused) == {"reason": "change-needs-a-reason"}
    page = await change(
        app, agent, page, promise="La mairie fera ce qu’elle voudra.", reason=REASON
    )
    page = await change(app, agent, page, promise="Nous répondrons en avril.", reason=REASON)
    async with request_context(app) as ctx:
        last, first = (await changes(ctx, page.ref)).items
        kinds = [event.kind for event in (await public_events(ctx, page.card.id, PUBLIC)).items]
    assert (first.reason, first.subject) == (REASON, 0)
    assert [(one.field, one.before, one.after) for one in first.differences] == [
        ("promise", "Nous répondrons en mars.", "La mairie fera ce qu’elle voudra.")
    ]
    assert last.differences[0].before == "La mairie fera ce qu’elle voudra."
    assert "AnnouncementChanged" in kinds
    assert page.changed_at == last.at
    monkeypatch.setattr(versions, "PAGE_SIZE", 1)
    async with request_context(app) as ctx:
        newest = await changes(ctx, page.ref)
        oldest = await changes(ctx, page.ref, newest.next)
    assert (newest.items, oldest.items, oldest.next) == ([last], [first], "")


async def test_prof_4_what_is_free_changes_without_a_reason_and_leaves_no_version(
    app: AppContext,
) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 9))
    page = await change(app, agent, page, title="Le plan vélo", body="Un dossier.", themes=["A"])
    async with request_context(app) as ctx:
        assert (await changes(ctx, page.ref)).items == []
    assert page.changed_at is None
    draft = await a_consultation(app, opened=False)
    async with request_context(app) as ctx:
        count = await ctx.db.scalar(
            text("SELECT count(*) FROM version WHERE consultation_id = :id"), {"id": draft.card.id}
        )
    assert count == 0


async def test_prof_4_an_end_moves_later_only_and_with_a_public_reason(app: AppContext) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 3), vote=(4, 9), decision=(9, 20))
    ends = {phase.kind: phase.closes_at for phase in page.card.phases}
    for kind in ends:
        for hours, code in ((-1, "earlier-needs-two"), (1, "change-needs-a-reason")):
            moment = ends[kind] + timedelta(hours=hours)
            with pytest.raises(Invalid) as refused:
                await change(app, agent, page, dates=[(kind, "closes_at", moment)])
            assert code in errors_of(refused).values()
    later = ends["decision"] + timedelta(days=2)
    page = await change(app, agent, page, dates=[("decision", "closes_at", later)], reason=REASON)
    assert page.card.phases[-1].closes_at == later
    async with request_context(app) as ctx:
        (told,) = (await changes(ctx, page.ref)).items
    assert [one.field for one in told.differences] == [f"phases.decision.{page.card.phases[-1].id}"]


async def test_prof_24_nothing_new_begins_before_now(app: AppContext) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 3), vote=(4, 9))
    past = page.card.phases[0].opens_at
    new = draft_of(page).phases[0]
    for values in (
        {"dates": [("vote", "opens_at", past)]},
        {"more": [msgspec.structs.replace(new, kind="information", id=None)]},
    ):
        with pytest.raises(Invalid) as refused:
            await change(app, agent, page, reason=REASON, **values)
        assert "starts-in-past" in errors_of(refused).values()
    with pytest.raises(Invalid) as refused:
        await change(app, agent, page, reason=REASON, without="vote")
    assert errors_of(refused) == {"phases": "dropping-needs-two"}


async def test_prof_25_a_vote_added_changed_or_removed_is_told(app: AppContext) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 3), vote=(4, 9))
    async with request_context(app, agent) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft())
    for reason in ("", REASON):
        draft = a_poll_draft(("Oui", "Non"), question="Faut-il une piste ?", reason=reason)
        if not reason:
            with pytest.raises(Invalid):
                async with request_context(app, agent) as ctx:
                    await change_poll(ctx, page.ref, 1, draft)
            with pytest.raises(Invalid):
                async with request_context(app, agent) as ctx:
                    await remove_poll(ctx, page.ref, 1)
            continue
        async with request_context(app, agent) as ctx:
            await change_poll(ctx, page.ref, 1, draft)
        async with request_context(app, agent) as ctx:
            await remove_poll(ctx, page.ref, 1, reason)
    async with request_context(app) as ctx:
        gone, changed = (await changes(ctx, page.ref)).items
        kinds = {event.kind for event in (await public_events(ctx, page.card.id, PUBLIC)).items}
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
async def test_prof_4_the_database_itself_keeps_what_was_announced(
    app: AppContext, sql: str
) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 3))
    await change(app, agent, page, promise="Nous répondrons en avril.", reason=REASON)
    with pytest.raises(IntegrityError):
        async with request_context(app) as ctx:
            await ctx.db.execute(text(sql), {"id": page.card.id})


async def test_prof_4_a_later_opening_alone_shortens_nothing(app: AppContext) -> None:
    """One person cannot shorten a phase by moving its beginning: shortening takes two."""
    page, agent, _ = await opened(app, proposals=(2, 9))
    (phase,) = page.card.phases
    late = (phase.kind, "opens_at", phase.closes_at - timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        await change(app, agent, page, dates=[late], reason=REASON)
    assert refused.value.errors["phases.0.opens_at"][0] == "shorter-than-announced"
    later = (phase.kind, "closes_at", phase.closes_at + timedelta(days=7))
    await change(app, agent, page, dates=[late, later], reason=REASON)


async def test_prof_4_an_earlier_end_takes_two_persons(app: AppContext) -> None:
    page, first, second = await opened(app, proposals=(-1, 9), discussion=(9, 12))
    sooner = page.card.phases[0].closes_at - timedelta(days=5)
    draft = EndDraft(ending="shorten", kind="proposals", closes_at=sooner, reason=REASON)
    async with request_context(app, first) as ctx:
        asked = await ask_end(ctx, page.ref, draft)
    with pytest.raises(NotAllowed, match="needs-another-person"):
        async with request_context(app, first) as ctx:
            await grant_end(ctx, page.ref, asked.id)
    async with request_context(app, second) as ctx:
        await grant_end(ctx, page.ref, asked.id)
    with pytest.raises(Conflict, match="already-decided"):
        async with request_context(app, second) as ctx:
            await grant_end(ctx, page.ref, asked.id)
    drop = EndDraft(ending="drop", kind="discussion", reason=REASON)
    async with request_context(app, second) as ctx:
        wish = await ask_end(ctx, page.ref, drop)
    async with request_context(app, first) as ctx:
        await grant_end(ctx, page.ref, wish.id)
        page = await consultation_page(ctx, page.card.slug)
        assert [(one.kind, one.closes_at) for one in page.card.phases] == [("proposals", sooner)]
        assert len((await changes(ctx, page.ref)).items) == 2
        assert all(one.granted_at for one in await end_requests(ctx, page.ref))


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
    app: AppContext, values: dict[str, Any], error: str
) -> None:
    page, agent, _ = await opened(app, proposals=(-1, 9))
    async with request_context(app, agent) as ctx:
        days = values.pop("days", None)
        moment = ctx.now + timedelta(days=days) if days is not None else None
        draft = EndDraft(**values, closes_at=moment, reason=REASON)
        with pytest.raises((Invalid, Conflict)) as refused:
            await ask_end(ctx, page.ref, draft)
    found = refused.value
    assert error in (codes_of(found).values() if isinstance(found, Invalid) else (found.code,))


async def test_prof_11_a_consultation_that_has_begun_is_cancelled_by_two_and_stays_readable(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    page, poll = await a_poll(app, vote=(-1, 5), authority=authority)
    await a_ballot(app, page, poll, {"1": 7})
    first, second = [await an_older_member(app, authority, "agent") for _ in range(2)]
    with pytest.raises(Conflict, match="not-draft"):
        async with request_context(app, first) as ctx:
            await withdraw_consultation(ctx, await consultation_row(ctx, page.card.slug))
    async with request_context(app, first) as ctx:
        wish = await ask_end(ctx, page.ref, EndDraft(ending="cancel", reason=REASON))
    async with request_context(app, second) as ctx:
        await grant_end(ctx, page.ref, wish.id)
    async with request_context(app) as ctx:  # anybody
        page = await consultation_page(ctx, page.card.slug)
        assert (page.card.state, page.withdrawal_reason) == ("cancelled", REASON)
        assert page.open_actions == []
        assert [one.state for one in page.card.phases] == ["done"]
        assert [one.state for one in await poll_views(ctx, page.ref)] == ["cancelled"]
        await count_due_polls(ctx)
        waiting = "SELECT count(*) FROM job WHERE once = :once"
        assert await ctx.db.scalar(text(waiting), {"once": f"count-poll:{poll.id}"}) == 0
    with pytest.raises(NotAllowed):
        await a_ballot(app, page, poll, {"1": 7})
    with pytest.raises(Conflict, match="not-public"):
        async with request_context(app, first) as ctx:
            await ask_end(ctx, page.ref, EndDraft(ending="cancel", reason=REASON))
