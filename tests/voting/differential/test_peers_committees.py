"""Committees from approvals beside abcvoting, which lists all tied ones in exact fractions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from abcvoting import abcrules
from abcvoting.preferences import Profile
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.ballot_builders import drawn
from tests.voting.differential.profiles import (
    LIKE_ALWAYS,
    SIZES,
    Size,
    approvals,
    orders,
    told,
    ungrouped,
)
from voting.ballots import Approvals
from voting.tally import tally
from voting.ties import by_order

MANY = 200


class Peer(NamedTuple):
    """A rule of ours and the peer's, with the peer's algorithm that decides in exact numbers."""

    method: str
    options: dict[str, str]
    committees: Callable[..., Any]
    algorithm: str


PEERS = (
    Peer("approval_committee", {}, abcrules.compute_av, "standard"),
    Peer("sav", {}, abcrules.compute_sav, "standard"),
    Peer("pav", {}, abcrules.compute_pav, "brute-force"),
    Peer("chamberlin_courant", {}, abcrules.compute_cc, "brute-force"),
    Peer("seq_pav", {}, abcrules.compute_seqpav, "standard"),
    Peer("revseq_pav", {}, abcrules.compute_revseqpav, "standard"),
    Peer("seq_phragmen", {}, abcrules.compute_seqphragmen, "gmpy2-fractions"),
    Peer("mes_committee", {}, abcrules.compute_equal_shares, "gmpy2-fractions"),
    Peer(
        "mes_committee",
        {"completion": "approval"},
        partial(abcrules.compute_equal_shares, completion="av"),
        "gmpy2-fractions",
    ),
    Peer(
        "mes_committee",
        {"completion": "none"},
        partial(abcrules.compute_equal_shares, completion=None),
        "gmpy2-fractions",
    ),
)
IDS = [" ".join([peer.method, *peer.options.values()]) for peer in PEERS]


@pytest.mark.parametrize("size", [*SIZES[:3], Size(60, 7, 12)], ids=str)
@pytest.mark.parametrize("peer", PEERS, ids=IDS)
def test_the_tied_committees_are_those_of_the_peer(peer: Peer, size: Size) -> None:
    for number, ballots in enumerate(approvals(size)):
        compared(peer, ballots, 1 + number % (size.options - 1))


@pytest.mark.parametrize("peer", PEERS, ids=IDS)
@LIKE_ALWAYS
@given(data=st.data())
def test_the_tied_committees_are_those_of_the_peer_however_small_the_vote(
    peer: Peer, data: st.DataObject
) -> None:
    ballots = data.draw(drawn("approvals", fewest_options=2, fewest_ballots=1))
    seats = data.draw(st.integers(1, len(ballots.options) - 1))
    assert isinstance(ballots, Approvals)
    if ballots.marks.any(axis=1).all():
        compared(peer, ballots, seats)


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
def test_equal_shares_completed_by_larger_shares_are_among_the_tied(size: Size) -> None:
    """There the peer gives one committee only."""
    for number, ballots in enumerate(approvals(size)):
        seats = 1 + number % (size.options - 1)
        (found,) = abcrules.compute_equal_shares(
            profile_of(ballots), seats, algorithm="gmpy2-fractions", completion="increment"
        )
        outcome = tally(ballots, "mes_committee", {"completion": "add1"}, seats=seats)
        theirs = tuple(sorted(ballots.options[one] for one in found))
        assert theirs in outcome.committees, f"{seats} seats: {told(ballots)}"


def compared(peer: Peer, ballots: Approvals, seats: int) -> None:
    """Every tied committee; and one of them for a published order, alone where none are tied."""
    found = peer.committees(
        profile_of(ballots),
        seats,
        algorithm=peer.algorithm,
        resolute=False,
        max_num_of_committees=None,
    )
    theirs = {frozenset(ballots.options[one] for one in committee) for committee in found}
    if len(theirs) > MANY:
        return
    outcome = tally(ballots, peer.method, peer.options, seats=seats)
    ours = {frozenset(committee) for committee in outcome.committees} or {frozenset()}
    assert ours == theirs, f"{seats} seats: {told(ballots)}"
    assert set(outcome.winners) == (next(iter(theirs)) if len(theirs) == 1 else set())
    for order in orders(ballots.options, 2):
        one = tally(ballots, peer.method, peer.options, seats=seats, ties=by_order(order))
        assert frozenset(one.winners) in theirs, f"{seats} seats, {order}: {told(ballots)}"


def profile_of(ballots: Approvals) -> Profile:
    profile = Profile(len(ballots.options))
    for row in ungrouped(ballots):
        profile.add_voter([option for option, mark in enumerate(row) if mark])
    return profile
