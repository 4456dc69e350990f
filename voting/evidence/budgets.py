"""Evidence of the methods that fund projects."""

import msgspec

from voting.evidence.base import Evidence, Exact


class Purchase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A project that was funded, and what is left of the budget."""

    project: str
    votes: int
    cost: int
    left: int
    price: Exact | None = None
    in_full: int | None = None
    emptied: int | None = None
    load: Exact | None = None
    supporters: int | None = None


class RefusedProject(msgspec.Struct, frozen=True, omit_defaults=True):
    """A project that was not funded, and what was left of the budget for it."""

    votes: int
    cost: int
    left: int
    available: Exact | None = None
    load: Exact | None = None


class FundingEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`complete`: every way to break the ties was followed. `start`: the budget of a ballot.
    `all_fit`: every supported project fits the budget.
    """

    budget: int
    costs: dict[str, int]
    spent: int
    steps: list[Purchase]
    refused: dict[str, RefusedProject]
    complete: bool
    start: Exact | None = None
    all_fit: bool | None = None
