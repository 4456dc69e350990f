"""Minimax, explained: the worst defeat of each option."""

from voting.evidence import MinimaxEvidence
from voting.methods.pairwise import explain_contests
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's worst defeat, or that it has none, and the next option's."""
    winner = outcome.winners[0]
    sentences = [_worst(outcome, winner, "reason")]
    rest = outcome.losers
    return sentences + ([_worst(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Every contest, then the worst defeat of each option, smallest first."""
    order = outcome.order
    return [*explain_contests.every(outcome), *(_worst(outcome, name, "step") for name in order)]


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's worst defeat, compared with the winner's."""
    return [_worst(outcome, option, "why_not"), _worst(outcome, outcome.winners[0], "why_not")]


def _worst(outcome: Outcome, option: str, part: str) -> Sentence:
    matrix = outcome.evidence_as(MinimaxEvidence).pairwise
    against = outcome.evidence_as(MinimaxEvidence).worst[option]
    if not against or matrix[against[0]][option] <= matrix[option][against[0]]:
        return Sentence(f"{part}.minimax.unbeaten", {"option": option})
    values = {
        "option": option,
        "other": against[0],
        "for_other": matrix[against[0]][option],
        "for_option": matrix[option][against[0]],
        "score": outcome.scores[option],
    }
    return Sentence(f"{part}.minimax.worst", values)
