"""Transferable votes beside pref_voting and votelib, which draw lots or stop: so without ties."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from pref_voting import proportional_methods as proportional
from pref_voting.profiles_with_ties import ProfileWithTies
from votelib.evaluate.core import VotingSystemError
from votelib.evaluate.sequential import TransferableVoteSelector

from tests.voting.differential.profiles import SIZES, Size, rankings, told
from tests.voting.oracles_transfers import orders_of
from voting.ballots import Rankings
from voting.tally import tally


def by_pref_voting(method: Callable[..., list[int]], **options: Any) -> Callable[..., set[str]]:
    def elected(ballots: Rankings, seats: int) -> set[str]:
        maps = [
            {option: place for place, option in enumerate(order)} for order, _ in orders_of(ballots)
        ]
        everybody = list(range(len(ballots.options)))
        profile = ProfileWithTies(maps, ballots.counts.tolist(), candidates=everybody)
        return {ballots.options[one] for one in method(profile, num_seats=seats, **options)}

    return elected


def by_votelib(ballots: Rankings, seats: int) -> set[str] | None:
    votes: dict[tuple[str, ...], int] = {}
    for order, papers in orders_of(ballots):
        names = tuple(ballots.options[option] for option in order)
        votes[names] = votes.get(names, 0) + papers
    try:
        return set(TransferableVoteSelector(transferer="Gregory").evaluate(votes, seats))
    except VotingSystemError:
        return None


class Peer(NamedTuple):
    """A rule of ours beside a peer's, which says None where it fails; `differs`: when it does."""

    method: str
    elected: Callable[[Rankings, int], set[str] | None]
    differs: str = ""
    most: Size = Size(200, 8, 60)


PEERS = {
    "scottish pref_voting": Peer("stv_scottish", by_pref_voting(proportional.stv_scottish)),
    "wigm pref_voting": Peer(
        "stv_wigm", by_pref_voting(partial(proportional.stv_wig, quota_rule="droop"))
    ),
    "wigm votelib": Peer(
        "stv_wigm", by_votelib, "It raises 'infinite loop' when papers run out before the places."
    ),
    "meek pref_voting": Peer(
        "stv_meek", by_pref_voting(proportional.stv_meek), most=Size(60, 5, 20)
    ),
}


@pytest.mark.parametrize("size", SIZES[1:], ids=str)
@pytest.mark.parametrize("name", PEERS)
def test_the_elected_are_those_of_the_peer(name: str, size: Size) -> None:
    peer = PEERS[name]
    asked = 0
    size = Size(*map(min, size, peer.most))
    for number, ballots in enumerate(rankings("truncated", size)):
        seats = 1 + number % 3
        outcome = tally(ballots, peer.method, seats=seats)
        if any(tie.where.partition(":")[0] in ("round", "surplus") for tie in outcome.ties):
            continue
        theirs = peer.elected(ballots, seats)
        assert theirs is None or set(outcome.winners) == theirs, f"{seats} seats: {told(ballots)}"
        asked += theirs is not None
    assert 2 * asked > size.profiles
