"""Methods on rankings beside pref_voting and votelib."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pref_voting import c1_methods as majority
from pref_voting import iterative_methods as iterative
from pref_voting import margin_based_methods as margins
from pref_voting import other_methods as others
from pref_voting import scoring_methods as scoring
from pref_voting.profiles import Profile
from pref_voting.profiles_with_ties import ProfileWithTies

from tests.voting.ballot_builders import drawn, preferences
from tests.voting.differential.profiles import LIKE_ALWAYS, SIZES, Size, rankings, told
from voting.ballots import Rankings
from voting.tally import tally


class Peer(NamedTuple):
    """A rule of ours beside a peer's function, on ballots of a shape that the peer reads.

    `differs`: what the peer does otherwise. It is compared `where` that cannot show; or it may name
    more winners than we (`wider`). `largest`: options; beyond, the peer is too slow.
    """

    method: str
    options: dict[str, str]
    winners: Callable[[Any], list[int]]
    shape: str
    differs: str = ""
    where: Callable[[Rankings], bool] = lambda _: True
    wider: bool = False
    largest: int = 8


def by_support(method: Callable[..., list[int]]) -> Callable[[Any], list[int]]:
    """With winning votes as strength, where the peer would take margins."""
    return lambda profile: method(profile, strength_function=profile.support)


def worst(kind: str) -> Callable[[Any], list[int]]:
    """The options with the smallest worst defeat; the peer's scores are its negatives."""

    def winners(profile: Any) -> list[int]:
        scores = margins.minimax_scores(profile, score_method=kind)
        return [one for one, score in scores.items() if score == max(scores.values())]

    return winners


def dowdall(profile: Any) -> list[int]:
    """A point for the first, half for the second, a third for the third..."""
    found: list[int] = scoring.scoring_rule(profile, score=lambda _, rank: Fraction(1, int(rank)))
    return found


def no_win_copeland(profile: Any) -> list[int]:
    """Duels won alone."""
    won = {
        one: sum(profile.majority_prefers(one, other) for other in profile.candidates)
        for one in profile.candidates
    }
    return [one for one, wins in won.items() if wins == max(won.values())]


def stacks(profile: Any) -> list[int]:
    """Ranked pairs by another definition: who leads one of Zavist and Tideman's stacks."""
    found: list[int] = margins.ranked_pairs(profile, algorithm="from_stacks")
    return found


def all_first_somewhere(ballots: Rankings) -> bool:
    """Whether every option is the first choice of a ballot."""
    return bool((ballots.ranks == 1).any(axis=0).all())


def strengths_differ(ballots: Rankings) -> bool:
    """Whether no contest is tied, and no two are won with as many ballots."""
    contests = preferences(ballots)
    pairs = [(row, column) for row in range(len(contests)) for column in range(row)]
    sizes = {max(contests[row][column], contests[column][row]) for row, column in pairs}
    tied = any(contests[row][column] == contests[column][row] for row, column in pairs)
    return not tied and len(sizes) == len(pairs)


SECONDARY = "Of equally strong contests we lock first the one with fewer ballots against."
TIED_CONTESTS = (
    "Tied contests are locked too, by their ballots; and its time explodes with equal ones."
)
NO_WINNER = "It names nobody when all but one option have no first choice."
FLOATS = "Its own Dowdall adds floats: it is given exact fractions."

