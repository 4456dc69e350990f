"""Adapters to peer libraries: from the Python objects each takes, built off the clock."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.tallies_data import orders_of
from voting.ballots import Approvals, Grades, Rankings

Run = Callable[[], Any]


def votelib_schulze(ballots: Rankings) -> Run:
    from votelib.convert import RankedToCondorcetVotes
    from votelib.evaluate.condorcet import Schulze

    orders = orders_of(ballots)
    return lambda: Schulze().evaluate(RankedToCondorcetVotes().convert(Counter(orders)), 1)


def votelib_stv(ballots: Rankings) -> Run:
    from votelib.evaluate.sequential import TransferableVoteSelector

    orders = orders_of(ballots)
    return lambda: TransferableVoteSelector(transferer="Gregory").evaluate(Counter(orders), 5)


def pref_voting_schulze(ballots: Rankings) -> Run:
    from pref_voting.margin_based_methods import beat_path
    from pref_voting.profiles import Profile

    orders = orders_of(ballots)
    return lambda: beat_path(Profile(orders))


def pyrankvote_irv(ballots: Rankings) -> Run:
    from pyrankvote import Ballot, Candidate, instant_runoff_voting

    candidates = [Candidate(name) for name in ballots.options]
    orders = orders_of(ballots)
    return lambda: instant_runoff_voting(
        candidates, [Ballot([candidates[option] for option in order]) for order in orders]
    )


def pref_voting_mj(ballots: Grades) -> Run:
    from pref_voting.grade_methods import majority_judgement
    from pref_voting.grade_profiles import GradeProfile

    numbers = list(range(1, len(ballots.grades) + 1))
    maps = [dict(enumerate(row)) for row in ballots.marks.tolist()]
    return lambda: majority_judgement(GradeProfile(maps, numbers))


def pabutools_rule(rule: str, increment: int = 0) -> Callable[..., Run]:
    """The runner of a pabutools rule on approvals, with exact (gmpy2) fractions."""

    def ready(ballots: Approvals, budget: int, costs: dict[str, int]) -> Run:
        import pabutools.fractions
        from pabutools import rules
        from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project

        pabutools.fractions.FRACTION = "gmpy2"
        projects = [Project(name, costs[name]) for name in ballots.options]
        instance = Instance(projects, budget_limit=budget)
        profile = ApprovalProfile(
            [
                ApprovalBallot(p for p, mark in zip(projects, row, strict=True) if mark)
                for row in ballots.marks.tolist()
            ]
        )
        if rule == "phragmen":
            return lambda: rules.sequential_phragmen(instance, profile)
        extra = {"voter_budget_increment": increment} if increment else {}
        return lambda: rules.method_of_equal_shares(instance, profile, sat_class=Cost_Sat, **extra)

    return ready
