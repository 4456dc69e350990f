"""A sealed vote from the open ballot box to the counted minutes."""

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Conflict, NotAllowed
from deliberation.elections.ballot_box.lifecycle import (
    PseudonymKeyElsewhere,
    close_ballot_box,
    close_due_ballot_boxes,
)
from deliberation.elections.ballot_box.texts import agents_wait_text
from deliberation.elections.ballot_box.waiting import wait_reason
from deliberation.elections.ballots.batch_publisher import seal_batch
from deliberation.elections.bulletin_board.entries import board_entries, signing_key
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.pseudonyms.key_folder import renew_key
from deliberation.elections.pseudonyms.keys import destroy_key, folder_of, kept_keys
from deliberation.elections.results.queries import recount_bytes, result_page
from deliberation.elections.sealed_protocol.board import faults_of, hashes_of
from deliberation.elections.sealed_protocol.keys import public_text
from deliberation.elections.sealed_protocol.receipts import is_genuine
from deliberation.elections.verification.minutes import read_minutes
from deliberation.views.bulletin_board.queries import board_view, look_up
from tests.builders import request_context, version_of
from tests.sealed import (
    a_sealed_ballot,
    a_sealed_result,
    a_sealed_vote,
    archive_of,
    close_sealed,
    counted,
)
from voting.records.recount import recount


async def test_sealed_ballots_are_counted_by_two_trustees_of_three_whoever_they_are(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    await close_sealed(app, vote)
    archive = await archive_of(app, vote.poll.id)
    minutes = [counted(archive, members) for members in ((0, 1), (0, 2), (1, 2), (0, 1, 2))]
    assert len({one.minutes for one in minutes}) == 1
    found = read_minutes(minutes[0].minutes)
    assert (found.counts.counted, found.counts.marks, found.faults) == (12, 12, [])
    assert found.outcome["winners"] == ["Rue de la Gare"]
    assert minutes[0].recount is not None
    assert recount(minutes[0].recount).same


async def test_the_last_ballot_of_a_voter_counts(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    for code in vote.codes[:7]:
        again = await a_sealed_ballot(app, vote, code, {"3": 7})
        assert await version_of(app, again) == 2
    await close_sealed(app, vote)
    minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
    assert minutes.counts.versions == 19
    assert minutes.counts.counted == 12
    assert minutes.outcome["winners"] == ["Quai de la Lys"]


async def test_the_same_form_sent_again_gets_the_same_receipt(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    first = await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7}, b"one form")
    again = await a_sealed_ballot(app, vote, vote.codes[0], {"1": 2}, b"one form")
    assert first == again
    assert is_genuine(first, public_text(signing_key(app, vote.poll.id)))
    assert not is_genuine(
        msgspec.structs.replace(first, version=2), public_text(signing_key(app, vote.poll.id))
    )


async def test_what_the_trustees_signed_is_published_and_everybody_can_check_it(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    found = await a_sealed_result(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
        result = await result_page(ctx, vote.page.ref, 1)
        assert await recount_bytes(ctx, vote.page.ref, 1) == found.recount
    assert result.outcome.winners == ("Rue de la Gare",)
    assert result.sealed is not None
    assert result.sealed.signed_by == ["Dépositaire 1", "Dépositaire 2"]
    assert board[-1].entry.kind == "result"


async def test_a_batch_waits_for_five_voters_and_the_close_shows_the_rest(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    for _ in range(3):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7}, msgspec.json.encode(_))
    async with request_context(app) as ctx:
        assert await seal_batch(ctx, vote.poll.id) == 0
    receipts = [await a_sealed_ballot(app, vote, code, {"1": 1}) for code in vote.codes[1:5]]
    async with request_context(app) as ctx:
        assert await seal_batch(ctx, vote.poll.id) == 7
    last = await a_sealed_ballot(app, vote, vote.codes[5], {"1": 1})
    await close_sealed(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    assert faults_of(board) == []
    assert [line.entry.kind for line in board] == ["open", "ballots", "ballots", "close"]
    assert {one.hash for one in [*receipts, last]} <= set(hashes_of(board))
    async with request_context(app) as ctx:
        view = await board_view(ctx, vote.poll)
        shown = [await look_up(ctx, vote.poll, one.hash) for one in [*receipts, last]]
    assert view is not None
    assert (view.batches, view.hashes) == (2, 8)
    assert [(one.number, one.ballots) for one in view.latest] == [(2, 7), (3, 1)]
    assert [(one.state, one.entry) for one in shown] == [("shown", 2)] * 4 + [("shown", 3)]


async def test_after_the_close_no_row_tells_whose_ballot_is_whose(app: AppContext) -> None:
    vote = await a_sealed_vote(app, electors=30)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    await close_sealed(app, vote)
    async with request_context(app) as ctx:
        ballots = (await ctx.db.execute(_XMINS, {"poll": vote.poll.id})).one()
        assert (ballots.ballots, ballots.marks) == (1, 1)
        await close_due_ballot_boxes(ctx)
    assert vote.poll.id not in kept_keys(app)


async def test_losing_the_key_of_the_slots_stops_changes_but_not_votes(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    destroy_key(app, vote.poll.id)
    for code in vote.codes[:2]:
        with pytest.raises(NotAllowed, match="slot-key-missing"):
            await a_sealed_ballot(app, vote, code, {"1": 2})
    assert vote.poll.id not in kept_keys(app)  # nobody makes a second key by the way
    async with request_context(app) as ctx:
        await renew_key(ctx, vote.page.ref, vote.poll)
    with pytest.raises(NotAllowed, match="revoting-lost"):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 2})
    await a_sealed_ballot(app, vote, vote.codes[1], {"1": 7})
    async with request_context(app) as ctx:
        with pytest.raises(Conflict, match="slot-key-held"):
            await renew_key(ctx, vote.page.ref, vote.poll)


async def test_a_ballot_box_is_not_closed_by_whoever_lacks_its_key(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    kept = folder_of(app.settings) / str(vote.poll.id)
    elsewhere = kept.rename(kept.with_name("elsewhere"))
    with pytest.raises(PseudonymKeyElsewhere):
        await close_sealed(app, vote)
    kept.write_bytes(b"another key of thirty-two bytes.")
    async with request_context(app) as ctx:
        poll = await poll_view(ctx, vote.page.ref, vote.poll.number)
        why = await wait_reason(ctx, vote.page.ref, poll)
        assert why is not None
        assert why.step == "key"
        assert "sealed renew-key" in agents_wait_text("fr", why).todo
        with pytest.raises(PseudonymKeyElsewhere):
            await close_ballot_box(ctx, str(vote.poll.id))
    elsewhere.rename(kept)
    async with request_context(app) as ctx:
        await close_ballot_box(ctx, str(vote.poll.id))
        await close_due_ballot_boxes(ctx)
    assert not kept.exists()


async def test_a_closed_ballot_box_takes_no_ballot(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    await close_sealed(app, vote)
    with pytest.raises(NotAllowed, match="voting-closed"):
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})


_XMINS = text(
    """
    SELECT (SELECT count(DISTINCT xmin::text) FROM sealed_ballot WHERE poll_id = :poll) AS ballots,
           (SELECT count(DISTINCT xmin::text) FROM roll_mark WHERE poll_id = :poll) AS marks
    """
)
