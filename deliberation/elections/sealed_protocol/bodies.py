"""Required fields of each kind of board entry; a body may have more fields."""

from typing import Annotated, Any, Literal

import msgspec

from deliberation.elections.counting.question import Question
from deliberation.elections.sealed_protocol.keys import TrusteePublic

Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class OpenBody(Question, frozen=True, kw_only=True):
    """The question as it is counted, and all that decides the vote before its first ballot."""

    address: str
    eligibility: str
    electors: Number
    opens_at: str
    closes_at: str
    trustees: Annotated[list[TrusteePublic], msgspec.Meta(min_length=1, max_length=9)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=9)]
    key: str


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


class ResultBody(msgspec.Struct, frozen=True):
    """The minutes that are published."""

    minutes: Hash


BODIES: dict[str, type[msgspec.Struct]] = {
    "open": OpenBody,
    "ballots": BallotsBody,
    "extend": ExtendBody,
    "paper": PaperBody,
    "close": CloseBody,
    "result": ResultBody,
}


def says_what_it_must(kind: str, body: dict[str, Any]) -> bool:
    """Whether an entry's body can be read as its kind."""
    try:
        msgspec.convert(body, BODIES[kind])
    except msgspec.ValidationError:
        return False
    return True
