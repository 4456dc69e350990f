"""Votes on projects, explained: what was spent on what, and what was missing for the others."""

from __future__ import annotations

from typing import Any

from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """What was spent, and why the project with most votes among the others was not funded."""
    values = {"spent": outcome.evidence["spent"], "budget": outcome.evidence["budget"]}
    complete = outcome.evidence["complete"]
    if outcome.committees and not outcome.winners and complete:
        return [Sentence("reason.funding.open", {"groups": len(outcome.committees)})]
    unsearched = [] if complete else [Sentence("reason.funding.unsearched", {})]
    if outcome.committees and not outcome.winners:
        return unsearched
    told = [Sentence("reason.funding.spent", values), *unsearched]
    rest = [name for tier in outcome.ranking for name in tier if name not in outcome.winners]
    return told + ([_missing(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each funded project in its order: its votes, what it cost, who paid, what is left."""
    told = []
    if "start" in outcome.evidence:
        told.append(Sentence("step.funding.start", {"start": outcome.evidence["start"]}))
    if outcome.evidence.get("all_fit"):
        told.append(Sentence("step.funding.all_fit", {"budget": outcome.evidence["budget"]}))
    for entry in outcome.evidence["steps"]:
        told.append(_step(entry))
    return told


def why_not(outcome: Outcome, option: str) -> list[Sentence]:
    """What was missing for the project."""
    return [_missing(outcome, option, "why_not")]


def _step(entry: dict[str, Any]) -> Sentence:
    values = {"option": entry["project"], **{key: entry[key] for key in ("votes", "cost", "left")}}
    if "price" in entry:
        paid = {key: entry[key] for key in ("price", "in_full", "emptied")}
        return Sentence("step.funding.paid", {**values, **paid})
    if "load" in entry:
        return Sentence("step.funding.loaded", {**values, "load": entry["load"]})
    return Sentence("step.funding.fits", values)


def _missing(outcome: Outcome, option: str, part: str) -> Sentence:
    cost, budget = outcome.evidence["costs"][option], outcome.evidence["budget"]
    votes = outcome.scores[option]
    if not votes:
        return Sentence(f"{part}.funding.no_vote", {"option": option})
    if cost > budget:
        values = {"option": option, "cost": cost, "budget": budget}
        return Sentence(f"{part}.funding.too_dear", values)
    refused = outcome.evidence["refused"].get(option, {})
    if "available" in refused:
        available = {"available": refused["available"], "votes": votes}
        return Sentence(f"{part}.funding.purses", {"option": option, "cost": cost, **available})
    if "left" not in refused:
        found = any(option in one for one in outcome.committees) or outcome.evidence["complete"]
        name = "tied" if found else "unsearched_option"
        return Sentence(f"{part}.funding.{name}", {"option": option})
    values = {"option": option, "votes": votes, "cost": cost, "left": refused["left"]}
    return Sentence(f"{part}.funding.left", values)
