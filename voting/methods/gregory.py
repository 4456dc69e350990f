"""Weighted inclusive Gregory: all papers of an elected option pass on, at a lower value.

Shared by the Scottish rules (values cut to five decimals) and by the exact variant.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from voting.kernels.parcels import Parcels, Value, first_parcels, held, moved
from voting.methods.choices import Chooser
from voting.methods.papers import Papers
from voting.methods.transferable import Standing, all_tied_for_places
from voting.outcome import TieReport, exact


class Arithmetic(NamedTuple):
    """`whole`: the value of a fresh paper; `reduced(surplus, value, votes)`: its value once passed
    on; `shown(votes)`: votes of a stage as text or number, in papers.
    """

    whole: int
    reduced: Callable[[Value, Value, Value], Value]
    shown: Callable[[Fraction], Any]


def count_by_stages(
    papers: Papers, seats: int, chooser: Chooser, here: Standing, arithmetic: Arithmetic
) -> None:
    """Fill `here` stage by stage: surpluses first, the largest first, then exclusions.

    Quota: papers // (seats + 1) + 1. A tie for a transfer or an exclusion is decided by the most
    recent stage where the tied differ, then by the chooser. Options without a vote leave together:
    in any other order the count would be the same.
    """
    count = _Gregory(papers, seats, chooser, here, arithmetic)
    while not count.is_over():
        if count.pending:
            count.transfer()
        else:
            count.exclude()


class _Gregory:
    """One count; votes are in values of papers (times the papers' scale)."""

    def __init__(
        self, papers: Papers, seats: int, chooser: Chooser, here: Standing, arithmetic: Arithmetic
    ) -> None:
        self.papers, self.seats, self.chooser, self.here = papers, seats, chooser, here
        self.arithmetic = arithmetic
        self.unit = arithmetic.whole * papers.scale
        self.quota = (papers.total // papers.scale // (seats + 1) + 1) * self.unit
        self.parcels: Parcels = first_parcels(papers.ranks, papers.counts, arithmetic.whole)
        self.votes: list[Value] = held(self.parcels)
        self.hopeful = list(range(len(papers.options)))
        self.pending: list[int] = []
        self.history: list[list[Value]] = []
        self._end_stage("first", [], self.votes, "")

    def is_over(self) -> bool:
        """All places filled; or as many options left as places, and these are elected."""
        vacancies = self.seats - len(self.here.elected)
        if vacancies and len(self.hopeful) <= vacancies:
            self._elect(sorted(self.hopeful, key=lambda option: -self.votes[option]))
            self.here.stages[-1]["elected"] += self.here.elected[-vacancies:]
            self.here.stages[-1]["filled"] = True
            return True
        return not vacancies

    def transfer(self) -> None:
        """The largest surplus passes on; what rounding and missing choices leave goes to nobody."""
        largest = max(self.votes[option] for option in self.pending)
        tied = [option for option in self.pending if self.votes[option] == largest]
        option, rule = self._one_of(tied, max, "surplus")
        surplus, votes = largest - self.quota, largest
        received = moved(
            self.parcels,
            option,
            self.hopeful,
            lambda value: self.arithmetic.reduced(surplus, value, votes),
        )
        self.pending.remove(option)
        self.votes[option] = self.quota
        received[-1] = surplus - sum(received[:-1])
        self._receive(received)
        self._end_stage("surplus", [option], received, rule)

    def exclude(self) -> None:
        """The option with the fewest votes leaves; its papers pass on at the value they have."""
        lowest = min(self.votes[option] for option in self.hopeful)
        tied = [option for option in self.hopeful if self.votes[option] == lowest]
        vacancies = self.seats - len(self.here.elected)
        if lowest == 0 and 1 < len(tied) <= len(self.hopeful) - vacancies:
            names = tuple(self.papers.options[option] for option in tied)
            where = f"round:{len(self.here.stages) + 1}"
            self.here.settled.append(TieReport(names, where, "safe_together", False))
            gone, rule = tied, "safe_together"
        else:
            option, rule = self._one_of(tied, min, "round")
            gone = [option]
        received: list[Value] = [0] * len(self.votes)
        for option in gone:
            self.hopeful.remove(option)
        for option in gone:
            passed = moved(self.parcels, option, self.hopeful, lambda value: value)
            received = [a + b for a, b in zip(received, passed, strict=True)]
            self.votes[option] = 0
        self._receive(received)
        self.here.excluded.append([self.papers.options[option] for option in gone])
        self._end_stage("exclusion", gone, received, rule)

    def _one_of(
        self, tied: list[int], extreme: Callable[[list[Value]], Value], kind: str
    ) -> tuple[int, str]:
        """One of the tied, by the most recent stage where they differ, then by the chooser."""
        where, left = f"{kind}:{len(self.here.stages) + 1}", tied
        for votes in reversed(self.history):
            if len(left) == 1:
                break
            best = extreme([votes[option] for option in left])
            left = [option for option in left if votes[option] == best]
        names = [self.papers.options[option] for option in left]
        if len(left) == 1:
            if len(tied) > 1:
                every = tuple(self.papers.options[option] for option in tied)
                self.here.settled.append(TieReport(every, where, "previous_rounds", False))
            return left[0], "previous_rounds" if len(tied) > 1 else ""
        vacancies = self.seats - len(self.here.elected)
        standing = {self.papers.options[option]: self.votes[option] for option in self.hopeful}
        last = kind == "round" and all_tied_for_places(standing, vacancies)
        return self.papers.options.index(self.chooser.take(names, where, last=last)), "order"

    def _receive(self, received: list[Value]) -> None:
        self.votes = [a + b for a, b in zip(self.votes, received, strict=True)]

    def _elect(self, options: list[int]) -> None:
        for option in options:
            self.hopeful.remove(option)
            self.here.elected.append(self.papers.options[option])

    def _end_stage(
        self, action: str, acted: list[int], moved_votes: list[Value], rule: str
    ) -> None:
        """Record the stage and elect whoever has reached the quota."""
        names, here = self.papers.options, self.here
        if self.votes not in self.history[-1:]:
            self.history.append(list(self.votes))
        reached = [option for option in self.hopeful if self.votes[option] >= self.quota]
        reached.sort(key=lambda option: (-self.votes[option], names[option]))
        left_out = {name for tier in here.excluded for name in tier}
        for option in [*self.hopeful, *acted] if here.stages else self.hopeful:
            if action != "exclusion" or option not in acted:
                here.votes[names[option]] = exact(Fraction(self.votes[option]) / self.unit)
        self._elect(reached)
        self.pending += [option for option in reached if self.votes[option] > self.quota]
        here.stages.append(
            {
                "stage": len(here.stages) + 1,
                "action": action,
                "options": [names[option] for option in acted],
                "quota": self._shown(self.quota),
                "votes": {
                    name: self._shown(self.votes[option])
                    for option, name in enumerate(names)
                    if name not in left_out
                },
                "transfers": {
                    name: self._shown(moved_votes[option])
                    for option, name in enumerate(names)
                    if action != "first" and moved_votes[option]
                },
                "non_transferable": self._shown(self.votes[-1]),
                "elected": [names[option] for option in reached],
                "filled": False,
                "decided_by": rule,
            }
        )

    def _shown(self, votes: Value) -> Any:
        return self.arithmetic.shown(Fraction(votes) / self.unit)
