"""Several sealers, and a close, at the same moment."""

import asyncio

from deliberation.ballot_box.board import board_lines
from deliberation.ballot_box.sealed.board import entry_of, faults_of, hashes_of
from deliberation.ballot_box.sealer import seal_batch
from deliberation.kit.act import House
from tests.builders import acting
from tests.sealed import a_sealed_ballot, a_sealed_vote, close_sealed


async def test_a_second_sealer_leaves_at_once(house: House) -> None:
    vote = await a_sealed_vote(house)
    for code in vote.codes[:6]:
        await a_sealed_ballot(house, vote, code, {"1": 3})
    async with acting(house) as first, acting(house) as second:
        assert await seal_batch(first, vote.poll.id) == 6
        assert await seal_batch(second, vote.poll.id) == 0


async def test_the_close_waits_for_a_sealer_and_shows_what_it_left(house: House) -> None:
    vote = await a_sealed_vote(house)
    for code in vote.codes[:6]:
        await a_sealed_ballot(house, vote, code, {"1": 3})
    async with acting(house) as act:
        assert await seal_batch(act, vote.poll.id) == 6
        await a_sealed_ballot(house, vote, vote.codes[6], {"1": 4})
        closing = asyncio.create_task(close_sealed(house, vote))
        done, _ = await asyncio.wait({closing}, timeout=0.3)
        assert not done
    await closing
    async with acting(house) as act:
        board = await board_lines(act, vote.poll.id)
    close = entry_of(board, "close")
    assert close is not None
    assert close.body["versions"] == len(hashes_of(board)) == 7
    assert faults_of(board) == []
