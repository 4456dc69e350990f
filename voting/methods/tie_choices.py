"""Choices among tied options during a count: by the published order, or all of them.

A count that meets ties is a function of a `Chooser`. Run with a declared tie rule it follows the
published order; `explored` runs it again for every order that the ties met could have.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from voting.ties import TieRule, arranged

T = TypeVar("T")


class OpenTie(Exception):
    """A tie that no rule decides was met; `tied`: the names."""

    def __init__(self, tied: tuple[str, ...], where: str) -> None:
        super().__init__(where)
        self.tied, self.where = tied, where


class Met(NamedTuple):
    """A tie that was met: who, where, and who was taken."""

    tied: tuple[str, ...]
    where: str
    taken: str


class Chooser:
    """Takes one of several tied options, the one listed first (or last), and remembers the tie."""

    def __init__(self, order: Callable[[Iterable[str]], list[str]] | None) -> None:
        self.order = order
        self.met: list[Met] = []

    def take(self, tied: Iterable[str], where: str, *, last: bool = False) -> str:
        """One of the tied options; without an order, `OpenTie`."""
        names = tuple(sorted(tied))
        if len(names) == 1:
            return names[0]
        if self.order is None:
            raise OpenTie(names, where)
        taken = self.order(names)[-1 if last else 0]
        self.met.append(Met(names, where, taken))
        return taken


def chooser_of(ties: TieRule) -> Chooser:
    """The chooser of a tie rule; without a rule, the first tie stops the count."""
    if ties.kind == "left":
        return Chooser(None)
    return Chooser(lambda names: arranged(ties, names))


class _Trial(Chooser):
    """Follows a list of branches, then takes the first possible one and notes how many there were.

    One lot serves the whole count: an option once taken before another stays before it.
    """

    def __init__(self, branches: list[int]) -> None:
        super().__init__(lambda names: list(names))
        self.branches = branches
        self.widths: list[int] = []
        self.before: defaultdict[str, set[str]] = defaultdict(set)
        self.after: defaultdict[str, set[str]] = defaultdict(set)

    def take(self, tied: Iterable[str], where: str, *, last: bool = False) -> str:
        names = sorted(tied)
        if len(names) == 1:
            return names[0]
        barring, everybody = self.after if last else self.before, set(names)
        free = [name for name in names if everybody.isdisjoint(barring[name])]
        step = len(self.widths)
        taken = free[self.branches[step] if step < len(self.branches) else 0]
        self.widths.append(len(free))
        for other in names:
            if other != taken:
                first, second = (other, taken) if last else (taken, other)
                self.before[second].add(first)
                self.after[first].add(second)
        self.met.append(Met(tuple(names), where, taken))
        return taken


def explored(count: Callable[[Chooser], T], most_runs: int) -> tuple[list[T], bool]:
    """The distinct results that the orders of the tied options can give, and whether all are there.

    `count` must depend on nothing but its chooser. Depth first, at most `most_runs` runs.

    >>> explored(lambda chooser: chooser.take("ab", "x") + chooser.take("ab", "y"), 9)
    (['aa', 'bb'], True)
    """
    found: dict[T, None] = {}
    branches: list[int] = []
    for _ in range(most_runs):
        trial = _Trial(branches)
        found.setdefault(count(trial))
        branches = (branches + [0] * len(trial.widths))[: len(trial.widths)]
        while branches and branches[-1] + 1 >= trial.widths[len(branches) - 1]:
            branches.pop()
        if not branches:
            return list(found), True
        branches[-1] += 1
    return list(found), False
