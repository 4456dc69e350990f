"""Evidence of the methods where the largest sum wins."""

from typing import Any

import msgspec

from voting.evidence.base import Evidence, PairwiseMatrix


class SumsEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """Evidence of a method where the largest sum wins."""


class ApprovalEvidence(SumsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """Approvals by option."""

    approvals: dict[str, int]


class PluralityEvidence(SumsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """First choices by option."""

    first_choices: dict[str, int]


class RatedEvidence(SumsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`most`: what one of the `judges` gives an option at most (Borda needs nothing else)."""

    most: int
    judges: int


class DowdallEvidence(RatedEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`places`: option -> place ("2", or "2-3" when shared) -> ballots."""

    places: dict[str, dict[str, int]]


class ScoreEvidence(RatedEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`profile`: option -> ballots by score, from 0. `judged`: option -> ballots that score it."""

    sums: dict[str, int]
    judged: dict[str, int]
    profile: dict[str, list[int]]
    excluded: list[str]


class StarEvidence(RatedEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`finalists`: those sure to be in the runoff. `contenders`: those tied for a place in it."""

    sums: dict[str, int]
    top_scores: dict[str, int]
    pairwise: PairwiseMatrix
    finalists: list[str]
    contenders: list[str]
    protocol: dict[str, Any]


class RankRound(msgspec.Struct, frozen=True):
    """One rank: the ballots it adds to each option, and the ballots of each option then."""

    round: int
    added: dict[str, int]
    votes: dict[str, int]


class BucklinEvidence(SumsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`majority`: whether an option is on more than half of the ballots in the end."""

    judges: int
    rounds: list[RankRound]
    majority: bool
