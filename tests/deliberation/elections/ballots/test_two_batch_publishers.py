"""Several batch publishers and a close at the same moment."""

import asyncio

from deliberation.core.context import AppContext
from deliberation.elections.ballots.batch_publisher import seal_batch
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.sealed_protocol.board import entry_of, faults_of, hashes_of
from tests.builders import request_context
from tests.sealed import a_sealed_ballot, a_sealed_vote, close_sealed


async def test_a_second_batch_publisher_leaves_at_once(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes[:6]:
        await a_sealed_ballot(app, vote, code, {"1": 3})
    async with request_context(app) as first, request_context(app) as second:
        assert await seal_batch(first, vote.poll.id) == 6
        assert await seal_batch(second, vote.poll.id) == 0


async def test_the_close_waits_for_a_batch_publisher_and_shows_what_it_left(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes[:6]:
        await a_sealed_ballot(app, vote, code, {"1": 3})
    async with request_context(app) as ctx:
        assert await seal_batch(ctx, vote.poll.id) == 6
        await a_sealed_ballot(app, vote, vote.codes[6], {"1": 4})
        closing = asyncio.create_task(close_sealed(app, vote))
        done, _ = await asyncio.wait({closing}, timeout=0.3)
        assert not done
    await closing
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    close = entry_of(board, "close")
    assert close is not None
    assert close.body["versions"] == len(hashes_of(board)) == 7
    assert faults_of(board) == []
