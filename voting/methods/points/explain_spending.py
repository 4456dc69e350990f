"""Cumulative and quadratic voting, explained: what could be spent, what was, and the sums."""

from voting.evidence import PointsEvidence
from voting.methods.sums import explain_sums
from voting.outcome import Outcome, Sentence


def steps(outcome: Outcome) -> list[Sentence]:
    """The limit, the ballots set aside because they spend more, what the others spend, the sums."""
    method, evidence = outcome.method, outcome.evidence_as(PointsEvidence)
    if evidence.limit == "any":
        sentences = [Sentence(f"step.{method}.no_limit", {})]
    else:
        sentences = [Sentence(f"step.{method}.limit", {"limit": evidence.limit})]
    if outcome.ballot_counts.over_spent:
        most = max(int(excess) for excess in evidence.over_spent)
        values = {"ballots": outcome.ballot_counts.over_spent, "most": most}
        sentences.append(Sentence(f"step.{method}.over_spent", values))
    sentences.append(Sentence(f"step.{method}.spent", {"spent": evidence.spent}))
    return [*sentences, *explain_sums.steps(outcome)]
