"""Bucklin: ranks are added one by one until an option is on more than half of the ballots."""

from __future__ import annotations

from typing import Any

from voting.ballots import Rankings
from voting.methods.reading import rank_boxes
from voting.outcome import Count, tiers_by
from voting.ties import TieRule, settle


def bucklin(ballots: Rankings, ties: TieRule) -> Count:
    """Count first ranks; while no option is on more than half of the ballots, add the next rank.

    Of several, the one on most ballots wins; so it does when no option ever reaches the half. Equal
    ranks count for each. Scores: ballots at the last rank counted. Evidence: `rounds`, `majority`.
    """
    boxes = rank_boxes(ballots)
    votes = dict.fromkeys(ballots.options, 0)
    rounds: list[dict[str, Any]] = []
    for rank in range(1, max(int(ballots.ranks.max(initial=0)), 1) + 1):
        added = {
            name: int(ballots.counts[column == rank].sum())
            for name, column in zip(ballots.options, ballots.ranks.T, strict=True)
        }
        votes = {name: count + added[name] for name, count in votes.items()}
        rounds.append({"round": rank, "added": added, "votes": votes})
        if 2 * max(votes.values()) > boxes.counted:
            break
    ranking, reports = settle(tiers_by(votes), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(votes),
        evidence={
            "judges": boxes.counted,
            "rounds": rounds,
            "majority": 2 * max(votes.values()) > boxes.counted,
        },
        ties=reports,
        boxes=boxes,
    )
