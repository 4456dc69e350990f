"""Read proposals: lists with search, filters, three orders and cursors; one proposal."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    Uuid,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Large, Moment, Number, from_cursor, to_cursor
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.core.errors import NotFound
from deliberation.network.people.model import NAME_WORDS, Person
from deliberation.process.comments.queries import COMMENT_COUNTS
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.proposals.model import Proposal, ProposalVersion, Support
from deliberation.process.proposals.structs import (
    BLANK,
    ProposalCard,
    ProposalList,
    ProposalSearch,
    ProposalView,
    VersionView,
)
from deliberation.process.subjects.model import Follow, Subject
from deliberation.text.markdown import excerpt
from deliberation.text.search_terms import says_nothing, search_terms

EXCERPT = 220


async def proposal_list(
    ctx: RequestContext, consultation: ConsultationRef, search: ProposalSearch
) -> ProposalList:
    """The published proposals of a consultation that match, a page at a time: one statement."""
    terms = search_terms(search.words)
    if says_nothing(search.words):
        return ProposalList(total=0, items=[], next="", search=search)
    signed = ctx.viewer is not None
    shape = _Shape(signed, bool(terms), bool(search.theme), search.answered, search.sort)
    key, number = from_cursor(search.cursor, *_KEYS[search.sort]) if search.cursor else (None, None)
    values = {
        "consultation": consultation.id,
        "voter": ctx.viewer.voter_id if ctx.viewer else None,
        "terms": terms,
        "theme": search.theme,
        "seed": search.seed,
        "key": key,
        "number": number,
    }
    more = search.size + 1
    rows = await fetch(ctx.db, _listing(shape, more, onward=search.cursor != ""), **values)
    shown = rows[: search.size]
    if not rows and search.cursor:  # past the end: the total is still that of the search
        rows = await fetch(ctx.db, _listing(shape, more, onward=False), **values)
    return ProposalList(
        total=rows[0]["total"] if rows else 0,
        items=[_card(row) for row in shown],
        next=to_cursor(shown[-1]["key"], shown[-1]["number"]) if len(rows) > search.size else "",
        search=search,
    )


async def proposal_view(
    ctx: RequestContext, consultation: ConsultationRef, number: int
) -> ProposalView:
    """One proposal. Raises `NotFound`; a draft, or a text held, exists for its author only."""
    voter = ctx.viewer.voter_id if ctx.viewer else None
    viewer = ctx.viewer.id if ctx.viewer else None
    who = {"voter": voter, "viewer": viewer}
    rows = await fetch(ctx.db, _VIEW, consultation=consultation.id, number=number, **who)
    if not rows:
        raise NotFound
    values = dict(rows[0])
    mine = values.pop("author_id") == viewer
    if values["state"] in ("draft", "held") and not mine:
        raise NotFound
    if values["state"] == "hidden" and not mine:
        values |= BLANK | {"author": "", "withdrawn_at": None}
    return ProposalView(mine=mine, **values)


async def versions_of(ctx: RequestContext, proposal: ProposalView) -> list[VersionView]:
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
    return [VersionView(*row) for row in (await ctx.db.execute(query)).all()]


async def my_proposals(ctx: RequestContext, consultation: ConsultationRef) -> list[ProposalCard]:
    """The viewer's own proposals in a consultation, drafts first."""
    if ctx.viewer is None:
        return []
    query = (
        select(Proposal, COMMENT_COUNTS.c.arguments, COMMENT_COUNTS.c.questions)
        .join(COMMENT_COUNTS, true())
        .where(Proposal.consultation_id == consultation.id, Proposal.author_id == ctx.viewer.id)
        .order_by(Proposal.state == "published", Proposal.number.desc())
    )
    return [
        ProposalCard(
            author=ctx.viewer.name,
            excerpt=excerpt(row.body, EXCERPT),
            supported=False,
            arguments=arguments,
            questions=questions,
            **{name: getattr(row, name) for name in _OF_A_ROW},
        )
        for row, arguments, questions in (await ctx.db.execute(query)).all()
    ]


class _Shape(NamedTuple):
    """Options that change the SQL of a list, as a cache key; values are bound parameters."""

    signed: bool
    words: bool
    theme: bool
    answered: str
    sort: str


# Order -> its two keys, both descending; the number is unique, so a cursor leaves nothing out.
_KEYS: dict[str, tuple[Any, Any]] = {
    "random": (Large, Number),
    "supported": (Number, Number),
    "newest": (Moment, Number),
}


