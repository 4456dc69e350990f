"""Reading proposals: lists with search, filters, three orders and cursors; one proposal."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, ColumnElement, exists, func, literal, select, tuple_

from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.cursor import from_cursor, to_cursor
from deliberation.kit.errors import NotFound
from deliberation.kit.search import search_terms
from deliberation.people.model import Person
from deliberation.proposals.model import Proposal, ProposalVersion, Support

PAGE_SIZE = 20
EXCERPT = 220


class ProposalSearch(msgspec.Struct, frozen=True, kw_only=True):
    """What to list, and in which order; the seed of the random order travels in the address."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    theme: Annotated[str, msgspec.Meta(max_length=40)] = ""
    answered: Literal["", "yes", "no"] = ""
    sort: Literal["random", "supported", "newest"] = "random"
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    cursor: Annotated[str, msgspec.Meta(max_length=200)] = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=200)] = PAGE_SIZE


class ProposalCard(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal in a list."""

    number: int
    title: str
    excerpt: str
    theme: str
    place: str
    author: str  # empty: the account was deleted
    published_at: datetime | None
    support_count: int
    comment_count: int
    answer: str  # the decision of the official answer, or empty
    supported: bool  # by the viewer
    state: str


class ProposalList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the following one, empty at the end."""

    total: int
    items: list[ProposalCard]
    next: str
    search: ProposalSearch


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal whole. A hidden one shows its reason, not its text."""

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
    comment_count: int
    supported: bool
    answer: str
    hidden_reason: str
    hidden_note: str


class VersionView(msgspec.Struct, frozen=True):
    """A text as it was published."""

    version: int
    title: str
    body: str
    published_at: datetime


async def proposal_list(act: Act, page: ConsultationPage, search: ProposalSearch) -> ProposalList:
    """The published proposals of a consultation that match, a page at a time: one statement."""
    where = _filter(page.card.id, search)
    keys, kinds = _order(search)
    query = (
        select(
            Proposal.number,
            Proposal.title,
            func.left(Proposal.body, EXCERPT + 1).label("excerpt"),
            Proposal.theme,
            Proposal.place,
            Person.name.label("author"),
            Proposal.published_at,
            Proposal.support_count,
            Proposal.comment_count,
            Proposal.answer,
            _supported_by(act).label("supported"),
            Proposal.state,
            select(func.count()).select_from(Proposal).where(*where).scalar_subquery(),
            *keys,
        )
        .join(Person, Person.id == Proposal.author_id)
        .where(*where)
        .order_by(*(key.desc() for key in keys))
        .limit(search.size + 1)
    )
    if search.cursor:
        last = from_cursor(search.cursor, *kinds)
        query = query.where(
            tuple_(*keys)
            < tuple_(
                *(literal(value, BigInteger if isinstance(value, int) else None) for value in last)
            )
        )
    rows = (await act.db.execute(query)).all()
    total = rows[0][12] if rows else await _count(act, where) if search.cursor else 0
    shown = rows[: search.size]
    return ProposalList(
        total=total,
        items=[_card(row) for row in shown],
        next=to_cursor(*shown[-1][13:]) if len(rows) > search.size else "",
        search=search,
    )


async def proposal_view(act: Act, page: ConsultationPage, number: int) -> ProposalView:
    """One proposal. Raises `NotFound`; a draft exists for its author only."""
    query = (
        select(Proposal, Person.name, _supported_by(act))
        .join(Person, Person.id == Proposal.author_id)
        .where(Proposal.consultation_id == page.card.id, Proposal.number == number)
    )
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    proposal, author, supported = row
    mine = act.viewer is not None and act.viewer.id == proposal.author_id
    if proposal.state == "draft" and not mine:
        raise NotFound
    readable = mine or proposal.state != "hidden"
    names = set(ProposalView.__struct_fields__) - {"author", "mine", "supported", "title", "body"}
    return ProposalView(
        title=proposal.title if readable else "",
        body=proposal.body if readable else "",
        author=author,
        mine=mine,
        supported=supported,
        **{name: getattr(proposal, name) for name in names},
    )


async def versions_of(act: Act, proposal: ProposalView) -> list[VersionView]:
    """The published texts of a proposal, newest first; none while it is hidden."""
    if proposal.state == "hidden" and not proposal.mine:
        return []
    query = (
        select(
            ProposalVersion.version,
            ProposalVersion.title,
            ProposalVersion.body,
            ProposalVersion.published_at,
        )
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.version.desc())
    )
    return [VersionView(*row) for row in (await act.db.execute(query)).all()]


async def my_proposals(act: Act, page: ConsultationPage) -> list[ProposalCard]:
    """The viewer's own proposals in a consultation, drafts first."""
    if act.viewer is None:
        return []
    query = (
        select(Proposal)
        .where(Proposal.consultation_id == page.card.id, Proposal.author_id == act.viewer.id)
        .order_by(Proposal.state == "published", Proposal.number.desc())
    )
    return [
        ProposalCard(
            author=act.viewer.name,
            excerpt=_excerpt(row.body),
            supported=False,
            **{
                name: getattr(row, name)
                for name in set(ProposalCard.__struct_fields__) - {"author", "excerpt", "supported"}
            },
        )
        for row in (await act.db.scalars(query)).all()
    ]


def _filter(consultation_id: UUID, search: ProposalSearch) -> list[ColumnElement[bool]]:
    where = [Proposal.consultation_id == consultation_id, Proposal.state == "published"]
    if search.theme:
        where.append(Proposal.theme == search.theme)
    if search.answered:
        where.append((Proposal.answer != "") == (search.answered == "yes"))
    if terms := search_terms(search.words):
        where.append(Proposal.search.op("@@")(func.to_tsquery("french", terms)))
    return where


def _order(search: ProposalSearch) -> tuple[tuple[ColumnElement[Any], ...], tuple[type, ...]]:
    """Sort keys, all descending and ending in the number, which is unique; and their types."""
    if search.sort == "supported":
        return (Proposal.support_count.expression, Proposal.number.expression), (int, int)
    if search.sort == "newest":
        return (Proposal.published_at.expression, Proposal.number.expression), (datetime, int)
    shuffled = func.hashint8extended(Proposal.number, search.seed)
    return (shuffled, Proposal.number.expression), (int, int)


def _supported_by(act: Act) -> ColumnElement[bool]:
    if act.viewer is None:
        return literal(False)
    return exists().where(Support.proposal_id == Proposal.id, Support.person_id == act.viewer.id)


async def _count(act: Act, where: list[ColumnElement[bool]]) -> int:
    count = await act.db.scalar(select(func.count()).select_from(Proposal).where(*where))
    return count or 0


def _card(row: Any) -> ProposalCard:
    values = row._asdict()
    names = set(ProposalCard.__struct_fields__) - {"excerpt"}
    return ProposalCard(excerpt=_excerpt(row.excerpt), **{name: values[name] for name in names})


def _excerpt(body: str) -> str:
    """The beginning of a text, cut between two words."""
    if len(body) <= EXCERPT:
        return body
    return body[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
