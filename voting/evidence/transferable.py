"""Evidence of the single transferable vote."""

import msgspec

from voting.evidence.base import Evidence, Exact


class CountStage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stage of a transferable vote; `keep`: the keep factors of Meek's method."""

    stage: int
    action: str
    options: list[str]
    quota: Exact
    votes: dict[str, Exact]
    transfers: dict[str, Exact]
    non_transferable: Exact
    elected: list[str]
    filled: bool
    decided_by: str
    keep: dict[str, str] | None = None


class StagesEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """A transferable vote, stage by stage; `ended` and `explored` as in `RoundsEvidence`."""

    stages: list[CountStage]
    ended: str
    explored: bool
    seats: int
