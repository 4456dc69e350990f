"""Committees from approvals, explained: how many voters are represented, and by what numbers."""

from __future__ import annotations

from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """How many ballots approve a member, and who of the others has the most approvals."""
    if not outcome.winners:
        return [Sentence("reason.committee.open", {"groups": len(outcome.committees)})]
    evidence = outcome.evidence
    values = {"represented": evidence["represented"], "ballots": outcome.boxes.counted}
    told = [Sentence("reason.committee.represented", values)]
    rest = [name for tier in outcome.ranking for name in tier if name not in outcome.winners]
    return told + ([_out(outcome, rest[0], "reason")] if rest else [])


def steps(outcome: Outcome) -> list[Sentence]:
    """Who joined (or left) at each step and by what number, then each option's score."""
    told = [
        Sentence(
            f"step.committee.{entry['action']}",
            {"option": entry["option"], "number": entry["step"], "score": entry["value"]},
        )
        for entry in outcome.evidence["steps"]
    ]
    names = [name for tier in outcome.ranking for name in tier]
    return told + [
        Sentence("step.committee.score", {"option": name, "score": outcome.scores[name]})
        for name in names
    ]


def why_not(outcome: Outcome, option: str) -> list[Sentence]:
    """The option's score, and the size of the committee."""
    return [_out(outcome, option, "why_not")]


def _out(outcome: Outcome, option: str, part: str) -> Sentence:
    values = {"option": option, "score": outcome.scores[option], "seats": outcome.evidence["seats"]}
    return Sentence(f"{part}.committee.out", values)
