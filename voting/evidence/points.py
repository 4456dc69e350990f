"""Evidence of the methods on points."""

from voting.evidence.base import Evidence


class PointsEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`limit`: what a ballot may spend, or "any". `profile`: option -> number given -> ballots.
    `over_spent`: how much too much -> ballots.
    """

    limit: int | str
    spent: int
    profile: dict[str, dict[str, int]]
    over_spent: dict[str, int]
