"""Bucklin, explained: at which rank an option is on more than half of the ballots."""

from voting.evidence import BucklinEvidence
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's ballots at the last rank counted, and the next option's."""
    winner = outcome.winners[0]
    values = {
        "option": winner,
        "votes": outcome.scores[winner],
        "ballots": outcome.evidence_as(BucklinEvidence).judges,
        "rank": len(outcome.evidence_as(BucklinEvidence).rounds),
    }
    part = "majority" if outcome.evidence_as(BucklinEvidence).majority else "most"
    sentences = [Sentence(f"reason.bucklin.{part}", values)]
    rest = outcome.losers
    return sentences + ([_behind(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each rank: the ballots that each option has once it is added."""
    return [
        Sentence("step.bucklin.rank", {"rank": entry.round, "votes": entry.votes})
        for entry in outcome.evidence_as(BucklinEvidence).rounds
    ]


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's ballots at the last rank counted, compared with the winner's."""
    return [_behind(outcome, option, "why_not")]


def _behind(outcome: Outcome, option: str, part: str) -> Sentence:
    winner = outcome.winners[0]
    values = {
        "option": option,
        "votes": outcome.scores[option],
        "winner": winner,
        "winner_votes": outcome.scores[winner],
        "rank": len(outcome.evidence_as(BucklinEvidence).rounds),
    }
    return Sentence(f"{part}.bucklin.behind", values)
