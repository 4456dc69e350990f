"""Majority judgment, explained."""

import math
from itertools import pairwise

from voting.evidence import GradesEvidence
from voting.methods.grades import majority_values
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's majority grade, and what separates it from the next."""
    winner = outcome.winners[0]
    sentences = [_grade(outcome, winner)]
    rest = outcome.losers
    if (
        len(outcome.winners) == 1
        and rest
        and rest[0] in outcome.evidence_as(GradesEvidence).excluded
    ):
        sentences.append(_excluded(outcome, rest[0], "reason"))
    elif len(outcome.winners) == 1 and rest:
        sentences.append(_against(outcome, winner, rest[0], "reason"))
    return sentences


def steps(outcome: Outcome) -> list[Sentence]:
    """Each option's gauge, then where each two neighbours of the ranking differ."""
    order = outcome.order
    sentences = [
        Sentence("step.majority_judgment.gauge", {"option": name, **_gauge(outcome, name)})
        for name in order
    ]
    for above, below in pairwise(order):
        if below not in outcome.evidence_as(GradesEvidence).excluded:
            sentences.append(_against(outcome, above, below, "step"))
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's grade, and where its majority value falls behind the winner's."""
    if option in outcome.evidence_as(GradesEvidence).excluded:
        return [_excluded(outcome, option, "why_not")]
    return [_grade(outcome, option), _against(outcome, outcome.winners[0], option, "why_not")]


def _gauge(outcome: Outcome, name: str) -> dict[str, str | int]:
    gauge = outcome.evidence_as(GradesEvidence).gauges[name]
    return {
        "grade": gauge.grade,
        "above": gauge.above,
        "below": gauge.below,
        "sign": gauge.sign,
    }


def _excluded(outcome: Outcome, name: str, part: str) -> Sentence:
    judges = outcome.evidence_as(GradesEvidence).judges
    judged = judges - outcome.evidence_as(GradesEvidence).missing[name]
    values = {"option": name, "judgments": judged, "judges": judges}
    return Sentence(f"{part}.majority_judgment.excluded", values)


def _grade(outcome: Outcome, name: str) -> Sentence:
    """State how many judge the option at least at its majority grade: half of them or more."""
    evidence = outcome.evidence_as(GradesEvidence)
    tally, gauge = evidence.profile[name], evidence.gauges[name]
    at_least = sum(tally) - gauge.below
    values = {"option": name, "grade": gauge.grade, "at_least": at_least, "judges": sum(tally)}
    return Sentence("reason.majority_judgment.grade", values)


def _against(outcome: Outcome, above: str, below: str, part: str) -> Sentence:
    """State what separates two options: their grades, a later step of the majority value, or
    nothing.
    """
    profile, grades = (
        outcome.evidence_as(GradesEvidence).profile,
        outcome.evidence_as(GradesEvidence).grades,
    )
    sizes = [sum(profile[name]) or 1 for name in (above, below)]
    common = math.lcm(*sizes)
    first, second = (
        [count * (common // size) for count in profile[name]]
        for name, size in zip((above, below), sizes, strict=True)
    )
    difference = majority_values.compare(first, second)
    names = [grades[grade] for grade in difference.grades]
    values = {"above": above, "below": below}
    if difference.step == 0:
        return Sentence(f"{part}.majority_judgment.equal", values)
    values |= {"above_grade": names[0], "below_grade": names[1]}
    if difference.step == 1:
        return Sentence(f"{part}.majority_judgment.grades", values)
    same = str(_gauge(outcome, above)["grade"])
    shared = {**values, "grade": same, "removed": difference.step - 1}
    return Sentence(f"{part}.majority_judgment.value", shared)
