"""Single transferable vote by Meek's method: elected options keep just what they need."""

from collections.abc import Hashable
from copy import copy
from fractions import Fraction
from typing import NamedTuple

from voting.ballots import Rankings
from voting.evidence import CountStage, Exact
from voting.methods.transferable.keep_factors import Routes, distributed, routes
from voting.methods.transferable.stages import StageState, Tie, all_tied_for_places, counted
from voting.methods.transferable.transferable_ballots import TransferableBallots
from voting.outcome import Count, exact
from voting.ties import TieReport, TieRule

MOST_STAGES = 1_000
FINEST = 4  # times the precision is doubled before two options are called tied


def stv_meek(
    ballots: Rankings,
    ties: TieRule,
    *,
    rule: str = "certified",
    equal: str = "exhaust",
    seats: int = 1,
) -> Count:
    """Elect `seats` options; a ballot passes through the elected, each keeping its factor of it.

    `certified`: integers so fine that rounding stays below 1e-18 votes, iterated until the total
    surplus is below 1e-12; two options are tied only when their difference is within the proven
    error, at a precision doubled up to four times. `prf`: the reference rule (9 decimals, surplus
    below 1e-6, options within the surplus of the lowest are tied).
    Evidence: `stages` with keep factors. Scores: votes at an option's last stage.
    Source: Hill, Wichmann and Woodall, Computer Journal 30 (1987), algorithm 123; Hill, Meek STV
    reference rule, Proportional Representation Foundation.
    """

    def start(transferable: TransferableBallots, places: int, here: StageState) -> _Meek:
        return _Meek(transferable, places, here, rule)

    return counted(ballots, seats, ties, equal, start, MOST_STAGES)


class _Precision(NamedTuple):
    """`unit`: what a whole ballot is; `omega`: the surplus, in units, that ends the iteration."""

    unit: int
    omega: int


