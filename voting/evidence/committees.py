"""Evidence of the committee methods."""

import msgspec

from voting.evidence.base import Evidence, Exact


class CommitteeEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`many`: the committees found; `complete`: these are all. `represented`: ballots with a
    member, when there is one committee.
    """

    seats: int
    approvals: dict[str, int]
    many: int
    complete: bool
    represented: int | None = None


class SharesEvidence(CommitteeEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`by_length`: number of options approved -> option -> ballots."""

    by_length: dict[str, dict[str, int]]


class Satisfied(msgspec.Struct, frozen=True):
    """Ballots that approve so many members, and what each is worth."""

    members: int
    ballots: int
    value: Exact


class Swap(msgspec.Struct, frozen=True):
    """The member whose place an option would take best, and the committee's score then."""

    member: str = msgspec.field(name="for")
    score: Exact


class OptimalEvidence(CommitteeEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """A best committee by its `score`; `bound`: the most that any could have."""

    score: Exact
    bound: Exact
    proven: bool
    satisfied: list[Satisfied] | None = None
    swaps: dict[str, Swap] | None = None


class CommitteeStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """An option that joined or left, and the value that decided it: a gain or load (`value`), a
    `price` (with the ballots that paid it in full or were emptied), or `votes`.
    """

    action: str
    option: str
    value: Exact | None = None
    price: Exact | None = None
    in_full: int | None = None
    emptied: int | None = None
    votes: int | None = None


class StepwiseEvidence(CommitteeEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`refused`: the value of the others at the last step."""

    steps: list[CommitteeStep]
    refused: dict[str, Exact] | None = None


class EqualSharesEvidence(CommitteeEvidence, frozen=True, kw_only=True, omit_defaults=True):
    """`start`: the budget of a ballot. `available`: what supporters of the others had left."""

    start: Exact
    steps: list[CommitteeStep]
    available: dict[str, Exact] | None = None
