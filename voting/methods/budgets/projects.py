"""Votes on projects under a budget: what the three rules share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, Approvals, Points, received
from voting.evidence import Exact, FundingEvidence, Purchase, RefusedProject
from voting.kernels.loads import supporters
from voting.kernels.voter_budgets import exact_sum
from voting.methods.tie_choices import Chooser, chooser_of, explored
from voting.outcome import BallotCounts, Count
from voting.ties import TieReport, TieRule


class FundingBallots(NamedTuple):
    """`worth`: (B, C) by column, marks (uint8) or points (int64), a blank ballot has none;
    `counts`: (B,) int64; `voters`: ballots that support something; `costs` in the order of the
    options; `votes`: supporters (or points) of each.
    """

    options: tuple[str, ...]
    worth: NDArray[Any]
    counts: I64
    voters: int
    costs: list[int]
    budget: int
    votes: list[int]

    @property
    def marks(self) -> NDArray[np.bool_]:
        """(B, C) bool: who supports what."""
        return self.worth.view(bool) if self.worth.dtype == np.uint8 else self.worth > 0

    @property
    def eligible(self) -> list[int]:
        """Options with a vote whose cost alone is within the budget."""
        pairs = enumerate(zip(self.votes, self.costs, strict=True))
        return [option for option, (votes, cost) in pairs if votes > 0 and cost <= self.budget]


@dataclass(slots=True, eq=False)
class Funding:
    """A run: projects in the order they were funded, what happened to each, and why it stopped."""

    funded: list[int] = field(default_factory=list)
    steps: list[Purchase] = field(default_factory=list)
    refused: dict[str, RefusedProject] = field(default_factory=dict)
    start: Exact | None = None
    all_fit: bool | None = None


def vote_of(
    ballots: Approvals | Points, budget: int, costs: Mapping[str, int]
) -> tuple[FundingBallots, BallotCounts]:
    """The ballots that count, and the box of each; a ballot with a negative number is invalid.

    The others stay as they are stored: a blank ballot supports nothing and is left among them.
    """
    if isinstance(ballots, Points):
        worth: NDArray[Any] = ballots.points
        counts = ballots.counts
        if not (valid := (worth >= 0).all(axis=1)).all():
            worth, counts = np.asfortranarray(worth[valid]), counts[valid]
        votes = [exact_sum(column, counts) for column in worth.T]
    else:
        worth, counts = ballots.marks, ballots.counts
        votes = supporters(worth.view(bool), counts).tolist()
    blank = int(counts[~worth.any(axis=1)].sum())
    voters = int(counts.sum()) - blank
    ballot_counts = BallotCounts(
        counted=voters, blank=blank, invalid=received(ballots) - voters - blank
    )
    prices = [costs[name] for name in ballots.options]
    return FundingBallots(
        ballots.options, worth, counts, voters, prices, budget, votes
    ), ballot_counts


def preferred(vote: FundingBallots, tied: list[int], chooser: Chooser, where: str) -> int:
    """One of the tied projects: the cheapest, then that with more votes, then by the chooser."""
    cheapest = min(vote.costs[option] for option in tied)
    left = [option for option in tied if vote.costs[option] == cheapest]
    most = max(vote.votes[option] for option in left)
    left = [option for option in left if vote.votes[option] == most]
    names = [vote.options[option] for option in left]
    return vote.options.index(chooser.take(names, where))


def funded_count(
    vote: FundingBallots,
    ballot_counts: BallotCounts,
    ties: TieRule,
    run: Callable[[Chooser], Funding],
    most_runs: int,
) -> Count:
    """The outcome of a rule; when ties stay open, every set of projects that could be funded.

    With one possible set, `winners` are the funded projects in the order they were funded. With
    several, `winners` is empty and `committees` lists them all, up to `most_runs`.
    """
    trial = Chooser(lambda names: sorted(names)) if ties.kind == "left" else chooser_of(ties)
    found = run(trial)
    sets, complete = [_names(vote, found)], True
    if trial.met:
        sets, complete = explored(lambda one: _names(vote, run(one)), most_runs)
    tied_sets = sorted(tuple(sorted(one)) for one in sets)
    is_open = ties.kind == "left" and len(tied_sets) > 1
    matters = True if len(tied_sets) > 1 else False if complete else None
    funded = [vote.options[option] for option in found.funded]
    winners = () if is_open else tuple(funded)
    front = tuple(sorted(set().union(*sets))) if is_open else winners
    scores = dict(zip(vote.options, vote.votes, strict=True))
    rest = [name for name in vote.options if name not in set(front)]
    rest.sort(key=lambda name: -scores[name])
    tail = tuple(tuple(tied) for _, tied in groupby(rest, key=lambda name: scores[name]))
    return Count(
        winners=winners,
        ranking=(*((front,) if front else ()), *tail),
        scores={**scores},
        evidence=FundingEvidence(
            budget=vote.budget,
            costs=dict(zip(vote.options, vote.costs, strict=True)),
            spent=sum(vote.costs[option] for option in found.funded),
            steps=found.steps,
            refused={
                name: found.refused[name]
                for name in vote.options
                if name in found.refused and name not in funded
            },
            complete=complete,
            start=found.start,
            all_fit=found.all_fit,
        ),
        ties=tuple(
            TieReport(tie.tied, tie.where, ties.kind, matters) for tie in dict.fromkeys(trial.met)
        ),
        ballot_counts=ballot_counts,
        committees=tuple(tied_sets) if is_open else (tuple(sorted(funded)),) if funded else (),
    )


def _names(vote: FundingBallots, found: Funding) -> frozenset[str]:
    return frozenset(vote.options[option] for option in found.funded)
