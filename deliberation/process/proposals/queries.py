"""Read one proposal and its versions, and one's own proposals. `lists.py` has the lists."""

from sqlalchemy import Integer, String, Uuid, bindparam, exists, literal_column, select, true

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Number, from_cursor, one_page
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.errors import NotFound
from deliberation.network.people.model import Person
from deliberation.process.comments.queries import COMMENT_COUNTS
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.proposals.model import Proposal, ProposalVersion, Support
from deliberation.process.proposals.structs import (
    BLANK,
    OwnProposal,
    ProposalView,
    VersionList,
    VersionView,
)
from deliberation.process.subjects.model import Follow, Subject

VERSIONS = 20  # of a page


async def proposal_view(
    ctx: RequestContext, consultation: ConsultationRef, number: int
) -> ProposalView:
    """One proposal. Raises `NotFound`; a draft, or a text held, exists for its author only."""
    voter = ctx.viewer.voter_id if ctx.viewer else None
    viewer = ctx.viewer.id if ctx.viewer else None
    who = {"voter": voter, "viewer": viewer}
    row = await fetch_one(ctx.db, _VIEW, consultation=consultation.id, number=number, **who)
    values = dict(row)
    mine = values.pop("author_id") == viewer
    if values["state"] in ("draft", "held") and not mine:
        raise NotFound
    if values["state"] == "hidden" and not mine:
        values |= BLANK | {"author": "", "withdrawn_at": None}
    return ProposalView(mine=mine, **values)


async def versions_of(ctx: RequestContext, proposal: ProposalView, cursor: str = "") -> VersionList:
    """The published texts of a proposal, newest first, `VERSIONS` a page; none of a hidden one."""
    if proposal.state == "hidden" and not proposal.mine:
        return VersionList([], "")
    (before,) = from_cursor(cursor, Number) if cursor else (proposal.version + 1,)
    rows = await fetch(ctx.db, _VERSIONS, proposal=proposal.id, before=before)
    shown, onward = one_page(rows, VERSIONS, "version")
    return VersionList([VersionView(*row) for row in shown], onward)


async def my_proposals(ctx: RequestContext, consultation: ConsultationRef) -> list[OwnProposal]:
    """The viewer's own proposals in a consultation, drafts first."""
    if ctx.viewer is None:
        return []
    rows = await fetch(ctx.db, _MINE, consultation=consultation.id, author=ctx.viewer.id)
    return [OwnProposal(**row) for row in rows]


# Written into the SQL, so that the plan PostgreSQL keeps for all values expects the right number of
# rows; else it plans these statements anew each time.
_IS_PROPOSAL = Subject.kind == literal_column("'proposal'", String)
_SUPPORTED = exists().where(
    Support.proposal_id == Subject.id, Support.voter_id == bindparam("voter", type_=Uuid)
)
_FOLLOWED = exists().where(
    Follow.subject_id == Proposal.id, Follow.person_id == bindparam("viewer", type_=Uuid)
)
# By its key: a join may read everybody, when a number is taken for that of many proposals.
_AUTHOR = select(Person.name).where(Person.id == Proposal.author_id).scalar_subquery()
_MINE = prepared(
    select(Subject.number, Subject.title, Subject.state)
    .where(
        # Said so, the planner reads what the author wrote, never the whole consultation.
        Subject.consultation_id.is_not_distinct_from(bindparam("consultation")),
        _IS_PROPOSAL,
        Subject.author_id == bindparam("author"),
    )
    .order_by(Subject.state == "published", Subject.number.desc())
)
_VERSIONS = prepared(
    select(*(getattr(ProposalVersion, name) for name in VersionView.__struct_fields__))
    .where(
        ProposalVersion.proposal_id == bindparam("proposal"),
        ProposalVersion.version < bindparam("before"),
    )
    .order_by(ProposalVersion.version.desc())
    .limit(VERSIONS + 1)
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
        _AUTHOR.label("author"),
        _SUPPORTED.label("supported"),
        _FOLLOWED.label("followed"),
    )
    .join(COMMENT_COUNTS, true())
    .where(
        Proposal.consultation_id == bindparam("consultation"),
        _IS_PROPOSAL,
        # No plan sees the number: each consultation has a 1, and one for all reads too much.
        Proposal.number == select(bindparam("number", type_=Integer)).scalar_subquery(),
    )
)