PEERS = (
    Peer("plurality", {}, scoring.plurality, "complete"),
    Peer("borda", {}, scoring.borda, "complete"),
    Peer("borda", {}, scoring.borda_for_profile_with_ties, "truncated"),
    Peer("borda", {}, scoring.borda_for_profile_with_ties, "weak"),
    Peer("dowdall", {}, dowdall, "complete", FLOATS),
    Peer("copeland", {}, majority.copeland, "weak"),
    Peer("copeland", {"pairwise_tie": "1"}, majority.llull, "weak"),
    Peer("copeland", {"pairwise_tie": "0"}, no_win_copeland, "weak"),
    Peer("smith_set", {}, majority.top_cycle, "weak"),
    Peer("minimax", {"variant": "margins"}, worst("margins"), "weak"),
    Peer("minimax", {"variant": "opposition"}, worst("pairwise_opposition"), "weak"),
    Peer("minimax", {"variant": "winning_votes"}, by_support(margins.minimax), "weak"),
    Peer("schulze", {"strength": "margins"}, margins.beat_path, "weak"),
    Peer("schulze", {"strength": "winning_votes"}, by_support(margins.beat_path), "weak"),
    Peer("ranked_pairs", {}, stacks, "complete", largest=5),
    Peer("ranked_pairs", {}, stacks, "weak", SECONDARY, wider=True, largest=5),
    Peer(
        "ranked_pairs",
        {"strength": "winning_votes"},
        by_support(margins.ranked_pairs),
        "weak",
        TIED_CONTESTS,
        where=strengths_differ,
    ),
    Peer("kemeny", {}, others.kemeny_young, "complete", largest=6),
    Peer("kemeny", {}, others.kemeny_young, "weak", largest=5),
    Peer("bucklin", {}, others.bucklin, "complete"),
    Peer("bucklin", {}, others.bucklin_for_truncated_linear_orders, "truncated"),
    Peer("coombs", {}, iterative.coombs_put, "complete"),
    Peer("baldwin", {}, iterative.baldwin_put, "complete"),
    Peer("nanson", {}, iterative.strict_nanson, "complete"),
    Peer("benham", {}, iterative.benham_put, "complete"),
    Peer("instant_runoff", {"history": "none"}, iterative.instant_runoff_put, "complete"),
    Peer(
        "instant_runoff",
        {"history": "none", "until": "two"},
        partial(iterative.instant_runoff_put, exit_on_majority=False),
        "complete",
        NO_WINNER,
        where=all_first_somewhere,
    ),
)
IDS = [" ".join([peer.method, *peer.options.values(), peer.shape]) for peer in PEERS]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("peer", PEERS, ids=IDS)
def test_winners_are_those_of_the_peer(peer: Peer, size: Size) -> None:
    if size.options > peer.largest:
        size = size._replace(options=peer.largest)
    for ballots in rankings(peer.shape, size):
        compared(peer, ballots)


@pytest.mark.parametrize("peer", PEERS, ids=IDS)
@LIKE_ALWAYS
@given(data=st.data())
def test_winners_are_those_of_the_peer_however_small_the_vote(
    peer: Peer, data: st.DataObject
) -> None:
    ballots = data.draw(
        drawn(
            "rankings",
            strict=peer.shape != "weak",
            complete=peer.shape == "complete",
            fewest_ballots=1,
        )
    )
    assert isinstance(ballots, Rankings)
    if ballots.ranks.any(axis=1).all():
        compared(peer, ballots)


def compared(peer: Peer, ballots: Rankings) -> None:
    if not peer.where(ballots):
        return
    profile = complete(ballots) if peer.shape == "complete" else weak(ballots)
    theirs = {ballots.options[one] for one in peer.winners(profile)}
    ours = set(tally(ballots, peer.method, peer.options).winners)
    assert ours <= theirs if peer.wider else ours == theirs, told(ballots)


def complete(ballots: Rankings) -> Profile:
    """Strict orders of all options."""
    ranked = (ballots.ranks.argsort(axis=1)).tolist()
    return Profile(ranked, ballots.counts.tolist())


def weak(ballots: Rankings, *, unranked_last: bool = True) -> ProfileWithTies:
    """Orders with equal ranks, from rank 0; unranked options below all ranked, or ignored."""
    maps = [
        {option: rank - 1 for option, rank in enumerate(ranks) if rank}
        for ranks in ballots.ranks.tolist()
    ]
    everybody = list(range(len(ballots.options)))
    profile = ProfileWithTies(maps, ballots.counts.tolist(), candidates=everybody)
    if unranked_last:
        profile.use_extended_strict_preference()
    return profile
