"""The elections that are counted: the same for all, from fixed seeds."""

import numpy as np
from numpy.typing import NDArray

from voting.ballots import Approvals, Grades, Rankings

GRADES = ("to reject", "poor", "fair", "passable", "good", "very good", "excellent")
CHUNK = 100_000


def names(width: int) -> tuple[str, ...]:
    """Names that sort as their numbers."""
    return tuple(f"option {number:03}" for number in range(width))


def truncated(ballots: int, options: int) -> Rankings:
    """Plackett-Luce with Zipf weights, each ballot naming 1 + Poisson(4) options."""
    rng = np.random.default_rng(1)
    ranks = np.zeros((ballots, options), np.uint8, order="F")
    weights = np.log(1 / np.arange(1, options + 1))
    for start in range(0, ballots, CHUNK):
        size = min(CHUNK, ballots - start)
        order = np.argsort(-(rng.gumbel(size=(size, options)) + weights), axis=1)
        kept = np.minimum(1 + rng.poisson(4, size), options)
        places = np.empty((size, options), np.uint8)
        np.put_along_axis(places, order, np.arange(1, options + 1, dtype=np.uint8)[None], axis=1)
        places[places > kept[:, None]] = 0
        ranks[start : start + size] = places
    return Rankings(names(options), ranks, np.ones(ballots, np.int64))


def complete(ballots: int, options: int) -> Rankings:
    """Every option ranked, around one order (noise of a few places): nearly all distinct."""
    rng = np.random.default_rng(2)
    ranks = np.zeros((ballots, options), np.uint8, order="F")
    for start in range(0, ballots, CHUNK):
        size = min(CHUNK, ballots - start)
        order = np.argsort(np.arange(options) + 3 * rng.gumbel(size=(size, options)), axis=1)
        places = np.empty((size, options), np.uint8)
        np.put_along_axis(places, order, np.arange(1, options + 1, dtype=np.uint8)[None], axis=1)
        ranks[start : start + size] = places
    return Rankings(names(options), ranks, np.ones(ballots, np.int64))


def judged(ballots: int, options: int) -> Grades:
    """Judgments on seven grades, each option with a mean of its own."""
    rng = np.random.default_rng(3)
    marks = np.zeros((ballots, options), np.uint8, order="F")
    for option in range(options):
        drawn = rng.normal(3 + option / options, 1.6, ballots).round().clip(1, 7)
        marks[:, option] = drawn.astype(np.uint8)
    return Grades(names(options), GRADES, marks, np.ones(ballots, np.int64))


def approved(ballots: int, projects: int) -> tuple[Approvals, int, dict[str, int]]:
    """About eight approvals a voter, costs of all sizes, a quarter of all costs as budget."""
    rng = np.random.default_rng(4)
    popular = rng.lognormal(0, 0.8, projects)
    chance = np.minimum(8 * popular / popular.sum(), 0.9)
    marks = np.zeros((ballots, projects), np.uint8, order="F")
    for project in range(projects):
        marks[:, project] = rng.random(ballots) < chance[project]
    costs = {
        name: int(cost)
        for name, cost in zip(names(projects), rng.lognormal(10, 0.9, projects) + 100, strict=True)
    }
    return (
        Approvals(names(projects), marks, np.ones(ballots, np.int64)),
        sum(costs.values()) // 4,
        costs,
    )


def orders_of(ballots: Rankings) -> list[tuple[int, ...]]:
    """Each ballot as a tuple of option numbers, best first."""
    order: NDArray[np.intp] = np.argsort(ballots.ranks - np.uint8(1), axis=1, kind="stable")
    lengths = np.count_nonzero(ballots.ranks, axis=1).tolist()
    return [tuple(row[:kept]) for row, kept in zip(order.tolist(), lengths, strict=True)]
