"""First, uniting and dividing options and proposals: rules on counts, each shown with its list.

Pure: counts and outcomes in, findings out.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from deliberation.elections.results.judgments import given_grades
from deliberation.views.figures.disclosure_control import SMALLEST
from voting.evidence import GradesEvidence
from voting.methods import METHODS
from voting.outcome import Outcome

LIST = 5  # findings shown in a list
CLOSE = 10  # supports or ballots: a smaller lead is fragile
CLOSE_SHARE = Fraction(1, 100)  # of the ballots: a smaller lead is fragile too
LIKED = Fraction(2, 3)  # of the ballots
SPLIT = Fraction(1, 4)  # of the ballots, at each end of the scale
ENOUGH = 3  # arguments on each side of what divides


class Argued(msgspec.Struct, frozen=True, kw_only=True):
    """A published proposal with its supports and its arguments for and against."""

    number: int
    title: str
    support_count: int
    in_favour: int
    against: int
    answered: bool


class Ranked(msgspec.Struct, frozen=True):
    """A proposal among the most supported; `lead` over the next one, None for the last."""

    proposal: Argued
    lead: int | None
    fragile: bool


class OptionFinding(msgspec.Struct, frozen=True):
    """An option of a counted vote: how many put it high, low or say nothing, out of how many."""

    poll: int
    title: str
    high: int
    low: int
    silent: int
    judges: int


def most_supported(proposals: Sequence[Argued]) -> list[Ranked]:
    """The first proposals by supports, of `LIST` and one more in order, with what separates each
    from the next.
    """
    found = []
    for place, one in enumerate(proposals[:LIST]):
        following = proposals[place + 1].support_count if place + 1 < len(proposals) else None
        lead = None if following is None else one.support_count - following
        found.append(Ranked(one, lead, lead is not None and lead < CLOSE))
    return found


def uniting_options(poll: int, outcome: Outcome) -> list[OptionFinding]:
    """Options that two thirds of the ballots put in the upper half of the scale, or approve."""
    return [one for one in _options(poll, outcome, ends=False) if one.high >= LIKED * one.judges]


def dividing_options(poll: int, outcome: Outcome) -> list[OptionFinding]:
    """Options that a quarter of the ballots give one of the two best grades, a quarter the worst.

    Approvals cannot divide: they give no finding.
    """
    return [
        one
        for one in _options(poll, outcome, ends=True)
        if one.high >= SPLIT * one.judges and one.low >= SPLIT * one.judges
    ]


def _options(poll: int, outcome: Outcome, *, ends: bool) -> list[OptionFinding]:
    order = outcome.order
    if outcome.ballot_counts.received < SMALLEST:
        return []
    method = METHODS[outcome.method]
    if method.ballot == "approvals" and method.family == "sums" and not ends:
        judges = outcome.ballot_counts.received
        return [
            OptionFinding(poll, name, int(outcome.scores[name]), 0, 0, judges) for name in order
        ]
    evidence = outcome.evidence
    if not isinstance(evidence, GradesEvidence):
        return []
    grades = len(evidence.grades)
    width = 2 if ends and grades >= 5 else grades // 2
    found = []
    for name in order:
        given, silent = given_grades(outcome, name), evidence.missing[name]
        high, low = sum(given[-width:]), sum(given[:width])
        found.append(OptionFinding(poll, name, high, low, silent, evidence.judges))
    return found
