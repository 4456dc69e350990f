"""Methods where the largest sum wins (approval, plurality, Copeland), explained."""

from voting.methods.sums.messages import MESSAGES
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's sum and the next one's."""
    winner = outcome.winners[0]
    base = outcome.ballot_counts.counted + outcome.ballot_counts.partial
    values = {"option": winner, "score": outcome.scores[winner], "ballots": base}
    sentences = [Sentence(_message("reason", outcome, "score"), values)]
    rest = outcome.losers
    if rest:
        sentences.append(_behind(outcome, rest[0], "reason"))
    return sentences


def steps(outcome: Outcome) -> list[Sentence]:
    """Each option's sum, largest first."""
    return [
        Sentence(
            _message("step", outcome, "score"), {"option": name, "score": outcome.scores[name]}
        )
        for name in outcome.order
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
    return Sentence(_message(part, outcome, "behind"), values)


def _message(part: str, outcome: Outcome, name: str) -> str:
    """The message of the outcome's method, or that of the family when the method has none."""
    own = f"{part}.{outcome.method}.{name}"
    return own if own in MESSAGES else f"{part}.sums.{name}"
