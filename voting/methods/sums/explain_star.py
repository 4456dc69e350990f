"""STAR, explained: the two highest sums, then the ballots that score one above the other."""

from typing import Any

from voting.evidence import StarEvidence
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The two finalists with their sums, and their contest; or several possible finals."""
    finalists = outcome.evidence_as(StarEvidence).finalists
    if outcome.evidence_as(StarEvidence).contenders:
        return [
            Sentence("reason.star.open", {"options": outcome.evidence_as(StarEvidence).contenders})
        ]
    if len(finalists) < 2:
        return []
    first, second = _in_order(outcome, finalists)
    values = {
        "first": first,
        "second": second,
        "first_sum": outcome.scores[first],
        "second_sum": outcome.scores[second],
    }
    return [
        Sentence("reason.star.finalists", values),
        Sentence("reason.star.runoff", _contest(outcome, first, second)),
    ]


def steps(outcome: Outcome) -> list[Sentence]:
    """Each sum, largest first, then the final."""
    order = sorted(outcome.scores, key=lambda name: (-int(outcome.scores[name]), name))
    sentences = [
        Sentence("step.star.score", {"option": name, "score": outcome.scores[name]})
        for name in order
    ]
    finalists = outcome.evidence_as(StarEvidence).finalists
    if len(finalists) == 2:
        sentences.append(
            Sentence("step.star.runoff", _contest(outcome, *_in_order(outcome, finalists)))
        )
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The final that the option lost, or its sum compared with those of the finalists."""
    winner = outcome.winners[0]
    finalists = (
        outcome.evidence_as(StarEvidence).finalists + outcome.evidence_as(StarEvidence).contenders
    )
    if set(finalists) == {winner, option}:
        return [Sentence("why_not.star.runoff", _contest(outcome, winner, option))]
    values = {
        "option": option,
        "score": outcome.scores[option],
        "finalists": {name: outcome.scores[name] for name in sorted(finalists)},
    }
    return [Sentence("why_not.star.score", values)]


def _in_order(outcome: Outcome, pair: list[str]) -> tuple[str, str]:
    """The winner first; of two who share the first place, the first by name."""
    first, second = sorted(pair, key=lambda name: (name not in outcome.winners, name))
    return first, second


def _contest(outcome: Outcome, first: str, second: str) -> dict[str, Any]:
    matrix = outcome.evidence_as(StarEvidence).pairwise
    return {
        "first": first,
        "second": second,
        "for_first": matrix[first][second],
        "for_second": matrix[second][first],
    }
