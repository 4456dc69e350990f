"""A proposal's page: the text with its comments and its official answer."""

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import existing
from deliberation.followup.answers.queries import AnswerView, answer_to
from deliberation.process.comments.queries import (
    BEGINNING,
    PARTS,
    Thread,
    ThreadSearch,
    part_of,
    thread_of,
    thread_sql,
    thread_values,
)
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.queries import VIEW, view_of, view_values
from deliberation.process.proposals.structs import ProposalView
from deliberation.process.subjects.kinds import SubjectRef


class ProposalPage(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal, for pages and API."""

    proposal: ProposalView
    thread: Thread
    answer: AnswerView | None


async def proposal_page(
    ctx: RequestContext, page: ConsultationPage, number: int, search: ThreadSearch = BEGINNING
) -> ProposalPage:
    """One proposal with its thread and its answer: two statements at most."""
    values = view_values(ctx, page.ref, number) | thread_values(ctx, page.ref, search)
    rows = await fetch(ctx.db, _PAGE[part_of(search)], **values)
    proposal = view_of(ctx, existing(rows[0]["proposal"] if rows else None))
    answered = proposal.answer != "" and proposal.state != "hidden"
    return ProposalPage(
        proposal=proposal,
        thread=thread_of(rows, proposal, search),
        answer=await answer_to(ctx, page, SubjectRef("proposal", number)) if answered else None,
    )


# The thread, its first row with the proposal beside it.
_PAGE = {
    part: prepared(
        f"""
        WITH viewed AS ({VIEW}), said AS ({thread_sql(part, "(SELECT id FROM viewed)")})
        SELECT said.*, CASE WHEN row_number() OVER first = 1 THEN viewed END AS proposal
        FROM said CROSS JOIN viewed WINDOW first AS (ORDER BY turn, said_at, said.id)
        ORDER BY row_number() OVER first
        """  # noqa: S608 - fixed texts
    )
    for part in PARTS
}
