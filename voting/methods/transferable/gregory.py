"""Weighted inclusive Gregory: all ballots of an elected option pass on, at a lower value.

Shared by the Scottish rules (values cut to five decimals) and by the exact variant.
"""

from collections.abc import Callable, Hashable, Iterator
from copy import copy
from fractions import Fraction
from typing import Any, NamedTuple

from msgspec import structs

from voting.evidence import CountStage
from voting.methods.tie_positions import levels
from voting.methods.transferable.parcels import Parcels, Value, first_parcels, held, holdings, moved
from voting.methods.transferable.stages import StageState, Tie, all_tied_for_places
from voting.methods.transferable.transferable_ballots import TransferableBallots
from voting.outcome import exact
from voting.ties import TieReport


class Arithmetic(NamedTuple):
    """`whole`: the value of a fresh ballot; `reduced(surplus, value, votes)`: its value once passed
    on; `shown(votes)`: votes of a stage as text or number, in papers.
    """

    whole: int
    reduced: Callable[[Value, Value, Value], Value]
    shown: Callable[[Fraction], Any]


class Gregory:
    """One count; votes are in values of ballots (times the ballots' scale).

    Surpluses first, the largest first, then exclusions. Quota: ballots // (seats + 1) + 1. A tie
    for a transfer or an exclusion is decided by the most recent stage where the tied differ;
    beyond, it waits for `take`. Options without a vote leave together: in any other order the count
    would be the same.
    """

    def __init__(
        self,
        transferable: TransferableBallots,
        seats: int,
        here: StageState,
        arithmetic: Arithmetic,
    ) -> None:
        self.transferable, self.seats, self.here = transferable, seats, here
        self.arithmetic = arithmetic
        self.unit = arithmetic.whole * transferable.scale
        self.quota = (transferable.total // transferable.scale // (seats + 1) + 1) * self.unit
        self.parcels: Parcels = first_parcels(
            transferable.ranks, transferable.counts, arithmetic.whole
        )
        self.votes: list[Value] = held(self.parcels)
        self.hopeful = list(range(len(transferable.options)))
        self.pending: list[int] = []
        # How the stages order the options, the most recent first: 0 for the lowest.
        self.order = [0] * len(transferable.options)
        self.recording = True
        self._end_stage("first", [], self.votes, "")

    def copy(self) -> "Gregory":
        """Copy of the count that does not record stages."""
        other = copy(self)
        other.here = StageState([], list(self.here.elected), [], {}, [])
        other.parcels = self.parcels.copy()
        other.votes = list(self.votes)
        other.hopeful, other.pending = list(self.hopeful), list(self.pending)
        other.recording = False
        return other

    def key(self) -> Hashable:
        """Key of the position: elected, hopeful and pending options, their ballots, the order of
        stages.
        """
        orders = (tuple(self.order[one] for one in some) for some in (self.hopeful, self.pending))
        holders = [*self.hopeful, *self.pending]
        elected = frozenset(self.here.elected)
        standing = tuple(tuple(levels(order)) for order in orders)
        return elected, tuple(holders), standing, holdings(self.parcels, holders)

    def is_over(self) -> bool:
        """All places filled; or as many options left as places, and these are elected."""
        vacancies = self._vacancies()
        if vacancies and len(self.hopeful) <= vacancies:
            self._elect(sorted(self.hopeful, key=lambda option: -self.votes[option]))
            if self.recording:
                last = self.here.stages[-1]
                elected = [*last.elected, *self.here.elected[-vacancies:]]
                self.here.stages[-1] = structs.replace(last, elected=elected, filled=True)
            return True
        return not vacancies

    def stage(self) -> Tie | None:
        """A surplus or an exclusion; or the tie that it waits for."""
        if self.pending:
            largest = max(self.votes[option] for option in self.pending)
            tied = [option for option in self.pending if self.votes[option] == largest]
            return self._act_on(tied, max, "surplus")
        lowest = min(self.votes[option] for option in self.hopeful)
        tied = [option for option in self.hopeful if self.votes[option] == lowest]
        if lowest == 0 and 1 < len(tied) <= len(self.hopeful) - self._vacancies():
            names = tuple(self.transferable.options[option] for option in tied)
            self.here.settled.append(TieReport(names, self._where("round"), "safe_together", False))
            self._exclude(tied, "safe_together")
            return None
        return self._act_on(tied, min, "round")

    def take(self, name: str) -> None:
        """The surplus of this one of the tied passes on, or it leaves."""
        self._act(self.transferable.options.index(name), "order")

    def _act_on(
        self, tied: list[int], extreme: Callable[[Iterator[int]], int], kind: str
    ) -> Tie | None:
        """Take one of the tied, by the most recent stage where they differ; or wait."""
        best = extreme(self.order[option] for option in tied)
        left = [option for option in tied if self.order[option] == best]
        where = self._where(kind)
        if len(left) > 1:
            votes = {
                self.transferable.options[option]: self.votes[option] for option in self.hopeful
            }
            last = kind == "round" and all_tied_for_places(votes, self._vacancies())
            return Tie(
                tuple(sorted(self.transferable.options[option] for option in left)), where, last
            )
        if len(tied) > 1:
            every = tuple(self.transferable.options[option] for option in tied)
            self.here.settled.append(TieReport(every, where, "previous_rounds", False))
        self._act(left[0], "previous_rounds" if len(tied) > 1 else "")
        return None

    def _act(self, option: int, rule: str) -> None:
        if option in self.pending:
            self._transfer(option, rule)
        else:
            self._exclude([option], rule)

    def _transfer(self, option: int, rule: str) -> None:
        """A surplus passes on; what rounding and missing choices leave goes to nobody."""
        votes = self.votes[option]
        surplus = votes - self.quota
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

    def _exclude(self, gone: list[int], rule: str) -> None:
        """Options leave; their ballots pass on at the value they have."""
        received: list[Value] = [0] * len(self.votes)
        for option in gone:
            self.hopeful.remove(option)
        for option in gone:
            passed = moved(self.parcels, option, self.hopeful, lambda value: value)
            received = [a + b for a, b in zip(received, passed, strict=True)]
            self.votes[option] = 0
        self._receive(received)
        self.here.excluded.append([self.transferable.options[option] for option in gone])
        self._end_stage("exclusion", gone, received, rule)

    def _vacancies(self) -> int:
        return self.seats - len(self.here.elected)

    def _where(self, kind: str) -> str:
        return f"{kind}:{len(self.here.stages) + 1}"

    def _receive(self, received: list[Value]) -> None:
        self.votes = [a + b for a, b in zip(self.votes, received, strict=True)]

    def _elect(self, options: list[int]) -> None:
        for option in options:
            self.hopeful.remove(option)
            self.here.elected.append(self.transferable.options[option])

    def _end_stage(
        self, action: str, acted: list[int], moved_votes: list[Value], rule: str
    ) -> None:
        """Elect the options that have reached the quota, and record the stage."""
        names, here = self.transferable.options, self.here
        self.order = levels(zip(self.votes, self.order, strict=False))
        reached = [option for option in self.hopeful if self.votes[option] >= self.quota]
        reached.sort(key=lambda option: (-self.votes[option], names[option]))
        took_part = [*self.hopeful, *acted] if here.stages else list(self.hopeful)
        self._elect(reached)
        self.pending += [option for option in reached if self.votes[option] > self.quota]
        if not self.recording:
            return
        for option in took_part:
            if action != "exclusion" or option not in acted:
                here.votes[names[option]] = exact(Fraction(self.votes[option]) / self.unit)
        left_out = {name for tier in here.excluded for name in tier}
        here.stages.append(
            CountStage(
                stage=len(here.stages) + 1,
                action=action,
                options=[names[option] for option in acted],
                quota=self._shown(self.quota),
                votes={
                    name: self._shown(self.votes[option])
                    for option, name in enumerate(names)
                    if name not in left_out
                },
                transfers={
                    name: self._shown(moved_votes[option])
                    for option, name in enumerate(names)
                    if action != "first" and moved_votes[option]
                },
                non_transferable=self._shown(self.votes[-1]),
                elected=[names[option] for option in reached],
                filled=False,
                decided_by=rule,
            )
        )

    def _shown(self, votes: Value) -> Any:
        return self.arithmetic.shown(Fraction(votes) / self.unit)