class _Meek:
    """One count. Votes and factors are integers, in units of `precision.unit`."""

    def __init__(
        self, transferable: TransferableBallots, seats: int, here: StageState, rule: str
    ) -> None:
        self.transferable, self.seats, self.here = transferable, seats, here
        self.certified = rule == "certified"
        self.precision = _Precision(10**9, 10**3)
        if self.certified:
            # One more digit for every digit of the number of ballots: their roundings add up.
            digits = 18 + len(str(transferable.total))
            self.precision = _Precision(10**digits, 10 ** (digits - 12) * transferable.scale)
        self.first = self.precision
        self.hopeful = list(range(len(transferable.options)))
        self.chosen: list[int] = []
        self.keep = [self.precision.unit] * len(transferable.options)
        self.votes: list[int] = []
        self.ways: Routes | None = None
        self.recording = True

    def copy(self) -> "_Meek":
        """Copy of the count that does not record stages."""
        other = copy(self)
        other.here = StageState([], list(self.here.elected), [], {}, [])
        other.hopeful, other.chosen = list(self.hopeful), list(self.chosen)
        other.keep = list(self.keep)
        other.recording = False
        return other

    def key(self) -> Hashable:
        """Key of the position: hopeful and elected options; keep factors too, where decimals are
        cut.
        """
        factors = () if self.certified else tuple(self.keep[one] for one in sorted(self.chosen))
        return tuple(self.hopeful), frozenset(self.chosen), factors

    def is_over(self) -> bool:
        """All places filled; or as many options left as places, and these are elected."""
        vacancies = self.seats - len(self.chosen)
        if vacancies and len(self.hopeful) <= vacancies:
            if not self.votes:
                self._distribute()
            rest = sorted(self.hopeful, key=lambda option: -self.votes[option])
            self._elect(rest)
            self._record("fill", rest, rest, "")
            return True
        return not vacancies

    def stage(self) -> Tie | None:
        """Iterate the keep factors; then elect options at the quota, exclude the lowest, or
        continue.
        """
        self._routes()
        previous: int | None = None
        while True:
            self._distribute()
            quota = self._quota()
            reached = [option for option in self.hopeful if self.votes[option] >= quota]
            if reached:
                vacancies = self.seats - len(self.chosen)
                reached.sort(
                    key=lambda option: (-self.votes[option], self.transferable.options[option])
                )
                self._elect(reached[:vacancies])
                self._record("election", reached[:vacancies], reached[:vacancies], "")
                return None
            surplus = sum(self.votes[option] - quota for option in self.chosen)
            stalled = previous is not None and surplus >= previous
            if surplus < self.precision.omega or stalled:
                tied = self._lowest(max(surplus, 0))
                if not self._needs_finer(tied):
                    return self._act_on(tied)
                self._finer()
                previous = None
                continue
            previous = surplus
            for option in self.chosen:
                product = -(-self.keep[option] * quota // self.precision.unit)
                self.keep[option] = -(-product * self.precision.unit // self.votes[option])

    def take(self, name: str) -> None:
        """Exclude the option chosen among the tied."""
        self._exclude([self.transferable.options.index(name)], "order")

    def _lowest(self, surplus: int) -> list[int]:
        """Options with the fewest votes, as far as these are certain."""
        lowest = min(self.votes[option] for option in self.hopeful)
        # Votes still to move are at most the surplus times the seats and one; rounding, one unit an
        # option and a paper.
        error = surplus
        if self.certified:
            error = surplus * (self.seats + 1) + len(self.keep) * max(self.transferable.total, 1)
        if lowest == 0 and not surplus:
            error = 0
        return [option for option in self.hopeful if self.votes[option] <= lowest + error]

    def _needs_finer(self, tied: list[int]) -> bool:
        finest = self.first.unit ** (2**FINEST)
        some = min(self.votes[option] for option in tied) > 0
        return self.certified and len(tied) > 1 and some and self.precision.unit < finest

    def _act_on(self, tied: list[int]) -> Tie | None:
        """Exclude the lowest, or several without a vote; or wait."""
        names = tuple(sorted(self.transferable.options[option] for option in tied))
        where = f"round:{len(self.here.stages) + 1}"
        vacancies = self.seats - len(self.chosen)
        none = min(self.votes[option] for option in tied) == 0
        if none and 1 < len(tied) <= len(self.hopeful) - vacancies:
            self.here.settled.append(TieReport(names, where, "safe_together", False))
            self._exclude(tied, "safe_together")
        elif len(tied) > 1:
            votes = {
                self.transferable.options[option]: self.votes[option] for option in self.hopeful
            }
            return Tie(names, where, all_tied_for_places(votes, vacancies))
        else:
            self._exclude(tied, "")
        return None

    def _exclude(self, gone: list[int], rule: str) -> None:
        self._record("exclusion", gone, [], rule)
        self.hopeful = [option for option in self.hopeful if option not in gone]
        self.here.excluded.append([self.transferable.options[option] for option in gone])
        self._coarse()

    def _routes(self) -> Routes:
        transferable = self.transferable
        self.ways = routes(transferable.ranks, transferable.counts, self.chosen, self.hopeful)
        return self.ways

    def _distribute(self) -> None:
        ways = self.ways or self._routes()
        self.votes = distributed(ways, self.keep, self.precision.unit)

    def _quota(self) -> int:
        """Just above the votes that anybody keeps, divided by the seats and one."""
        return sum(self.votes[:-1]) // (self.seats + 1) + 1

    def _elect(self, options: list[int]) -> None:
        for option in options:
            self.hopeful.remove(option)
            self.chosen.append(option)
            self.here.elected.append(self.transferable.options[option])

    def _finer(self) -> None:
        unit, omega = self.precision
        self.keep = [keep * unit for keep in self.keep]
        self.precision = _Precision(unit * unit, omega * omega)

    def _coarse(self) -> None:
        """Back to the first precision, factors rounded up."""
        ratio = self.precision.unit // self.first.unit
        self.keep = [-(-keep // ratio) for keep in self.keep]
        self.precision = self.first

    def _record(self, action: str, acted: list[int], elected: list[int], rule: str) -> None:
        if not self.recording:
            return
        names, unit = self.transferable.options, self.precision.unit * self.transferable.scale
        shown = [*self.chosen, *self.hopeful]
        for option in shown:
            if not (option in self.chosen and names[option] in self.here.votes) or option in acted:
                self.here.votes[names[option]] = exact(Fraction(self.votes[option], unit))
        self.here.stages.append(
            CountStage(
                stage=len(self.here.stages) + 1,
                action=action,
                options=[names[option] for option in acted],
                quota=self._shown(self._quota()),
                votes={names[option]: self._shown(self.votes[option]) for option in sorted(shown)},
                keep={
                    names[option]: _decimals(Fraction(self.keep[option], self.precision.unit))
                    for option in self.chosen
                },
                transfers={},
                non_transferable=self._shown(self.votes[-1]),
                elected=[names[option] for option in elected],
                filled=action == "fill",
                decided_by=rule,
            )
        )

    def _shown(self, votes: int) -> Exact:
        return _decimals(Fraction(votes, self.precision.unit * self.transferable.scale))


def _decimals(value: Fraction) -> str:
    """Nine decimals, cut: what is shown, never what decides.

    >>> _decimals(Fraction(2, 3))
    '0.666666666'
    """
    billionths = value.numerator * 10**9 // value.denominator
    return f"{billionths // 10**9}.{billionths % 10**9:09d}"
