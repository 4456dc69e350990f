"""The evidence of an outcome, typed: one struct for each shape, under `Evidence`.

JSON holds no tag: the outcome's `method` says which struct it is (`Method.evidence`). A field that
is None is left out. Exact values are integers, or strings such as "70/17" in lowest terms.
"""

from voting.evidence.base import Evidence, Exact, PairwiseMatrix, Rules, WithheldEvidence
from voting.evidence.budgets import FundingEvidence, Purchase, RefusedProject
from voting.evidence.committees import (
    CommitteeEvidence,
    CommitteeStep,
    EqualSharesEvidence,
    OptimalEvidence,
    Satisfied,
    SharesEvidence,
    StepwiseEvidence,
    Swap,
)
from voting.evidence.eliminations import (
    CountRound,
    EliminationEvidence,
    EliminationRound,
    RoundsEvidence,
    RunoffEvidence,
)
from voting.evidence.grades import Gauge, GradeDifference, GradesEvidence
from voting.evidence.pairwise import (
    DroppedOption,
    KemenyEvidence,
    MinimaxEvidence,
    PairwiseEvidence,
    RankedPair,
    RankedPairsEvidence,
    SchulzeEvidence,
    SmithEvidence,
)
from voting.evidence.points import PointsEvidence
from voting.evidence.sums import (
    ApprovalEvidence,
    BucklinEvidence,
    DowdallEvidence,
    PluralityEvidence,
    RankRound,
    RatedEvidence,
    ScoreEvidence,
    StarEvidence,
    SumsEvidence,
)
from voting.evidence.transferable import CountStage, StagesEvidence


def pairwise_matrix(evidence: Evidence) -> PairwiseMatrix:
    """The contests of a method that looks at them. Raises `TypeError` for another one."""
    if isinstance(evidence, PairwiseEvidence | EliminationEvidence | StarEvidence):
        return evidence.pairwise
    raise TypeError(f"{type(evidence).__name__} has no pairwise contests")


__all__ = [
    "ApprovalEvidence",
    "BucklinEvidence",
    "CommitteeEvidence",
    "CommitteeStep",
    "CountRound",
    "CountStage",
    "DowdallEvidence",
    "DroppedOption",
    "EliminationEvidence",
    "EliminationRound",
    "EqualSharesEvidence",
    "Evidence",
    "Exact",
    "FundingEvidence",
    "Gauge",
    "GradeDifference",
    "GradesEvidence",
    "KemenyEvidence",
    "MinimaxEvidence",
    "OptimalEvidence",
    "PairwiseEvidence",
    "PairwiseMatrix",
    "PluralityEvidence",
    "PointsEvidence",
    "Purchase",
    "RankRound",
    "RankedPair",
    "RankedPairsEvidence",
    "RatedEvidence",
    "RefusedProject",
    "RoundsEvidence",
    "Rules",
    "RunoffEvidence",
    "Satisfied",
    "SchulzeEvidence",
    "ScoreEvidence",
    "SharesEvidence",
    "SmithEvidence",
    "StagesEvidence",
    "StarEvidence",
    "StepwiseEvidence",
    "SumsEvidence",
    "Swap",
    "WithheldEvidence",
    "pairwise_matrix",
]
