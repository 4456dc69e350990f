"""Read one proposal and its versions. `lists.py` has the lists."""

from collections.abc import Iterable
from typing import Any

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Number, from_cursor, one_page
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.errors import NotFound
from deliberation.process.comments.queries import COUNT_BY_STANCE
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.proposals.structs import (
    BLANK,
    ProposalView,
    VersionList,
    VersionView,
)

VERSIONS = 20  # of a page


async def proposal_view(
    ctx: RequestContext, consultation: ConsultationRef, number: int
) -> ProposalView:
    """One proposal. Raises `NotFound`; a draft, or a text held, exists for its author only."""
    return view_of(ctx, await fetch_one(ctx.db, _VIEW, **view_values(ctx, consultation, number)))


def view_values(ctx: RequestContext, consultation: ConsultationRef, number: int) -> dict[str, Any]:
    """The values that a statement with `VIEW` binds."""
    voter = ctx.viewer.voter_id if ctx.viewer else None
    viewer = ctx.viewer.id if ctx.viewer else None
    return {"consultation": consultation.id, "number": number, "voter": voter, "viewer": viewer}


def view_of(ctx: RequestContext, row: Iterable[Any]) -> ProposalView:
    """The proposal of a row of `VIEW`. Raises `NotFound` as `proposal_view` does."""
    values = dict(zip(_VIEWED, row, strict=True))
    mine = ctx.viewer is not None and values["author_id"] == ctx.viewer.id
    del values["author_id"]
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


_COMPUTED = ("author", "mine", "supported", "followed")
_STORED = [name for name in ProposalView.__struct_fields__ if name not in _COMPUTED]
_VIEWED = (*_STORED, "author_id", "author", "supported", "followed")
_VERSIONS = prepared(
    f"""
    SELECT {", ".join(VersionView.__struct_fields__)} FROM proposal_version
    WHERE proposal_id = :proposal AND version < :before ORDER BY version DESC LIMIT {VERSIONS + 1}
    """  # noqa: S608 - fixed text
)
# The author by their key: a join may read everybody, when a number is taken for that of many
# proposals. No plan sees the number: each consultation has a 1, and one for all reads too much.
VIEW = f"""
    SELECT {", ".join(_STORED)}, author_id,
           (SELECT name FROM person WHERE person.id = author_id) AS author,
           EXISTS (SELECT FROM support
                   WHERE proposal_id = subject.id AND voter_id = CAST(:voter AS uuid)) AS supported,
           EXISTS (SELECT FROM follow
                   WHERE subject_id = subject.id AND person_id = CAST(:viewer AS uuid)) AS followed
    FROM subject JOIN proposal USING (id) JOIN LATERAL ({COUNT_BY_STANCE}) AS said ON true
    WHERE consultation_id = :consultation AND kind = 'proposal'
      AND number = (SELECT CAST(:number AS integer))
    """  # noqa: S608 - fixed text
_VIEW = prepared(VIEW)
