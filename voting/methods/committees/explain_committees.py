"""Committees from approvals, explained: whom they represent, and what kept the next one out."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from msgspec import structs

from voting.evidence import (
    CommitteeEvidence,
    CommitteeStep,
    EqualSharesEvidence,
    OptimalEvidence,
    StepwiseEvidence,
)
from voting.outcome import Outcome, Sentence

Missing = Callable[[Outcome, str, str], Sentence]


def reason(outcome: Outcome) -> list[Sentence]:
    """State how many ballots have a member, and why the first option left out was not elected."""
    evidence = outcome.evidence_as(CommitteeEvidence)
    if not outcome.winners and outcome.committees:
        if not evidence.complete:
            return [Sentence("reason.committee.unsearched", {})]
        return [Sentence("reason.committee.open", {"groups": evidence.many})]
    if len(outcome.winners) == len(outcome.scores):
        return [Sentence("reason.committee.all", {"seats": evidence.seats})]
    reached = {"represented": evidence.represented, "ballots": outcome.ballot_counts.counted}
    sentences = [Sentence("reason.committee.represented", reached)]
    if isinstance(evidence, OptimalEvidence) and not evidence.proven:
        values = {"score": evidence.score, "bound": evidence.bound}
        sentences.append(Sentence("reason.committee.unproven", values))
    elif not evidence.complete:
        sentences.append(Sentence("reason.committee.unsearched", {}))
    if vacant := evidence.seats - len(outcome.winners):
        sentences.append(Sentence("reason.mes_committee.vacant", {"vacant": vacant}))
    rest = outcome.losers
    return [*sentences, _MISSING[outcome.method](outcome, rest[0], "reason")]


def steps(outcome: Outcome) -> list[Sentence]:
    """List members joining or leaving with their numbers, or the ballots by number of members."""
    evidence = outcome.evidence_as(CommitteeEvidence)
    sentences = []
    if isinstance(evidence, EqualSharesEvidence):
        sentences.append(Sentence("step.mes_committee.start", {"start": evidence.start}))
    if isinstance(evidence, StepwiseEvidence | EqualSharesEvidence):
        taken = enumerate(evidence.steps, start=1)
        return sentences + [_step(outcome.method, number, entry) for number, entry in taken]
    if isinstance(evidence, OptimalEvidence) and evidence.satisfied is not None:
        return [
            Sentence("step.committee.satisfied", structs.asdict(entry))
            for entry in evidence.satisfied
        ]
    names = outcome.order
    return [
        Sentence("step.committee.score", {"option": name, "score": outcome.scores[name]})
        for name in names
    ]


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """Explain why the option was not elected, or name the tied committees that contain it."""
    if not outcome.winners and outcome.committees:
        possible = any(option in committee for committee in outcome.committees)
        never = "never" if outcome.evidence_as(CommitteeEvidence).complete else "unsearched"
        name = "possible" if possible else never
        return [Sentence(f"why_not.committee.{name}", {"option": option})]
    return [_MISSING[outcome.method](outcome, option, "why_not")]


def _step(method: str, number: int, entry: CommitteeStep) -> Sentence:
    values: dict[str, Any] = {"number": number, "option": entry.option}
    if entry.price is not None:
        paid = {"price": entry.price, "in_full": entry.in_full, "emptied": entry.emptied}
        return Sentence("step.mes_committee.paid", values | paid)
    if entry.votes is not None:
        return Sentence("step.mes_committee.filled", values | {"votes": entry.votes})
    if entry.value == "":
        return Sentence("step.seq_phragmen.nobody", values)
    rule = "seq_phragmen" if method == "mes_committee" else method
    return Sentence(f"step.{rule}.{entry.action}", values | {"value": entry.value})


def _behind(outcome: Outcome, option: str, part: str) -> Sentence:
    """Fewer points than the member that has the fewest."""
    last = min(outcome.winners, key=lambda name: (Fraction(outcome.scores[name]), name))
    scores = {"score": outcome.scores[option], "winner_score": outcome.scores[last]}
    return Sentence(f"{part}.committee.behind", {"option": option, "winner": last, **scores})


def _last_step(outcome: Outcome, option: str, part: str) -> Sentence:
    """The option's value at the last step, compared with the option taken."""
    evidence = outcome.evidence_as(StepwiseEvidence)
    refused, last = evidence.refused or {}, evidence.steps[-1]
    if refused[option] == "":
        return Sentence(f"{part}.{outcome.method}.nobody", {"option": option})
    values = {
        "option": option,
        "value": refused[option],
        "winner": last.option,
        "winner_value": last.value,
        "number": len(evidence.steps),
    }
    return Sentence(f"{part}.{outcome.method}.behind", values)


def _gone(outcome: Outcome, option: str, part: str) -> Sentence:
    """The step at which the option left."""
    for number, entry in enumerate(outcome.evidence_as(StepwiseEvidence).steps, start=1):
        if entry.option == option:
            values = {"option": option, "number": number, "value": entry.value}
            break
    return Sentence(f"{part}.revseq_pav.gone", values)


def _swapped(outcome: Outcome, option: str, part: str) -> Sentence:
    """Compare the committee's score with its score when the option replaces a member."""
    evidence = outcome.evidence_as(OptimalEvidence)
    swap = (evidence.swaps or {})[option]
    values = {"option": option, "winner": swap.member, "swapped": swap.score}
    return Sentence(f"{part}.committee.swap", {**values, "score": evidence.score})


def _budgets(outcome: Outcome, option: str, part: str) -> Sentence:
    """State the money that the option's supporters had left when purchases ended."""
    available = outcome.evidence_as(EqualSharesEvidence).available or {}
    values = {"votes": outcome.scores[option], "available": available[option]}
    return Sentence(f"{part}.mes_committee.voter_budgets", {"option": option, **values})


_MISSING: dict[str, Missing] = {
    "approval_committee": _behind,
    "sav": _behind,
    "seq_pav": _last_step,
    "revseq_pav": _gone,
    "seq_phragmen": _last_step,
    "pav": _swapped,
    "chamberlin_courant": _swapped,
    "mes_committee": _budgets,
}
