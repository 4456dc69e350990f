"""Types of the bodies of board entries. A body may have more fields; those of older boards
fewer.
"""

from typing import Annotated, Literal

import msgspec

from deliberation.elections.counting.question import Question
from deliberation.elections.sealed_protocol.keys import TrusteePublic

Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class AnnouncedCountersigner(msgspec.Struct, frozen=True):
    """Somebody who may decide second, and since when."""

    name: str
    function: str
    since: str


class OpenBody(Question, frozen=True, kw_only=True):
    """The question as it is counted, and all that decides the vote before its first ballot.

    `roll`: digest of the roll. `pseudonym_key`: check value of that key.
    """

    address: str
    eligibility: str
    electors: Number
    opens_at: str
    closes_at: str
    trustees: Annotated[list[TrusteePublic], msgspec.Meta(min_length=1, max_length=9)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=9)]
    key: str
    roll: str | None = None
    pseudonym_key: str | None = msgspec.field(name="slot_key", default=None)
    countersigners: tuple[AnnouncedCountersigner, ...] = ()


class BallotsBody(msgspec.Struct, frozen=True):
    """A batch of encrypted ballots."""

    hashes: Annotated[list[Hash], msgspec.Meta(min_length=1)]


class ExtendBody(msgspec.Struct, frozen=True):
    """A later close."""

    closes_at: str
    reason: str


class PaperBody(msgspec.Struct, frozen=True):
    """A batch of ballots from paper or counter."""

    number: Number
    channel: Literal["paper", "counter"]
    ballots: Number
    digest: Hash


class CloseBody(msgspec.Struct, frozen=True):
    """The numbers of the ballot box and the roll at the close."""

    closed_at: str
    marks: Number
    papers: Number
    slots: Number
    versions: Number
    interventions: dict[str, Number] = {}
    electors: Number | None = None
    roll: str | None = None


class ResultBody(msgspec.Struct, frozen=True):
    """The minutes that are published."""

    minutes: Hash


Body = OpenBody | BallotsBody | ExtendBody | PaperBody | CloseBody | ResultBody
BODIES: dict[str, type[Body]] = {
    "open": OpenBody,
    "ballots": BallotsBody,
    "extend": ExtendBody,
    "paper": PaperBody,
    "close": CloseBody,
    "result": ResultBody,
}
