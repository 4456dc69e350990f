"""Evidence of the methods that eliminate round by round."""

import msgspec

from voting.evidence.base import Evidence, Exact, PairwiseMatrix


class CountRound(msgspec.Struct, frozen=True):
    """A round of instant runoff; `transfers`: votes gained by those who continue."""

    round: int
    votes: dict[str, Exact]
    active: Exact
    exhausted: Exact
    eliminated: list[str]
    transfers: dict[str, Exact]
    newly_exhausted: Exact
    decided_by: str


class EliminationRound(msgspec.Struct, frozen=True, omit_defaults=True):
    """A round of a method that eliminates by a score; the last three fields: Coombs."""

    round: int
    scores: dict[str, Exact]
    eliminated: list[str]
    decided_by: str
    last_places: dict[str, Exact] | None = None
    active: Exact | None = None
    exhausted: Exact | None = None


class RoundsEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`ended`: what ended the count. `explored`: every way to break the ties was followed."""

    ended: str
    explored: bool


class RunoffEvidence(RoundsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """Instant runoff, round by round."""

    rounds: list[CountRound]


class EliminationEvidence(RoundsEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`measure`: what the scores of a round are."""

    measure: str
    pairwise: PairwiseMatrix
    rounds: list[EliminationRound]
