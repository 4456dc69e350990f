"""Majority judgment (Balinski and Laraki): the option with the highest majority value wins."""

import math
from collections.abc import Sequence
from functools import cmp_to_key
from itertools import pairwise

from voting.aggregates import Aggregates
from voting.ballots import Grades, received
from voting.evidence import Gauge, GradeDifference, GradesEvidence
from voting.invalid import InvalidBallots
from voting.kernels.grades import tallies
from voting.kernels.rows import marked
from voting.methods.grades import majority_values
from voting.outcome import BallotCounts, Count, Ranking
from voting.ties import TieRule, settle

Tally = tuple[int, ...]


def majority_judgment(
    ballots: Grades | Aggregates, ties: TieRule, *, missing: str = "worst", quorum: str = "half"
) -> Count:
    """Rank by majority value: the lower median grade, then the next medians one by one.

    A blank ballot is set aside. `missing` says how a judgment left out of a ballot is read:
    `worst`; `grade:NAME`; `median`, the option's own; `normalised`, left out, tallies of different
    sizes being scaled to a common multiple; `exclude`, the same, and an option with fewer judgments
    than `quorum` (a number, or half the ballots) comes after all others. Options with equal tallies
    share a rank. Evidence: `profile`, `gauges` (shown; the value decides), `differences`.
    """
    known = judgments_of(ballots)
    ballot_counts = known.ballot_counts
    judges = ballot_counts.received - ballot_counts.blank
    raw = known.numbers.tolist()
    for row in raw:  # a blank ballot gives no judgment to any option
        row[0] -= ballot_counts.blank
    read = [_read(row, ballots.grades, missing) for row in raw]
    scale = math.lcm(*(sum(tally) or 1 for tally in read))
    scaled = [tuple(count * (scale // (sum(tally) or 1)) for count in tally) for tally in read]
    absent = [_is_absent(row, judges, missing, quorum) for row in raw]
    tiers = _ranked(ballots.options, scaled, absent)
    ranking, reports = settle(tiers, ties)
    profile = dict(zip(ballots.options, read, strict=True))
    gauges = {name: _gauge(tally, ballots.grades) for name, tally in profile.items()}
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={
            name: majority_values.median(tally) + 1 if any(tally) else 0
            for name, tally in profile.items()
        },
        evidence=GradesEvidence(
            grades=list(ballots.grades),
            judges=judges,
            profile={name: list(tally) for name, tally in profile.items()},
            missing={name: row[0] for name, row in zip(ballots.options, raw, strict=True)},
            gauges=gauges,
            differences=_differences(known, ranking, scaled, absent),
            excluded=[name for name, out in zip(ballots.options, absent, strict=True) if out],
        ),
        ties=reports,
        ballot_counts=ballot_counts,
    )


def judgments_of(ballots: Grades | Aggregates) -> Aggregates:
    """For each option, the number of ballots without a judgment and with each grade; aggregates
    stay.
    """
    if isinstance(ballots, Aggregates):
        return ballots
    numbers = tallies(ballots.marks, ballots.counts, len(ballots.grades))
    return Aggregates(ballots.options, numbers, _ballot_counts(ballots), ballots.grades)


def _ballot_counts(ballots: Grades) -> BallotCounts:
    """Complete, partial and blank ballots; tallies are nobody's ballots."""
    if ballots.tallied:
        return BallotCounts(counted=received(ballots))
    judged = marked(ballots.marks)
    blank = int(ballots.counts[judged == 0].sum())
    complete = int(ballots.counts[judged == len(ballots.options)].sum())
    return BallotCounts(counted=complete, blank=blank, partial=received(ballots) - blank - complete)


def _read(row: Sequence[int], grades: Sequence[str], missing: str) -> Tally:
    """One option's tally, worst to best, once its missing judgments are read."""
    absent, *tally = row
    if missing == "worst":
        tally[0] += absent
    elif missing == "median" and any(tally):
        tally[majority_values.median(tally)] += absent
    elif missing.startswith("grade:"):
        name = missing.removeprefix("grade:")
        if name not in grades:
            valid = [f"grade:{grade}" for grade in grades]
            raise InvalidBallots("bad_option_value", name="missing", value=missing, valid=valid)
        tally[list(grades).index(name)] += absent
    return tuple(tally)


def _is_absent(row: Sequence[int], judges: int, missing: str, quorum: str) -> bool:
    """Whether an option lacks the judgments it needs to be ranked among the others."""
    judged = sum(row[1:])
    if missing == "exclude" and judged > 0:
        return 2 * judged < judges if quorum == "half" else judged < int(quorum)
    return missing in ("median", "normalised", "exclude") and judged == 0 and judges > 0


def _ranked(options: Sequence[str], tallies: Sequence[Tally], absent: Sequence[bool]) -> Ranking:
    """Tiers of options with equal majority values, best first; absent options form the last."""

    def order(first: int, second: int) -> int:
        return -majority_values.compare(tallies[first], tallies[second]).sign

    present = [option for option in range(len(options)) if not absent[option]]
    tiers: list[list[int]] = []
    for option in sorted(present, key=cmp_to_key(order)):
        if tiers and tallies[tiers[-1][0]] == tallies[option]:
            tiers[-1].append(option)
        else:
            tiers.append([option])
    tiers.append([option for option in range(len(options)) if absent[option]])
    return tuple(tuple(options[option] for option in tier) for tier in tiers if tier)


def _gauge(tally: Tally, grades: Sequence[str]) -> Gauge:
    """Majority grade, judges above it (p) and below it (q), "+" when more are above than below."""
    if not any(tally):
        return Gauge("", 0, 0, "")
    middle = majority_values.median(tally)
    above, below = sum(tally[middle + 1 :]), sum(tally[:middle])
    return Gauge(grades[middle], above, below, "+" if above > below else "-")


def _differences(
    known: Aggregates, ranking: Ranking, tallies: Sequence[Tally], absent: Sequence[bool]
) -> list[GradeDifference]:
    """For each two neighbours of the ranking, the first step where their values differ."""
    position = {name: option for option, name in enumerate(known.options)}
    found: list[GradeDifference] = []
    order = [name for tier in ranking for name in tier]
    for above, below in pairwise(order):
        first, second = position[above], position[below]
        if absent[first] or absent[second]:
            continue
        difference = majority_values.compare(tallies[first], tallies[second])
        if difference.sign:
            names = [known.grades[grade] for grade in difference.grades]
            found.append(GradeDifference(above, below, difference.step, names))
    return found
