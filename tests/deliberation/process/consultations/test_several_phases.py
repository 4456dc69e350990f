"""Phases keep their ids; a consultation has several of one kind, and each poll its own vote."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, Invalid, NotAllowed
from deliberation.core.ids import new_id
from deliberation.elections.ballot_box.early_ends import EndDraft, ask_end, endings, grant_end
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    grant_extension,
)
from deliberation.elections.ballots.drafts import save_draft
from deliberation.elections.polls.commands import change_poll, draft_poll, remove_poll
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.elections.results.commands import count_due_polls, count_poll
from deliberation.elections.results.queries import result_page
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    change_consultation,
    consultation_row,
    draft_of,
    open_consultation,
)
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.consultations.versions import changes
from tests.builders import (
    TITLES,
    a_ballot,
    a_consultation,
    a_poll_draft,
    a_proposal,
    an_authority,
    an_older_member,
    request_context,
)
from tests.sealed import a_sealed_vote, two_agents

REASON = "Le conseil municipal est reporté."
Days = tuple[float, float]


async def saved(
    app: AppContext, agent: Viewer, page: ConsultationPage, draft: ConsultationDraft
) -> ConsultationPage:
    """The consultation once an agent has saved it as a draft says."""
    async with request_context(app, agent) as ctx:
        await change_consultation(ctx, await consultation_row(ctx, page.card.slug), draft)
    async with request_context(app, agent) as ctx:
        return await consultation_page(ctx, page.card.slug)


def phase(now: datetime, kind: Any, days: Days, phase_id: UUID | None = None) -> PhaseDraft:
    begin, end = (now + timedelta(days=day) for day in days)
    return PhaseDraft(kind, begin, end, phase_id)


async def with_phases(
    app: AppContext,
    *phases: tuple[str, Days],
    opened: bool = True,
    questions: tuple[str, ...] = (),
) -> tuple[ConsultationPage, Viewer, Viewer]:
    """A consultation of two agents with these phases, and a poll in each of its votes."""
    authority = await an_authority(app)
    agents = [await an_older_member(app, authority, "agent") for _ in range(2)]
    page = await a_consultation(app, authority, agent=agents[0], opened=False)
    async with request_context(app) as ctx:
        wished = [phase(ctx.now, kind, days) for kind, days in phases]
    page = await saved(app, agents[0], page, msgspec.structs.replace(draft_of(page), phases=wished))
    votes = [one.id for one in page.card.phases if one.kind == "vote"]
    async with request_context(app, agents[0]) as ctx:
        for vote, question in zip(votes, questions, strict=False):
            await draft_poll(ctx, page.ref, a_poll_draft(question=question, phase=vote))
        if opened:
            await open_consultation(ctx, await consultation_row(ctx, page.card.slug))
    async with request_context(app, agents[0]) as ctx:
        return await consultation_page(ctx, page.card.slug), agents[0], agents[1]


async def polls_of(
    app: AppContext, page: ConsultationPage, viewer: Viewer | None = None
) -> list[PollView]:
    async with request_context(app, viewer) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        return await poll_views(ctx, page.ref)


async def move(app: AppContext, phase_id: UUID, begin: float, end: float) -> None:
    """Move one phase, in minutes from now, as time would."""
    async with request_context(app) as ctx:
        await ctx.db.execute(text("ALTER TABLE phase DISABLE TRIGGER USER"))
        await ctx.db.execute(
            text(
                "UPDATE phase SET opens_at = clock_now() + make_interval(mins => :begin),"
                " closes_at = clock_now() + make_interval(mins => :end) WHERE id = :id"
            ),
            {"id": phase_id, "begin": begin, "end": end},
        )
        await ctx.db.execute(text("ALTER TABLE phase ENABLE TRIGGER USER"))


@pytest.mark.parametrize("opened", [False, True])
async def test_phases_keep_their_ids_when_a_consultation_is_saved(
    app: AppContext, opened: bool
) -> None:
    page, agent, _ = await with_phases(
        app, ("proposals", (1, 9)), ("vote", (10, 12)), ("vote", (20, 22)), opened=opened
    )
    before = [one.id for one in page.card.phases]
    draft = draft_of(page)
    later = [
        msgspec.structs.replace(one, closes_at=one.closes_at + timedelta(days=1))
        for one in draft.phases
    ]
    for phases in (later, [msgspec.structs.replace(one, id=None) for one in later[::-1][::-1]]):
        draft = msgspec.structs.replace(draft, phases=phases, reason=REASON)
        page = await saved(app, agent, page, draft)
        assert [one.id for one in page.card.phases] == before
    assert [one.closes_at for one in page.card.phases] == [one.closes_at for one in later]


async def test_a_phase_is_added_and_removed_among_others_of_its_kind(app: AppContext) -> None:
    page, agent, _ = await with_phases(app, ("vote", (1, 3)), ("vote", (9, 12)), opened=False)
    first, last = (one.id for one in page.card.phases)
    async with request_context(app) as ctx:
        between = phase(ctx.now, "vote", (5, 6))
    draft = draft_of(page)
    page = await saved(
        app, agent, page, msgspec.structs.replace(draft, phases=[*draft.phases, between])
    )
    assert [one.id for one in page.card.phases][::2] == [first, last]
    kept = [one for one in draft_of(page).phases if one.id != first]
    page = await saved(app, agent, page, msgspec.structs.replace(draft, phases=kept))
    assert [one.id for one in page.card.phases] == [one.id for one in kept]


async def test_a_draft_names_no_phase_of_elsewhere_nor_one_twice(app: AppContext) -> None:
    page, agent, _ = await with_phases(app, ("proposals", (1, 9)), ("vote", (10, 12)))
    (proposals, vote) = draft_of(page).phases
    for phases, where in (
        ([proposals, msgspec.structs.replace(vote, id=new_id())], "phases.1.id"),
        ([proposals, msgspec.structs.replace(vote, id=proposals.id)], "phases.1.id"),
        ([proposals, vote, vote], "phases.2.id"),
    ):
        draft = msgspec.structs.replace(draft_of(page), phases=phases, reason=REASON)
        with pytest.raises(Invalid) as refused:
            await saved(app, agent, page, draft)
        assert list(refused.value.errors) == [where]


async def test_people_propose_in_each_of_two_phases_and_not_between(app: AppContext) -> None:
    page, _, _ = await with_phases(app, ("proposals", (-1, 1)), ("proposals", (5, 9)))
    await a_proposal(app, page)
    first, second = (one.id for one in page.card.phases)
    await move(app, first, -90, -60)
    async with request_context(app) as ctx:
        between = await consultation_page(ctx, page.card.slug)
    with pytest.raises(NotAllowed, match="proposing-not-open") as refused:
        await a_proposal(app, between)
    assert refused.value.values["opens"] == between.card.phases[1].opens_at
    await move(app, second, -5, 60)
    async with request_context(app) as ctx:
        again = await consultation_page(ctx, page.card.slug)
    assert await a_proposal(app, again) == 2


async def test_two_votes_open_close_and_are_counted_each_at_its_dates(app: AppContext) -> None:
    page, agent, _ = await with_phases(
        app, ("vote", (1, 3)), ("vote", (9, 12)), questions=("Quelle rue ?", "Quel arbre ?")
    )
    first, second = (one.id for one in page.card.phases)
    polls = await polls_of(app, page)
    assert [one.phase for one in polls] == [first, second]
    assert [one.opens_at for one in polls] == [one.opens_at for one in page.card.phases]
    await move(app, first, -5, 60)
    one, other = await polls_of(app, page)
    assert (one.state, other.state) == ("open", "coming")
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        await save_draft(ctx, page.ref, one, "browser", {"1": 7})
        with pytest.raises(NotAllowed, match="voting-not-open"):
            await save_draft(ctx, page.ref, other, "browser", {"1": 7})
    await a_ballot(app, page, one, {"1": 7})
    with pytest.raises(NotAllowed, match="voting-not-open"):
        await a_ballot(app, page, other, {"1": 7})
    async with request_context(app, agent) as ctx:
        with pytest.raises(Conflict, match="poll-begun"):
            await change_poll(ctx, page.ref, 1, a_poll_draft(reason=REASON))
        await change_poll(ctx, page.ref, 2, a_poll_draft(reason=REASON))
        added = await draft_poll(ctx, page.ref, a_poll_draft(question="Et quel banc ?"))
        assert added.phase_id == second
        with pytest.raises(Conflict, match="poll-begun"):
            await draft_poll(ctx, page.ref, a_poll_draft(phase=first))
        await remove_poll(ctx, page.ref, 3, REASON)
    await move(app, first, -90, -60)
    async with request_context(app) as ctx:
        await count_due_polls(ctx)
        queued = set(await ctx.db.scalars(text("SELECT once FROM job WHERE name = 'count-poll'")))
        assert f"count-poll:{one.id}" in queued
        assert f"count-poll:{other.id}" not in queued
        await count_poll(ctx, str(one.id))
        await count_poll(ctx, str(other.id))
    assert [poll.state for poll in await polls_of(app, page)] == ["counted", "coming"]
    await move(app, second, -5, 60)
    await a_ballot(app, page, other, {"2": 7})
    await move(app, second, -90, -30)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(other.id))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        for number in (1, 2):  # who was named in the only ballot of each
            outcome = (await result_page(ctx, page.ref, number)).outcome
            assert outcome.winners == (TITLES[number - 1],)


async def test_a_poll_names_a_vote_of_its_consultation(app: AppContext) -> None:
    page, agent, _ = await with_phases(app, ("proposals", (1, 2)), ("vote", (9, 12)), opened=False)
    elsewhere, _, _ = await with_phases(app, ("vote", (9, 12)), opened=False)
    async with request_context(app, agent) as ctx:
        for wrong in (page.card.phases[0].id, elsewhere.card.phases[0].id, new_id()):
            with pytest.raises(Invalid) as refused:
                await draft_poll(ctx, page.ref, a_poll_draft(phase=wrong))
            assert list(refused.value.errors) == ["phase"]


async def test_a_poll_written_before_its_vote_takes_the_first_one(app: AppContext) -> None:
    page, agent, _ = await with_phases(app, ("proposals", (1, 2)), opened=False)
    async with request_context(app, agent) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft())
    assert [one.phase for one in await polls_of(app, page, agent)] == [None]
    async with request_context(app) as ctx:
        vote = phase(ctx.now, "vote", (5, 6))
    draft = draft_of(page)
    page = await saved(
        app, agent, page, msgspec.structs.replace(draft, phases=[*draft.phases, vote])
    )
    assert [one.phase for one in await polls_of(app, page, agent)] == [page.card.phases[1].id]
    page = await saved(app, agent, page, draft)  # without the vote again
    assert [one.phase for one in await polls_of(app, page, agent)] == [None]


async def test_a_poll_goes_to_another_vote_with_a_reason_and_it_is_told(app: AppContext) -> None:
    page, agent, _ = await with_phases(
        app, ("vote", (1, 3)), ("vote", (9, 12)), questions=("Quelle rue ?",)
    )
    first, second = page.card.phases
    moved = a_poll_draft(question="Quelle rue ?", phase=second.id)
    with pytest.raises(Invalid):
        async with request_context(app, agent) as ctx:
            await change_poll(ctx, page.ref, 1, moved)
    async with request_context(app, agent) as ctx:
        await change_poll(ctx, page.ref, 1, msgspec.structs.replace(moved, reason=REASON))
    async with request_context(app) as ctx:
        (told,) = (await changes(ctx, page.ref)).items
    (one,) = told.differences
    assert (told.subject, one.field) == (1, "phase")
    assert (one.before[0], one.after[0]) == (str(first.id), str(second.id))


async def test_an_earlier_end_names_its_phase(app: AppContext) -> None:
    page, first, second = await with_phases(
        app, ("proposals", (-1, 3)), ("proposals", (5, 9)), ("discussion", (3, 5))
    )
    early, debate, late = page.card.phases
    async with request_context(app, first) as ctx:
        able = await endings(ctx, page.ref)
        assert able == {"shorten": [early.id, debate.id, late.id], "drop": [debate.id, late.id],
                        "cancel": []}  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await ask_end(ctx, page.ref, EndDraft(ending="drop", kind="proposals", reason=REASON))
        assert list(refused.value.errors) == ["phase"]
        wish = EndDraft(ending="drop", phase=late.id, reason=REASON)
        asked = await ask_end(ctx, page.ref, wish)
    async with request_context(app, second) as ctx:
        await grant_end(ctx, page.ref, asked.id)
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        assert [one.id for one in page.card.phases] == [early.id, debate.id]
        (told,) = (await changes(ctx, page.ref)).items
        assert [one.field for one in told.differences] == [f"phases.proposals.{late.id}"]


async def test_a_sealed_vote_is_extended_and_the_next_one_keeps_its_dates(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    page, held = vote.page, vote.page.card.phases[0]
    async with request_context(app) as ctx:
        next_vote = phase(ctx.now, "vote", (30, 40))
    draft = draft_of(page)
    phases = [*draft.phases, next_vote]
    page = await saved(
        app, first, page, msgspec.structs.replace(draft, phases=phases, reason=REASON)
    )
    later = held.closes_at + timedelta(days=2)
    async with request_context(app, first) as ctx:
        asked = await ask_extension(ctx, page.ref, ExtensionDraft(closes_at=later, reason=REASON))
        assert asked.phase_id == held.id
        other = page.card.phases[1].id
        wrong = ExtensionDraft(closes_at=later, reason=REASON, phase=other)
        with pytest.raises(Invalid) as refused:
            await ask_extension(ctx, page.ref, wrong)
        assert list(refused.value.errors) == ["phase"]
    async with request_context(app, second) as ctx:
        await grant_extension(ctx, page.ref, asked.id)
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
    assert [one.closes_at for one in page.card.phases] == [later, next_vote.closes_at]
    # The database too: an extension that was granted moves no other sealed vote.
    sibling = new_id()
    values = {"id": sibling, "held": held.id, "later": later}
    async with request_context(app) as ctx:
        await ctx.db.execute(text(_SIBLING), values)
    with pytest.raises(DBAPIError, match="dates of an open urn are held"):
        async with request_context(app) as ctx:
            await ctx.db.execute(text("UPDATE phase SET closes_at = :later WHERE id = :id"), values)


_SIBLING = """
    INSERT INTO phase (id, consultation_id, kind, opens_at, closes_at, sealed)
    SELECT :id, consultation_id, kind, opens_at, closes_at - interval '1 minute', true
    FROM phase WHERE id = :held
