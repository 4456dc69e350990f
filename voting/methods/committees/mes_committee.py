"""Method of equal shares for committees: each ballot holds an equal part of the seats."""

from collections.abc import Hashable, Iterator
from fractions import Fraction
from math import inf

import numpy as np
from msgspec import structs

from voting.ballots import Approvals
from voting.evidence import EqualSharesEvidence
from voting.kernels.equal_share_rates import exact_rate, nearly_rate
from voting.kernels.voter_budgets import (
    VoterBudgets,
    exact_budgets,
    full_budgets,
    money_of,
    pay,
    supporters_of,
)
from voting.methods.committees.found import Found, MemberSupport, committee_count, many, support_of
from voting.methods.committees.seq_phragmen import Bearing
from voting.methods.committees.stepwise import Offer, Rule, Taken, walked
from voting.outcome import Count, exact
from voting.ties import TieRule

MOST_RAISES = 1000


def mes_committee(
    ballots: Approvals, ties: TieRule, *, completion: str = "phragmen", seats: int = 1
) -> Count:
    """Elect the option whose supporters can pay its price, 1, at the lowest rate, again and again.

    Each ballot that approves something starts with seats over ballots; supporters pay the same, or
    all that they have left. `completion`, when nobody else can be paid: Phragmén's method, where
    what a ballot paid is its load (`phragmen`); a start higher by a seat over ballots, again and
    again until all seats are paid (`add1`; by a hundredth after 1,000 times); most approvals
    (`approval`); seats left vacant (`none`). Ties: every committee that some way of breaking them
    gives, or the published order. Scores: approvals. Evidence: `start`, `steps`, `available` (what
    the supporters of the others had left after the purchases).
    Source: Peters and Skowron, Proportionality and the limits of welfarism, 2020.
    """
    vote, ballot_counts = support_of(ballots, seats)
    if completion == "add1" and sum(map(bool, vote.approvals)) >= vote.seats:
        found = _raised(vote, ties)
    else:
        filling = "approval" if completion == "add1" else completion
        found = _walked(vote, ties, Fraction(vote.seats, max(1, int(vote.counts.sum()))), filling)
    return committee_count(vote, ballot_counts, ties, found, EqualSharesEvidence)


def _raised(vote: MemberSupport, ties: TieRule) -> Found:
    """Higher and higher starts, until every way of breaking ties fills all seats."""
    accepted: Found | None = None
    full: set[tuple[int, ...]] = set()
    complete, reports = True, []
    for start in _starts(vote):
        found = _walked(vote, ties, start, "none")
        filled = {shape for shape in found.shapes if sum(shape) == vote.seats}
        full, complete = full | filled, complete and found.complete
        reports += found.ties if filled else []
        if accepted is None and len(found.chosen) == vote.seats:
            accepted = found
        if accepted and len(filled) == len(found.shapes):
            every = accepted._replace(shapes=sorted(full), complete=complete)
            several = many(every) > 1
            same = {tie: tie.order_matters and several for tie in reports}
            if several and not any(same.values()):
                same = dict.fromkeys(reports, True)
            reports = [structs.replace(tie, order_matters=matters) for tie, matters in same.items()]
            return every._replace(ties=list(dict.fromkeys(reports)))
    raise AssertionError("a start of all seats pays for whatever is approved")


