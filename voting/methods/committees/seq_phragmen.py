"""Sequential Phragmén: each member is a load of 1, which the ballots that approve it share."""

from collections.abc import Hashable
from fractions import Fraction

import numpy as np

from voting.ballots import I64, Approvals
from voting.evidence import Exact, StepwiseEvidence
from voting.kernels.loads import Loads, carry, first_loads, lightest, load_of
from voting.methods.committees.found import MemberSupport, committee_count, support_of
from voting.methods.committees.stepwise import Offer, Rule, Taken, walked
from voting.outcome import Count, exact
from voting.ties import TieRule


def seq_phragmen(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect the option whose supporters would bear the smallest load, again and again.

    Load: 1 and what the supporters bear already, over their number; all bear it from then on.
    Options that nobody approves come last. Ties: every committee that some way of breaking them
    gives, or the published order. Scores: approvals. Evidence: `steps` with exact loads;
    `refused`, those of the others at the last step ("" without supporters).
    Source: Phragmén 1894; Brill, Freeman, Janson and Lackner, Phragmén's voting methods and
    justified representation, 2017.
    """
    vote, ballot_counts = support_of(ballots, seats)
    bearing = Bearing(vote)
    found = walked(vote, ties, Rule(bearing.offer, bearing.state))
    found.details["refused"] = {
        name: bearing.load(tuple(found.chosen[:-1]), option)
        for option, name in enumerate(vote.options)
        if option not in found.chosen
    }
    return committee_count(vote, ballot_counts, ties, found, StepwiseEvidence)


class Bearing:
    """The loads after some options were taken. `places`, `start`: each ballot's load before the
    first, as a position among values; `already`: members since before then.
    """

    def __init__(
        self,
        vote: MemberSupport,
        already: Taken = (),
        places: I64 | None = None,
        start: list[Fraction] | None = None,
    ) -> None:
        self.vote, self.already = vote, already
        self.places, self.start = places, start
        self.taken: Taken = already
        self.loads = self._first()

    def offer(self, taken: Taken) -> Offer:
        """The options with the smallest load, and that load."""
        vote = self.vote
        if len(taken) == vote.seats:
            return Offer([], {})
        waiting = [option for option in range(len(vote.options)) if option not in taken]
        supported = [option for option in waiting if vote.approvals[option]]
        if not supported:
            return Offer(waiting, {"value": ""})
        tied, load = lightest(self._at(taken), [1] * len(vote.options), supported)
        return Offer(tied, {"value": exact(load)})

    def load(self, taken: Taken, option: int) -> Exact:
        """The load of an option's supporters if it were taken now; "" when it has none."""
        if not self.vote.approvals[option]:
            return ""
        return exact(load_of(self._at(taken), option, 1))

    def state(self, taken: Taken) -> Hashable:
        """Key of the position: the rank of each ballot's load among all loads."""
        loads = self._at(taken)
        values = sorted(set(loads.loads))
        rank = np.array([values.index(load) for load in loads.loads])
        return tuple(values), rank[loads.level].tobytes()

    def _first(self) -> Loads:
        return first_loads(self.vote.marks, self.vote.counts, self.places, self.start)

    def _at(self, taken: Taken) -> Loads:
        """The loads after these options, carried on from the last that were asked for."""
        if taken[: len(self.taken)] != self.taken:
            self.taken, self.loads = self.already, self._first()
        costs = [1] * len(self.vote.options)
        for option in taken[len(self.taken) :]:
            if self.vote.approvals[option]:
                _, load = lightest(self.loads, costs, [option])
                carry(self.loads, option, load)
        self.taken = taken
        return self.loads