"""


async def test_versions_that_named_dates_by_kind_are_still_read(app: AppContext) -> None:
    page, agent, _ = await with_phases(app, ("proposals", (-1, 3)), ("vote", (5, 9)))
    proposals, vote = page.card.phases
    old = {
        "question": page.card.question,
        "promise": page.promise,
        **{name: getattr(page, name) for name in ("decided", "undecided", "not_negotiable")},
        **{
            f"phases.{one.kind}": [one.opens_at.isoformat(), one.closes_at.isoformat()]
            for one in page.card.phases
        },
    }
    earlier = {**old, "promise": "Nous verrons."}
    async with request_context(app) as ctx:
        for number, content in enumerate((earlier, old), start=1):
            await ctx.db.execute(
                text(
                    "INSERT INTO version (id, consultation_id, poll_number, number, made_at,"
                    " reason, content) VALUES (:id, :consultation, 0, :number, clock_now(),"
                    " :reason, CAST(:content AS jsonb))"
                ),
                {
                    "id": new_id(),
                    "consultation": page.card.id,
                    "number": number,
                    "reason": REASON,
                    "content": msgspec.json.encode(content).decode(),
                },
            )
    draft = draft_of(page)
    later = msgspec.structs.replace(
        draft.phases[1], closes_at=draft.phases[1].closes_at + timedelta(days=1)
    )
    async with request_context(app) as ctx:
        second_vote = phase(ctx.now, "vote", (12, 14))
    phases = [draft.phases[0], later, second_vote]
    page = await saved(
        app, agent, page, msgspec.structs.replace(draft, phases=phases, reason=REASON)
    )
    async with request_context(app) as ctx:
        last, first = (await changes(ctx, page.ref)).items
    assert [one.field for one in first.differences] == ["promise"]
    told = {one.field: (one.before is None, one.after is None) for one in last.differences}
    added = page.card.phases[2].id
    assert told == {
        f"phases.vote.{vote.id}": (False, False),
        f"phases.vote.{added}": (True, False),
    }
    assert proposals.id == page.card.phases[0].id
