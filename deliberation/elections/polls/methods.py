"""Which methods a poll may use, which ballots they read, and what each may be compared with."""

from typing import Literal

Method = Literal["majority_judgment", "approval", "schulze", "instant_runoff"]
Secrecy = Literal["plain", "sealed"]
Eligibility = Literal["link", "email", "code", "roll", "oidc"]
Missing = Literal["worst", "median", "normalised", "exclude"]

# Assurance levels, weakest first, printed as E0 to E3: whoever has the link; an e-mail address; a
# code sent by letter or an address, on the roll; an identity provider and the roll. A sealed vote
# needs the roll or better.
ASSURANCE_LEVELS = ("link", "email", "roll", "identity")
# Who votes -> their assurance level.
ASSURANCE: dict[str, str] = {
    "link": "link",
    "email": "email",
    "code": "roll",
    "roll": "roll",
    "oidc": "identity",
}
ROLLED = frozenset({"code", "roll", "oidc"})

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

# Methods whose count can be made again from sums alone (tallies of grades, approvals, duels): after
# a sealed vote the others need every whole ballot to be published.
SUMMABLE = frozenset({"majority_judgment", "approval", "schulze"})

# Methods that cannot read two options at the same rank.
STRICT = frozenset({"instant_runoff"})
