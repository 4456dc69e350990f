"""The judgments that voters gave, apart from those that the vote's rule adds for a silence."""

from voting.evidence import GradesEvidence
from voting.outcome import Outcome


def given_grades(outcome: Outcome, name: str) -> list[int]:
    """Number of judgments of an option at each grade, worst to best, as voters gave them.

    The count reads a missing judgment as a grade, by the poll's rule; nobody gave it, so it is
    removed.
    """
    tally = list(outcome.evidence_as(GradesEvidence).profile[name])
    if grade := read_as(outcome, name):
        tally[outcome.evidence_as(GradesEvidence).grades.index(grade)] -= outcome.evidence_as(
            GradesEvidence
        ).missing[name]
    return tally


def read_as(outcome: Outcome, name: str) -> str:
    """The grade that the rule gives an option for each ballot without opinion; "" for none."""
    rule = str(outcome.options.get("missing", "worst"))
    if rule in ("normalised", "exclude"):  # a silence is no judgment there
        return ""
    evidence = outcome.evidence_as(GradesEvidence)
    own = {"worst": evidence.grades[0], "median": evidence.gauges[name].grade}
    return str(own.get(rule, rule.removeprefix("grade:")))
