"""Instant runoff, explained round by round."""

from voting.evidence import RunoffEvidence
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The votes of the last round, and who came second there."""
    rounds = outcome.evidence_as(RunoffEvidence).rounds
    final = rounds[-1]
    ended = outcome.evidence_as(RunoffEvidence).ended
    if len(outcome.winners) > 1:
        values = {"winners": list(outcome.winners), "round": final.round}
        return [Sentence("reason.open", values)] if ended == "open" else []
    winner = outcome.winners[0]
    values = {"option": winner, "round": final.round}
    if ended == "certain":
        return [Sentence("reason.certain", values)]
    if ended == "majority":
        values |= {"votes": final.votes[winner], "active": final.active}
    sentences = [Sentence(f"reason.instant_runoff.{ended}", values)]
    rest = [name for name in outcome.order if name != winner]
    return sentences + ([_last(outcome, rest[0], winner, "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each round: its votes, who left, where the ballots went."""
    sentences = []
    for entry in outcome.evidence_as(RunoffEvidence).rounds:
        number = entry.round
        sentences.append(
            Sentence(
                "step.instant_runoff.votes",
                {
                    "round": number,
                    "votes": entry.votes,
                    "active": entry.active,
                    "exhausted": entry.exhausted,
                },
            )
        )
        if entry.eliminated:
            values = {"round": number, "options": entry.eliminated}
            sentences.append(Sentence("step.instant_runoff.eliminated", values))
            moved = {
                "round": number,
                "transfers": entry.transfers,
                "exhausted": entry.newly_exhausted,
            }
            sentences.append(Sentence("step.instant_runoff.transfers", moved))
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The round in which the option left, or its votes in the last one."""
    return [_last(outcome, option, outcome.winners[0], "why_not")]


def _last(outcome: Outcome, option: str, winner: str, part: str) -> Sentence:
    rounds = outcome.evidence_as(RunoffEvidence).rounds
    gone = next((entry for entry in rounds if option in entry.eliminated), None)
    entry = gone or rounds[-1]
    if not gone and outcome.evidence_as(RunoffEvidence).ended in ("certain", "open"):
        return Sentence("why_not.in_no_order", {"option": option, "round": entry.round})
    votes = entry.votes
    values = {
        "option": option,
        "votes": votes[option],
        "winner": winner,
        "winner_votes": votes[winner],
        "round": entry.round,
    }
    name = "eliminated" if gone else "behind"
    return Sentence(f"{part}.instant_runoff.{name}", values)
