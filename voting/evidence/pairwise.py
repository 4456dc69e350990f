"""Evidence of the methods on pairwise contests."""

import msgspec

from voting.evidence.base import Evidence, PairwiseMatrix


class PairwiseEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`pairwise`: option -> other -> ballots that prefer it (Copeland needs nothing else)."""

    voters: int
    pairwise: PairwiseMatrix


class DroppedOption(msgspec.Struct, frozen=True):
    """An option that lacks the quorum or the majority against the default option."""

    default: str
    ballots_for: int = msgspec.field(name="for")
    against: int
    lacks: str


class SchulzeEvidence(PairwiseEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`paths`: the strongest paths from and to each winner."""

    path_strengths: PairwiseMatrix
    paths: dict[str, dict[str, list[str]]]
    dropped: dict[str, DroppedOption]


class SmithEvidence(PairwiseEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`schwartz`: the options of the Schwartz set."""

    schwartz: list[str]


class RankedPair(msgspec.Struct, frozen=True):
    """A contest won. `locked`: "yes", "no", "depends" (on the order of equal contests) or
    "unchecked".
    """

    winner: str
    loser: str
    ballots_for: int = msgspec.field(name="for")
    against: int
    strength: int
    locked: str


class RankedPairsEvidence(PairwiseEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`pairs`: contests won, the strongest first. `explored`: every order of ties was followed."""

    strength: str
    pairs: list[RankedPair]
    tie_dependent: bool
    explored: bool


class KemenyEvidence(PairwiseEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`score` of `preferences` agree with the ranking, `bound` at most with any; `many`: how many
    rankings do as well (0: not all were found).
    """

    preferences: int
    score: int
    bound: int
    proven: bool
    many: int
    best_orders: list[list[str]]
    groups: list[list[str]]


class MinimaxEvidence(PairwiseEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`worst`: option -> those who inflict its worst defeat."""

    worst: dict[str, list[str]]
