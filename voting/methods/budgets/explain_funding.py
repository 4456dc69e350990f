"""Votes on projects, explained: what was spent on what, and what was missing for the others."""

from typing import Any

from voting.evidence import FundingEvidence, Purchase
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """State the money spent, and why the first project that was not funded was not."""
    values = {
        "spent": outcome.evidence_as(FundingEvidence).spent,
        "budget": outcome.evidence_as(FundingEvidence).budget,
    }
    complete = outcome.evidence_as(FundingEvidence).complete
    if outcome.committees and not outcome.winners and complete:
        return [Sentence("reason.funding.open", {"groups": len(outcome.committees)})]
    unsearched = [] if complete else [Sentence("reason.funding.unsearched", {})]
    if outcome.committees and not outcome.winners:
        return unsearched
    sentences = [Sentence("reason.funding.spent", values), *unsearched]
    rest = outcome.losers
    return sentences + ([_missing(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each funded project in its order: its votes, what it cost, who paid, what is left."""
    sentences = []
    evidence = outcome.evidence_as(FundingEvidence)
    if evidence.start is not None:
        sentences.append(Sentence("step.funding.start", {"start": evidence.start}))
    if evidence.all_fit:
        sentences.append(Sentence("step.funding.all_fit", {"budget": evidence.budget}))
    for entry in evidence.steps:
        sentences.append(_step(entry))
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """Explain why the project was not funded."""
    return [_missing(outcome, option, "why_not")]


def _step(entry: Purchase) -> Sentence:
    values: dict[str, Any] = {
        "option": entry.project,
        "votes": entry.votes,
        "cost": entry.cost,
        "left": entry.left,
    }
    if entry.price is not None:
        paid = {"price": entry.price, "in_full": entry.in_full, "emptied": entry.emptied}
        return Sentence("step.funding.paid", {**values, **paid})
    if entry.load is not None:
        return Sentence("step.funding.loaded", {**values, "load": entry.load})
    return Sentence("step.funding.fits", values)


def _missing(outcome: Outcome, option: str, part: str) -> Sentence:
    evidence = outcome.evidence_as(FundingEvidence)
    cost, budget = evidence.costs[option], evidence.budget
    votes = outcome.scores[option]
    if not votes:
        return Sentence(f"{part}.funding.no_vote", {"option": option})
    if cost > budget:
        values = {"option": option, "cost": cost, "budget": budget}
        return Sentence(f"{part}.funding.too_dear", values)
    refused = evidence.refused.get(option)
    if refused is not None and refused.available is not None:
        available = {"available": refused.available, "votes": votes}
        return Sentence(
            f"{part}.funding.voter_budgets", {"option": option, "cost": cost, **available}
        )
    if refused is None:
        found = any(option in one for one in outcome.committees) or evidence.complete
        name = "tied" if found else "unsearched_option"
        return Sentence(f"{part}.funding.{name}", {"option": option})
    values = {"option": option, "votes": votes, "cost": cost, "left": refused.left}
    return Sentence(f"{part}.funding.left", values)