def _starts(vote: MemberSupport) -> Iterator[Fraction]:
    """Budget shares for growing numbers of seats, large enough for all seats to be filled."""
    voters = int(vote.counts.sum())
    least = sorted(vote.approvals, reverse=True)[vote.seats - 1]
    parts, raises = max(vote.seats, -(-voters // least)), 0
    while parts < 2 * vote.seats * voters:
        yield Fraction(parts, voters)
        raises += 1
        parts += 1 if raises < MOST_RAISES else max(1, parts // 100)
    yield Fraction(vote.seats)


def _walked(vote: MemberSupport, ties: TieRule, start: Fraction, completion: str) -> Found:
    buying = _Buying(vote, start, completion)
    found = walked(vote, ties, Rule(buying.offer, buying.state))
    budgets = full_budgets(vote.marks, vote.counts, buying.supporters, start)
    for step in found.evidence["steps"]:
        if "price" in step:
            option = vote.options.index(step["option"])
            in_full, emptied = pay(budgets, option, Fraction(step["price"]))
            step |= {"in_full": in_full, "emptied": emptied}
    found.details["available"] = {
        name: exact(money_of(budgets, option))
        for option, name in enumerate(vote.options)
        if option not in found.chosen
    }
    return found._replace(evidence={"start": exact(start), **found.evidence})


class _Buying:
    """The budgets after some options were taken: bought, or added when nothing can be bought."""

    def __init__(self, vote: MemberSupport, start: Fraction, completion: str) -> None:
        self.vote, self.start, self.completion = vote, start, completion
        self.supporters = supporters_of(vote.marks, vote.counts)
        self.bearing = Bearing(vote)
        self.taken: Taken = ()
        self.bought: Taken = ()
        self.budgets = self._full()

    def offer(self, taken: Taken) -> Offer:
        """The options of the lowest rate; if none can be paid, those of the completion."""
        if len(taken) == self.vote.seats:
            return Offer([], {})
        budgets = self._at(taken)
        waiting = [option for option in range(len(self.vote.options)) if option not in taken]
        tied, rate = self._cheapest(budgets, waiting)
        if tied:
            return Offer(tied, {"price": exact(rate)})
        if self.completion == "none":
            return Offer([], {})
        if self.completion == "phragmen":
            return self._borne().offer(taken)
        votes = max(self.vote.approvals[option] for option in waiting)
        tied = [option for option in waiting if self.vote.approvals[option] == votes]
        return Offer(tied, {"votes": votes})

    def state(self, taken: Taken) -> Hashable:
        """Key of the position: each ballot's money, and its load when Phragmén's rule completes."""
        places, amounts = exact_budgets(self._at(taken))
        values = sorted(set(amounts))
        rank = np.array([values.index(amount) for amount in amounts])
        added = self.bought != taken and self.completion == "phragmen"
        loads = self._borne().state(taken) if added else None
        return tuple(values), rank[places].tobytes(), loads

    def _cheapest(self, budgets: VoterBudgets, waiting: list[int]) -> tuple[list[int], Fraction]:
        best, close = inf, []
        for option in waiting:
            if not self.vote.approvals[option]:
                continue
            near = nearly_rate(budgets, option, 1, 0.0, best)
            if near is not None:
                close.append((near, option))
                best = min(best, near.high)
        rates = {one: exact_rate(budgets, one, 1, near) for near, one in close if near.low <= best}
        paid = {option: rate for option, rate in rates.items() if rate is not None}
        least = min(paid.values(), default=Fraction(0))
        return [option for option, rate in paid.items() if rate == least], least

    def _at(self, taken: Taken) -> VoterBudgets:
        """The budgets after these options, carried on from the last that were asked for."""
        if taken[: len(self.taken)] != self.taken:
            self.taken, self.bought, self.budgets = (), (), self._full()
        for option in taken[len(self.taken) :]:
            rate = exact_rate(self.budgets, option, 1) if self.vote.approvals[option] else None
            if rate is not None:
                pay(self.budgets, option, rate)
                self.bought = (*self.bought, option)
        self.taken = taken
        return self.budgets

    def _full(self) -> VoterBudgets:
        return full_budgets(self.vote.marks, self.vote.counts, self.supporters, self.start)

    def _borne(self) -> Bearing:
        """Phragmén's loads from here on: what each ballot has paid."""
        if self.bearing.already != self.bought or self.bearing.start is None:
            places, amounts = exact_budgets(self.budgets)
            paid = [self.start - amount for amount in amounts]
            self.bearing = Bearing(self.vote, self.bought, places, paid)
        return self.bearing
