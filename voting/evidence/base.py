"""The part of the evidence that all families share."""

import msgspec

from voting.ties import TieRule

Exact = int | str
PairwiseMatrix = dict[str, dict[str, int]]


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """Parameters of a count. `digest`: SHA-256 of the method, its options and the rest."""

    ties: TieRule
    digest: str
    seats: int | None = None
    budget: int | None = None
    costs: dict[str, int] | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every family's evidence; `voting.tally` fills in `rules`, a method leaves it None."""

    rules: Rules | None = None


class WithheldEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """No evidence: of so few ballots only the ranking is published."""
