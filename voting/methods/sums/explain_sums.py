"""Methods where the largest sum wins (approval, plurality, Copeland), explained."""

from __future__ import annotations

from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's sum and the next one's."""
    winner = outcome.winners[0]
    base = outcome.ballot_counts.counted + outcome.ballot_counts.partial
    values = {"option": winner, "score": outcome.scores[winner], "ballots": base}
    told = [Sentence(f"reason.{outcome.method}.score", values)]
    rest = [name for tier in outcome.ranking for name in tier if name not in outcome.winners]
    if rest:
        told.append(_behind(outcome, rest[0], "reason"))
    return told


def steps(outcome: Outcome) -> list[Sentence]:
    """Each option's sum, largest first."""
    return [
        Sentence(f"step.{outcome.method}.score", {"option": name, "score": outcome.scores[name]})
        for tier in outcome.ranking
        for name in tier
    ]


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's sum, compared with the winner's."""
    return [_behind(outcome, option, "why_not")]


def _behind(outcome: Outcome, option: str, part: str) -> Sentence:
    winner = outcome.winners[0]
    values = {
        "option": option,
        "score": outcome.scores[option],
        "winner": winner,
        "winner_score": outcome.scores[winner],
    }
    return Sentence(f"{part}.{outcome.method}.behind", values)
