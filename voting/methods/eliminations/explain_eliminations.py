"""Methods that eliminate by contests, points or last places, explained round by round."""

from voting.evidence import EliminationEvidence, EliminationRound, Exact
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """State why the count ended, and how the runner-up was eliminated or stayed behind."""
    rounds = outcome.evidence_as(EliminationEvidence).rounds
    final = rounds[-1]
    ended = outcome.evidence_as(EliminationEvidence).ended
    if len(outcome.winners) > 1:
        values = {"winners": list(outcome.winners), "round": final.round}
        name = {"open": "reason.open", "tied": "reason.elimination.all_tied"}.get(ended)
        return [Sentence(name, values)] if name else []
    winner = outcome.winners[0]
    values = {"option": winner, "round": final.round}
    if ended == "certain":
        return [Sentence("reason.certain", values)]
    if ended == "majority":
        values |= {"votes": final.scores[winner], "active": final.active}
    sentences = [Sentence(f"reason.elimination.{ended}", values)]
    rest = [name for name in outcome.order if name != winner]
    return sentences + ([_last(outcome, rest[0], winner, "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each round: what it shows, and who leaves."""
    sentences = []
    for entry in outcome.evidence_as(EliminationEvidence).rounds:
        values = {"round": entry.round, "scores": _shown(entry)}
        sentences.append(Sentence(f"step.elimination.{_measure(outcome)}", values))
        if entry.eliminated:
            values = {"round": entry.round, "options": entry.eliminated}
            sentences.append(Sentence("step.elimination.left", values))
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The round in which the option left, or that it stayed to the last without winning."""
    return [_last(outcome, option, outcome.winners[0], "why_not")]


def _last(outcome: Outcome, option: str, winner: str, part: str) -> Sentence:
    rounds = outcome.evidence_as(EliminationEvidence).rounds
    gone = next((entry for entry in rounds if option in entry.eliminated), None)
    entry = gone or rounds[-1]
    if not gone and outcome.evidence_as(EliminationEvidence).ended in ("certain", "open"):
        return Sentence("why_not.in_no_order", {"option": option, "round": entry.round})
    shown = _shown(entry)
    values = {
        "option": option,
        "score": shown[option],
        "winner": winner,
        "winner_score": shown[winner],
        "round": entry.round,
    }
    name = (
        outcome.evidence_as(EliminationEvidence).measure if gone else f"stayed_{_measure(outcome)}"
    )
    return Sentence(f"{part}.elimination.{name}", values)


def _measure(outcome: Outcome) -> str:
    measure = str(outcome.evidence_as(EliminationEvidence).measure)
    return "points" if measure == "average" else measure


def _shown(entry: EliminationRound) -> dict[str, Exact]:
    """Numbers that decide the elimination: last places for Coombs, else points or first choices."""
    return entry.scores if entry.last_places is None else entry.last_places
