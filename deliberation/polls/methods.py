"""Which methods a poll may use, which ballots they read, and what each may be compared with."""

from typing import Literal

Method = Literal["majority_judgment", "approval", "schulze", "instant_runoff"]
Missing = Literal["worst", "median", "normalised", "exclude"]

# Method -> the ballots it reads, as `voting.ballots` names them.
BALLOTS: dict[str, str] = {
    "majority_judgment": "grades",
    "approval": "approvals",
    "schulze": "rankings",
    "instant_runoff": "rankings",
}

# Method that decides -> those that can count the same ballots, for comparison. Judgments can be
# read as approvals (from a grade on) and as rankings; the other way round is not possible.
COMPARABLE: dict[str, tuple[str, ...]] = {
    "majority_judgment": ("approval", "schulze", "instant_runoff"),
    "approval": (),
    "schulze": ("instant_runoff",),
    "instant_runoff": ("schulze",),
}

# Methods that cannot read two options at the same rank.
STRICT = frozenset({"instant_runoff"})
