"""Four eyes are two persons: named before the first ballot, published, frozen by the database."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound
from deliberation.elections.ballot_box.lifecycle import open_ballot_box, opening_requirements
from deliberation.elections.ballot_box.waiting import wait_reason
from deliberation.elections.bulletin_board.entries import board_entries, first_entry
from deliberation.elections.electorate.countersigners import (
    CountersignerDraft,
    countersigners,
    name_countersigner,
    remove_countersigner,
)
from deliberation.elections.electorate.permissions import may_countersign
from deliberation.elections.electorate.roll import ask_code, grant_code, import_roll
from deliberation.elections.electorate.roll_file import RollLine
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.paper.paper_ballots import (
    AlreadyVoted,
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.paper.undoing import UndoingDraft, ask_undoing, grant_undoing, undoings
from deliberation.elections.results.queries import result_page
from deliberation.elections.verification.minutes import read_minutes
from deliberation.views.ballot_boxes.queries import overview
from tests.builders import (
    a_consultation,
    a_member,
    a_poll,
    a_result,
    an_authority,
    figures_kept,
    request_context,
)
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_ballot,
    a_sealed_result,
    a_sealed_vote,
    countersigned,
    end_vote,
    two_agents,
)

PAPER = BatchDraft(channel="paper", ballots=[{"2": 7}])
WRONG = UndoingDraft(number="1", reason="Repartie sans déposer son bulletin.")


async def _a_plain_vote(app: AppContext, **values: Any) -> SealedVote:
    page, poll = await a_poll(app, eligibility="roll", **values)
    await a_roll(app, page, 5)
    await countersigned(app, page)
    return SealedVote(page, poll, [])


async def _a_stranger(app: AppContext, vote: SealedVote, role: str = "administrator") -> Viewer:
    """Somebody of the team who was not named."""
    return await a_member(app, vote.page.card.authority, role)


async def test_h4_a_second_mailbox_invited_once_the_ballot_box_is_open_decides_nothing(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, _ = await two_agents(app, vote)
    stranger = await _a_stranger(app, vote)
    async with request_context(app, first) as ctx:
        request = await ask_code(ctx, vote.page.ref, "2", "Carte perdue.")
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
    async with request_context(app, stranger) as ctx:
        for attempt in (
            grant_code(ctx, vote.page.ref, request.id),
            enter_second_copy(ctx, vote.page.ref, vote.poll, 1, PAPER),
            grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id),
        ):
            with pytest.raises(NotAllowed, match="needs-a-countersigner"):
                await attempt
        draft = CountersignerDraft(person=stranger.id, function="Moi-même")
        with pytest.raises(Conflict, match="urn-open"):
            await name_countersigner(ctx, vote.page.ref, draft)


async def test_h4_a_sealed_ballot_box_opens_only_with_two_named_and_its_board_names_them(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, opened=False)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await remove_countersigner(ctx, vote.page.ref, second.id)
    async with request_context(app) as ctx:
        assert [one.code for one in await opening_requirements(ctx, vote.page.ref)] == [
            "countersigners"
        ]
        await open_ballot_box(ctx, str(vote.poll.id))
        assert await first_entry(ctx, vote.poll.id) is None
    async with request_context(app, first) as ctx:
        draft = CountersignerDraft(person=second.id, function="Greffière")
        await name_countersigner(ctx, vote.page.ref, draft)
    async with request_context(app) as ctx:
        await open_ballot_box(ctx, str(vote.poll.id))
        opening = await first_entry(ctx, vote.poll.id)
        assert opening is not None
        named = {one["name"]: one["function"] for one in opening.body["countersigners"]}
    assert named == {first.name: "Service des élections"} | {second.name: "Greffière"}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM countersigner WHERE consultation_id = :id",
        "UPDATE countersigner SET name = 'X' WHERE consultation_id = :id",
        "INSERT INTO countersigner SELECT :id, id, 'X', 'Y', now() FROM person LIMIT 1",
    ],
)
async def test_h4_the_database_refuses_other_names_once_the_ballot_box_is_open(
    app: AppContext, sql: str
) -> None:
    vote = await a_sealed_vote(app)
    with pytest.raises(IntegrityError, match="frozen once the urn is open"):
        async with request_context(app) as ctx:
            await ctx.db.execute(text(sql), {"id": vote.page.card.id})


async def test_h4_only_the_team_of_this_authority_can_be_named(app: AppContext) -> None:
    vote = await a_sealed_vote(app, opened=False)
    first, _ = await two_agents(app, vote)
    neighbour = await a_member(app, await an_authority(app), "agent")
    moderator = await _a_stranger(app, vote, "moderator")
    for person in (neighbour, moderator):
        async with request_context(app, first) as ctx:
            draft = CountersignerDraft(person=person.id, function="Voisine")
            with pytest.raises(Invalid) as refused:
                await name_countersigner(ctx, vote.page.ref, draft)
        assert refused.value.errors == {"person": ("not-in-the-team", {})}
    async with request_context(app, neighbour) as ctx:
        draft = CountersignerDraft(person=neighbour.id, function="Voisine")
        with pytest.raises(NotFound):
            await name_countersigner(ctx, vote.page.ref, draft)


async def test_h4_a_plain_vote_with_a_roll_freezes_with_its_first_voter(app: AppContext) -> None:
    vote = await _a_plain_vote(app)
    first, _ = await two_agents(app, vote)
    stranger = await _a_stranger(app, vote)
    line = RollLine(number="9", name="", email=None, subject=None)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
    async with request_context(app, first) as ctx:
        with pytest.raises(Conflict, match="urn-open"):
            await import_roll(ctx, vote.page.ref, [line])  # new electors would vote once more
        draft = CountersignerDraft(person=stranger.id, function="Arrivée après")
        with pytest.raises(Conflict, match="urn-open"):
            await name_countersigner(ctx, vote.page.ref, draft)
    async with request_context(app) as ctx:
        assert len(await countersigners(ctx, vote.page.card.id)) == 2


@pytest.mark.parametrize(("before", "refusal"), [(True, None), (False, "role-too-recent")])
async def test_h4_without_a_roll_a_role_given_during_the_vote_does_not_second(
    app: AppContext, before: bool, refusal: str | None
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, vote=(-1, 3))
    agent = await a_member(app, authority, "agent")
    if before:
        async with request_context(app) as ctx:
            older = "UPDATE membership SET created_at = created_at - interval '2 days'"
            await ctx.db.execute(text(older + " WHERE person_id = :id"), {"id": agent.id})
    async with request_context(app, agent) as ctx:
        found = await may_countersign(ctx, page.ref, authority.id)
    assert (found.code if found else None) == refusal


async def test_h4_two_seconds_at_once_decide_once(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    agent = await _a_stranger(app, vote, "agent")
    async with request_context(app, agent) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)

    async def grant(viewer: Viewer) -> None:
        async with request_context(app, viewer) as ctx:
            await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)

    seconds = await two_agents(app, vote)
    answers = await asyncio.gather(*map(grant, seconds), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "NoneType"]


async def test_prof_1_an_undone_mark_lets_its_elector_vote_and_is_told_without_a_name(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app, electors=12)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "counter", ["1"])
    with pytest.raises(NotAllowed, match="voted-on-paper"):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    async with request_context(app, first) as ctx:
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
        with pytest.raises(Conflict, match="already-asked"):
            await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
    async with request_context(app, second) as ctx:
        await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
        assert [one.granted_at is not None for one in await undoings(ctx, vote.page.ref, vote.poll)]
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    minutes = read_minutes((await a_sealed_result(app, vote)).minutes)
    assert (minutes.counts.counted, minutes.faults) == (12, [])
    assert minutes.interventions == {"codes": 0, "undone": 1, "looks": 0}
    async with request_context(app) as ctx:
        events = "SELECT data::text FROM event WHERE kind = 'MarkUndone' AND consultation_id = :id"
        (data,) = (await ctx.db.scalars(text(events), {"id": vote.page.card.id})).all()
        assert "lectrice" not in data
        assert (await result_page(ctx, vote.page.ref, 1)).interventions["undone"] == 1


async def test_prof_1_after_the_close_an_undone_mark_lets_the_count_begin(
    app: AppContext,
) -> None:
    vote = await _a_plain_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
    vote = await end_vote(app, vote)
    async with request_context(app, first) as ctx:
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
    async with request_context(app, second) as ctx:
        await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
        waiting = await wait_reason(ctx, vote.page.ref, vote.poll)
        assert waiting is not None
        assert waiting.step == "counting"


async def test_prof_1_no_mark_is_undone_that_a_typed_paper_needs_or_that_is_none(
    app: AppContext,
) -> None:
    vote = await _a_plain_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        for number, code in (("9", "no-such-elector"), ("2", "no-paper-mark")):
            wish = UndoingDraft(number=number, reason="Erreur de ligne.")
            with pytest.raises(NotFound, match=code):
                await ask_undoing(ctx, vote.page.ref, vote.poll, wish)
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, PAPER)
        with pytest.raises(Conflict, match="papers-already-typed"):
            await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
    other = await _a_plain_vote(app)
    _, stranger = await two_agents(app, other)
    async with request_context(app, stranger) as ctx:
        with pytest.raises(NotFound):
            await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
        with pytest.raises(NotFound):
            await grant_undoing(ctx, other.page.ref, other.poll, undoing.id)


async def _looks(app: AppContext, vote: SealedVote) -> int:
    async with request_context(app) as ctx:
        events = "SELECT count(*) FROM event WHERE kind = 'VoterLookedUp' AND consultation_id = :id"
        return int(await ctx.db.scalar(text(events), {"id": vote.page.card.id}))


async def test_m3_marking_tells_of_an_unknown_identifier_and_nothing_else(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, _ = await two_agents(app, vote)
    for code in vote.codes[:3]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    async with request_context(app, first) as ctx:
        named = ["1", "2", "3", "4", "nobody-at-all", "4"]
        with pytest.raises(Invalid) as refused:
            await mark_voters(ctx, vote.page.ref, vote.poll, "paper", named)
    assert {place: code for place, (code, _) in refused.value.errors.items()} == {
        "voters.4": "no-such-elector",
        "voters.5": "twice",
    }
    assert await _looks(app, vote) == 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (["1"], {"voters.0": ("already-voted", {})}),
        (["1", "4"], {"voters": ("somebody-has-voted", {})}),
        (["5", "4", "1"], {"voters": ("somebody-has-voted", {})}),
    ],
)
async def test_m3_whether_somebody_has_voted_is_told_of_one_alone_and_leaves_a_trace(
    app: AppContext, named: list[str], told: dict[str, Any]
) -> None:
    vote = await a_sealed_vote(app)
    first, _ = await two_agents(app, vote)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    with pytest.raises(AlreadyVoted) as refused:
        async with request_context(app, first) as ctx:
            await mark_voters(ctx, vote.page.ref, vote.poll, "paper", named)
    assert refused.value.errors == told
    assert await _looks(app, vote) == 1
    async with request_context(app) as ctx:
        papers = "SELECT count(*) FROM roll_mark WHERE poll_id = :id AND channel <> 'online'"
        assert await ctx.db.scalar(text(papers), {"id": vote.poll.id}) == 0  # nobody was marked
    minutes = read_minutes((await a_sealed_result(app, vote)).minutes)
    assert minutes.interventions["looks"] == 1


@pytest.mark.parametrize("kept", [False, True])
async def test_m3_agents_read_of_a_running_sealed_vote_what_everybody_reads(
    app: AppContext, kept: bool
) -> None:
    vote = await a_sealed_vote(app, electors=40)
    first, _ = await two_agents(app, vote)
    for code in vote.codes[:26]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    if kept:
        await figures_kept(app, vote.page)
    async with request_context(app, first) as ctx:
        (ballot_box,) = (await overview(ctx, vote.page.ref)).ballot_boxes
        assert (ballot_box.at_least, ballot_box.waiting, ballot_box.marks) == (
            True,
            None,
            {"online": 0},
        )
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE roll_mark SET marked_on = marked_on - 1 WHERE poll_id = :id"),
            {"id": vote.poll.id},
        )
    if kept:
        await figures_kept(app, vote.page)
    async with request_context(app, first) as ctx:
        (ballot_box,) = (await overview(ctx, vote.page.ref)).ballot_boxes
    assert ballot_box.marks == {"online": 25}


async def test_h4_codes_granted_to_many_of_few_electors_are_told_with_a_word_of_care(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        request = await ask_code(ctx, vote.page.ref, "2", "Carte perdue.")
    async with request_context(app, second) as ctx:
        await grant_code(ctx, vote.page.ref, request.id)
    found = read_minutes((await a_sealed_result(app, vote)).minutes)
    async with request_context(app) as ctx:
        closing = (await board_entries(ctx, vote.poll.id))[-2].entry
    assert found.interventions == closing.body["interventions"]
    told = verification_texts.interventions("fr", found.interventions, found.counts.electors)
    assert [one[:16] for one in told] == ["Codes perdus rem", "Plus d’un code s"]
    assert verification_texts.interventions("fr", {"codes": 1}, 100)[1:] == []


async def test_h4_a_plain_count_tells_how_often_the_team_acted_on_single_voters(
    app: AppContext,
) -> None:
    vote = await _a_plain_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
    async with request_context(app, second) as ctx:
        await grant_undoing(ctx, vote.page.ref, vote.poll, undoing.id)
    page = await a_result(app, vote.page, vote.poll)
    async with request_context(app) as ctx:
        found = await result_page(ctx, page.ref, 1)
    assert found.interventions == {"codes": 0, "undone": 1, "looks": 0}
