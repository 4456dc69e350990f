"""Cells of a result's table for each option, except its place: one function per family."""

from collections.abc import Callable

from deliberation.elections.results.judgments import given_grades, read_as
from deliberation.elections.results.table_texts import Column
from voting.evidence import (
    CommitteeEvidence,
    EliminationEvidence,
    FundingEvidence,
    GradesEvidence,
    RunoffEvidence,
    StagesEvidence,
    WithheldEvidence,
    pairwise_matrix,
)
from voting.methods import METHODS
from voting.methods.method import Family
from voting.outcome import Outcome

Cells = Callable[[str], list[str]]


def details(outcome: Outcome) -> tuple[list[Column], Cells]:
    """The columns after the option's name, and an option's cells in them.

    None where so few ballots were counted that only the ranking is published.
    """
    if isinstance(outcome.evidence, WithheldEvidence):
        return [], lambda name: []
    return DETAILS[METHODS[outcome.method].family](outcome)


def _graded(outcome: Outcome) -> tuple[list[Column], Cells]:
    evidence, ballot_counts = outcome.evidence_as(GradesEvidence), outcome.ballot_counts
    columns = [
        Column("majority_grade"),
        *(Column("grade", grade) for grade in evidence.grades),
        *map(Column, ("no_judgment", "no_judgment_read_as", "blank", "ballots")),
    ]
    return columns, lambda name: [
        evidence.gauges[name].grade,
        *map(str, given_grades(outcome, name)),
        str(evidence.missing[name]),
        read_as(outcome, name),
        str(ballot_counts.blank),
        str(ballot_counts.received),
    ]


def _scored(outcome: Outcome) -> tuple[list[Column], Cells]:
    """Approvals, or the points that the method adds up."""
    approved = METHODS[outcome.method].ballot == "approvals"
    key = "approvals" if approved else "score"
    return [Column(key)], lambda name: [str(outcome.scores[name])]


def _contested(outcome: Outcome) -> tuple[list[Column], Cells]:
    """Columns and cells of the pairwise matrix: number of voters who prefer the option to each
    other.
    """
    contests = pairwise_matrix(outcome.evidence)
    names = sorted(contests)
    return [Column("over", name) for name in names], lambda name: [
        str(contests[name].get(other, "")) for other in names
    ]


def _eliminated(outcome: Outcome) -> tuple[list[Column], Cells]:
    """The votes, or points, of each round; empty once eliminated."""
    evidence = outcome.evidence
    if isinstance(evidence, RunoffEvidence):
        rounds = [one.votes for one in evidence.rounds]
    else:
        rounds = [one.scores for one in outcome.evidence_as(EliminationEvidence).rounds]
    numbers = [Column("round", str(number)) for number, _ in enumerate(rounds, start=1)]
    return numbers, lambda name: [str(one.get(name, "")) for one in rounds]


def _transferred(outcome: Outcome) -> tuple[list[Column], Cells]:
    """Whether the option is elected, and its votes at each stage."""
    stages = outcome.evidence_as(StagesEvidence).stages
    numbers = [Column("stage", str(number)) for number, _ in enumerate(stages, start=1)]
    return [Column("elected"), *numbers], lambda name: [
        _yes(name in outcome.winners),
        *(str(one.votes.get(name, "")) for one in stages),
    ]


def _seated(outcome: Outcome) -> tuple[list[Column], Cells]:
    """Whether the option is elected, its approvals, and what the method gives it."""
    approvals = outcome.evidence_as(CommitteeEvidence).approvals
    return [Column("elected"), Column("approvals"), Column("score")], lambda name: [
        _yes(name in outcome.winners),
        str(approvals[name]),
        str(outcome.scores[name]),
    ]


def _funded(outcome: Outcome) -> tuple[list[Column], Cells]:
    """Whether the project is funded, its cost and its votes."""
    costs = outcome.evidence_as(FundingEvidence).costs
    return [Column("funded"), Column("cost"), Column("votes")], lambda name: [
        _yes(name in outcome.winners),
        str(costs[name]),
        str(outcome.scores[name]),
    ]


def _yes(holds: bool) -> str:
    return "1" if holds else "0"


DETAILS: dict[Family, Callable[[Outcome], tuple[list[Column], Cells]]] = {
    "grades": _graded,
    "sums": _scored,
    "points": _scored,
    "pairwise": _contested,
    "eliminations": _eliminated,
    "transferable": _transferred,
    "committees": _seated,
    "budgets": _funded,
}
