"""Votes on projects under a budget: what the three rules share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from voting.ballots import I64, Approvals, Points, received
from voting.methods.choices import Chooser, chooser_of, explored
from voting.outcome import Boxes, Count, TieReport
from voting.ties import TieRule


class Vote(NamedTuple):
    """`worth`: (B, C) int64, points or 1 for an approval, of ballots that support something;
    `counts`: (B,) int64; `costs` in the order of the options; `votes`: supporters (or points) of
    each; `eligible`: options with a vote whose cost alone is within the budget.
    """

    options: tuple[str, ...]
    worth: I64
    counts: I64
    costs: list[int]
    budget: int
    votes: list[int]

    @property
    def eligible(self) -> list[int]:
        pairs = enumerate(zip(self.votes, self.costs, strict=True))
        return [option for option, (votes, cost) in pairs if votes > 0 and cost <= self.budget]


@dataclass(slots=True, eq=False)
class Funding:
    """A run: projects in the order they were funded, what happened to each, and why it stopped."""

    funded: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def vote_of(
    ballots: Approvals | Points, budget: int, costs: Mapping[str, int]
) -> tuple[Vote, Boxes]:
    """The ballots that count, and the box of each; a ballot with a negative number is invalid."""
    marks = ballots.points if isinstance(ballots, Points) else ballots.marks.astype(np.int64)
    wrong = (marks < 0).any(axis=1)
    blank = ~marks.any(axis=1)
    kept = ~wrong & ~blank
    worth, counts = marks[kept], ballots.counts[kept]
    votes = [
        sum(a * b for a, b in zip(column.tolist(), counts.tolist(), strict=True) if a)
        if isinstance(ballots, Points)
        else int(counts[column > 0].sum())
        for column in worth.T
    ]
    counted = int(counts.sum())
    boxes = Boxes(
        counted=counted,
        blank=int(ballots.counts[blank].sum()),
        invalid=received(ballots) - counted - int(ballots.counts[blank].sum()),
    )
    prices = [costs[name] for name in ballots.options]
    return Vote(ballots.options, worth, counts, prices, budget, votes), boxes


def preferred(vote: Vote, tied: list[int], chooser: Chooser, where: str) -> int:
    """One of the tied projects: the cheapest, then that with more votes, then by the chooser."""
    cheapest = min(vote.costs[option] for option in tied)
    left = [option for option in tied if vote.costs[option] == cheapest]
    most = max(vote.votes[option] for option in left)
    left = [option for option in left if vote.votes[option] == most]
    names = [vote.options[option] for option in left]
    return vote.options.index(chooser.take(names, where))


def funded_count(
    vote: Vote,
    boxes: Boxes,
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
    matters = len(tied_sets) > 1
    funded = [vote.options[option] for option in found.funded]
    winners = () if is_open else tuple(funded)
    front = tuple(sorted(set().union(*sets))) if is_open else winners
    rest = sorted(set(vote.options) - set(front), key=lambda name: _rank(vote, name))
    levels = sorted({_rank(vote, name) for name in rest})
    tail = tuple(tuple(n for n in rest if _rank(vote, n) == level) for level in levels)
    order = {name: place for place, name in enumerate(vote.options)}
    return Count(
        winners=winners,
        ranking=(*((front,) if front else ()), *tail),
        scores=dict(zip(vote.options, vote.votes, strict=True)),
        evidence={
            "budget": vote.budget,
            "costs": dict(zip(vote.options, vote.costs, strict=True)),
            "spent": sum(vote.costs[order[name]] for name in funded),
            "steps": found.steps,
            "refused": {
                name: found.refused[name]
                for name in vote.options
                if name in found.refused and name not in funded
            },
            "complete": complete,
            **found.more,
        },
        ties=tuple(
            TieReport(tie.tied, tie.where, ties.kind, matters) for tie in dict.fromkeys(trial.met)
        ),
        boxes=boxes,
        committees=tuple(tied_sets) if is_open else (tuple(sorted(funded)),) if funded else (),
    )


def _names(vote: Vote, found: Funding) -> frozenset[str]:
    return frozenset(vote.options[option] for option in found.funded)


def _rank(vote: Vote, name: str) -> int:
    return -vote.votes[vote.options.index(name)]
