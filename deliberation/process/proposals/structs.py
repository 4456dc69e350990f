"""Drafts and views of proposals in one file, so that a new field is one place."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec


class ProposalDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Text of a proposal, as its author enters it."""

    title: Annotated[str, msgspec.Meta(min_length=5, max_length=80)]
    body: Annotated[str, msgspec.Meta(min_length=20, max_length=1500)]
    theme: Annotated[str, msgspec.Meta(max_length=40)] = ""
    place: Annotated[str, msgspec.Meta(max_length=80)] = ""
    # Names one filling in of the form: sent twice, it makes one proposal.
    submission: UUID | None = None


# Fields that its author writes: the draft without the name of its form. Their values when hidden.
WRITTEN = tuple(name for name in ProposalDraft.__struct_fields__ if name != "submission")
BLANK = {name: getattr(ProposalDraft(title="", body=""), name) for name in WRITTEN}


class Supported(msgspec.Struct, frozen=True):
    """A proposal's supports after one was given or taken back."""

    supported: bool
    support_count: int


PAGE_SIZE = 20


class ProposalSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Filters, order and page of a list; the seed of the random order is part of the URL."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    theme: Annotated[str, msgspec.Meta(max_length=40)] = ""
    answered: Literal["", "yes", "no"] = ""
    sort: Literal["random", "supported", "newest"] = "random"
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    cursor: str = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=200)] = PAGE_SIZE


class ProposalCard(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """A proposal in a list."""

    number: int
    title: str
    excerpt: str
    theme: str
    place: str
    author: str  # empty: the account was deleted
    published_at: datetime | None
    support_count: int
    comment_count: int  # visible messages: arguments, questions and replies
    arguments: int  # for or against
    questions: int
    answer: str  # the decision of the official answer, or empty
    supported: bool  # by the viewer
    state: str


class OwnProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal in its author's own list."""

    number: int
    title: str
    state: str


class ProposalList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the following one, empty at the end.

    `at_least`: the search matches more than `total`, and no more are counted.
    `mine`: the viewer's own in the consultation, drafts first, where they were asked for.
    """

    total: int
    at_least: bool
    mine: list[OwnProposal] = []
    items: list[ProposalCard]
    next: str
    search: ProposalSearch


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal whole. A hidden one shows its reason: no text, no name."""

    id: UUID
    number: int
    state: str
    title: str
    body: str
    theme: str
    place: str
    author: str
    mine: bool
    version: int
    created_at: datetime
    published_at: datetime | None
    support_count: int
    comment_count: int  # visible messages: arguments, questions and replies
    arguments: int  # for or against
    questions: int
    supported: bool
    followed: bool  # by the viewer
    answer: str
    hidden_reason: str
    hidden_note: str
    withdrawn_at: datetime | None  # by its author; of a hidden one, only its author knows


class VersionView(msgspec.Struct, frozen=True):
    """A text as it was published."""

    version: int
    title: str
    body: str
    published_at: datetime


class VersionList(msgspec.Struct, frozen=True):
    """Published texts of a proposal; `next` is a cursor, empty at the end."""

    items: list[VersionView]
    next: str
