"""Single transferable vote, explained stage by stage."""

from voting.evidence import StagesEvidence
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The quota, and who came nearest without being elected; or that the count stays open."""
    stages = outcome.evidence_as(StagesEvidence).stages
    ended = outcome.evidence_as(StagesEvidence).ended
    if ended != "filled":
        values = {"winners": list(outcome.winners), "round": len(stages) + 1}
        return [] if ended == "unchecked" else [Sentence(f"reason.stv.{ended}", values)]
    if not stages:
        return [Sentence("reason.stv.all", {"seats": outcome.evidence_as(StagesEvidence).seats})]
    quota = {"quota": stages[-1].quota, "seats": outcome.evidence_as(StagesEvidence).seats}
    sentences = [Sentence("reason.stv.quota", quota)]
    rest = outcome.losers
    return sentences + ([_last(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Each stage: what was done, the votes after it, who is elected."""
    sentences = []
    for entry in outcome.evidence_as(StagesEvidence).stages:
        number = entry.stage
        if entry.action in ("surplus", "exclusion"):
            values = {"round": number, "options": entry.options}
            sentences.append(Sentence(f"step.stv.{entry.action}", values))
        counts = {"round": number, "votes": entry.votes, "exhausted": entry.non_transferable}
        sentences.append(Sentence("step.stv.votes", counts))
        if entry.elected:
            name = "filled" if entry.filled else "elected"
            values = {"round": number, "options": entry.elected, "quota": entry.quota}
            sentences.append(Sentence(f"step.stv.{name}", values))
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The stage in which the option left, or its votes in the last one."""
    return [_last(outcome, option, "why_not")]


def _last(outcome: Outcome, option: str, part: str) -> Sentence:
    stages = outcome.evidence_as(StagesEvidence).stages
    values = {"option": option, "votes": outcome.scores[option]}
    for entry in stages:
        if entry.action == "exclusion" and option in entry.options:
            return Sentence(f"{part}.stv.excluded", {**values, "round": entry.stage})
    if outcome.evidence_as(StagesEvidence).ended != "filled":
        values = {"option": option, "round": len(stages) + 1}
        return Sentence("why_not.stv.in_no_order", values)
    return Sentence(f"{part}.stv.behind", {**values, "round": len(stages)})