@lru_cache(maxsize=256)
def _listing(shape: _Shape, size: int, *, onward: bool) -> Prepared:
    """A page of a list, or (`onward`) what follows a cursor.

    The texts are read after the limit: for the shown proposals only, not for all that match.
    """
    key = _key(shape.sort)
    found = select(Subject.id, key.label("key"), Subject.number).where(*_filter(shape))
    if shape.sort == "supported":
        found = found.join(_PROPOSAL, _PROPOSAL.c.id == Subject.id)
    matching = found.cte()
    total = select(func.count()).select_from(matching).scalar_subquery()
    keys = (matching.c.key, matching.c.number)
    shown = (
        select(matching, total.label("total"))
        .order_by(*(column.desc() for column in keys))
        .limit(literal_column(f"{size:d}", Integer))
    )
    if onward:
        last = bindparam("key", type_=key.type), bindparam("number", type_=Integer)
        shown = shown.where(tuple_(*keys) < tuple_(*last))
    page = shown.subquery()
    supported = _SUPPORTED if shape.signed else false()
    return prepared(
        select(*_CARD, supported.label("supported"), page.c.total, page.c.key)
        .join(page, page.c.id == Subject.id)
        .join(Person, Person.id == Subject.author_id)
        .join(COMMENT_COUNTS, true())
        .order_by(page.c.key.desc(), page.c.number.desc())
    )


def _filter(shape: _Shape) -> list[ColumnElement[bool]]:
    where = [
        Subject.consultation_id == bindparam("consultation"),
        _IS_PROPOSAL,
        Subject.state == literal_column("'published'", String),
    ]
    if shape.theme:
        where.append(Subject.theme == bindparam("theme"))
    if shape.answered:
        where.append((Subject.answer != "") == (shape.answered == "yes"))
    if shape.words:
        # In a query of its own, so that a kept plan reads the words once, not for each row.
        words = func.to_tsquery("french", bindparam("terms", type_=String))
        terms = select(words).scalar_subquery()
        authors = select(Person.id).where(NAME_WORDS.bool_op("@@")(terms))
        where.append(or_(Subject.search.bool_op("@@")(terms), Subject.author_id.in_(authors)))
    return where


def _key(sort: str) -> ColumnElement[Any]:
    """Sort key of a list, in descending order."""
    if sort == "supported":
        return _PROPOSAL.c.support_count
    if sort == "newest":
        return Subject.published_at.expression
    seed = bindparam("seed", type_=BigInteger)
    return func.hashint8extended(Subject.number, seed, type_=BigInteger)


# Written into the SQL, so that the plan PostgreSQL keeps for all values expects the right number of
# rows; else it plans these statements anew each time.
_IS_PROPOSAL = Subject.kind == literal_column("'proposal'", String)


# The table alone: the columns by which lists sort and filter are in the subject's row.
_PROPOSAL = Proposal.__table__


_SUPPORTED = exists().where(
    Support.proposal_id == Subject.id, Support.voter_id == bindparam("voter", type_=Uuid)
)


_FOLLOWED = exists().where(
    Follow.subject_id == Proposal.id, Follow.person_id == bindparam("viewer", type_=Uuid)
)


_OF_A_ROW = set(ProposalCard.__struct_fields__) - {
    "author", "excerpt", "supported", "arguments", "questions",
}  # fmt: skip


# Read for the shown proposals only: a join reads the whole table.
_SUPPORTS = select(_PROPOSAL.c.support_count).where(_PROPOSAL.c.id == Subject.id).scalar_subquery()


_CARD = (
    Subject.number,
    Subject.title,
    Subject.body.label("excerpt"),
    Subject.theme,
    Subject.place,
    Person.name.label("author"),
    Subject.published_at,
    _SUPPORTS.label("support_count"),
    Subject.comment_count,
    COMMENT_COUNTS.c.arguments,
    COMMENT_COUNTS.c.questions,
    Subject.answer,
    Subject.state,
)


_VIEW = prepared(
    select(
        *(
            getattr(Proposal, name)
            for name in ProposalView.__struct_fields__
            if name not in {"author", "mine", "supported", "followed", "arguments", "questions"}
        ),
        COMMENT_COUNTS.c.arguments,
        COMMENT_COUNTS.c.questions,
        Proposal.author_id,
        Person.name.label("author"),
        _SUPPORTED.label("supported"),
        _FOLLOWED.label("followed"),
    )
    .join(Person, Person.id == Proposal.author_id)
    .join(COMMENT_COUNTS, true())
    .where(
        Proposal.consultation_id == bindparam("consultation"),
        _IS_PROPOSAL,
        Proposal.number == bindparam("number"),
    )
)


def _card(row: Any) -> ProposalCard:
    values = dict(row)
    del values["total"], values["key"]
    return ProposalCard(excerpt=excerpt(values.pop("excerpt"), EXCERPT), **values)
