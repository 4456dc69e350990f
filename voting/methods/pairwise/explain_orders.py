"""Ranked pairs and Kemeny, explained: contests kept or set aside, and how well a ranking agrees."""

from typing import Any

from voting.evidence import KemenyEvidence, RankedPair, RankedPairsEvidence
from voting.methods.pairwise import explain_contests
from voting.outcome import Outcome, Sentence


def pairs_reason(outcome: Outcome) -> list[Sentence]:
    """A winner's contests if it wins them all; otherwise those it loses that are set aside."""
    winner = outcome.winners[0]
    lost = [pair for pair in outcome.evidence_as(RankedPairsEvidence).pairs if pair.loser == winner]
    if len(outcome.winners) > 1:
        values = {"winners": list(outcome.winners)}
        checked = all(tie.order_matters is not None for tie in outcome.ties)
        return [Sentence("reason.ranked_pairs.several", values)] if checked else []
    if not lost:
        return explain_contests.won_by(outcome, winner)
    return [
        Sentence("reason.ranked_pairs.first", {"option": winner}),
        Sentence("reason.ranked_pairs.set_aside", _contest(lost[0])),
    ]


def pairs_steps(outcome: Outcome) -> list[Sentence]:
    """Every contest won, the strongest first, and whether it is kept."""
    return [
        Sentence(f"step.ranked_pairs.{pair.locked}", _contest(pair))
        for pair in outcome.evidence_as(RankedPairsEvidence).pairs
    ]


def pairs_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The strongest kept contest that the option loses; its contest with the winner otherwise."""
    pairs = outcome.evidence_as(RankedPairsEvidence).pairs
    for part in ("yes", "depends", "unchecked"):
        kept = (pair for pair in pairs if pair.loser == option and pair.locked == part)
        if pair := next(kept, None):
            return [Sentence(f"why_not.ranked_pairs.{part}", _contest(pair))]
    return [explain_contests.against(outcome, outcome.winners[0], option)]


def kemeny_reason(outcome: Outcome) -> list[Sentence]:
    """State the ranking's score, and whether other rankings reach it."""
    evidence = outcome.evidence_as(KemenyEvidence)
    values = {"score": evidence.score, "preferences": evidence.preferences}
    sentences = [Sentence("reason.kemeny.score", values)]
    if not evidence.proven:
        bound = {"score": evidence.score, "bound": evidence.bound}
        return [*sentences, Sentence("reason.kemeny.unproven", bound)]
    if evidence.many > 1:
        return [*sentences, Sentence("reason.kemeny.several", {"many": evidence.many})]
    part = "unlisted" if evidence.many == 0 else "only"
    return [*sentences, Sentence(f"reason.kemeny.{part}", {"score": evidence.score})]


def kemeny_steps(outcome: Outcome) -> list[Sentence]:
    """Every contest, then what the best ranking agrees with."""
    return [*explain_contests.every(outcome), *kemeny_reason(outcome)]


def kemeny_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's contest with the winner, and that no best ranking starts with it."""
    part = "never_first" if outcome.evidence_as(KemenyEvidence).proven else "unproven"
    led = any(order[0] == option for order in outcome.evidence_as(KemenyEvidence).best_orders)
    last = Sentence(f"why_not.kemeny.{'also_first' if led else part}", {"option": option})
    return [explain_contests.against(outcome, outcome.winners[0], option), last]


def _contest(pair: RankedPair) -> dict[str, Any]:
    return {
        "first": pair.winner,
        "second": pair.loser,
        "for_first": pair.ballots_for,
        "for_second": pair.against,
    }
