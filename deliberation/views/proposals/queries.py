"""A proposal's page: the text with its comments and its official answer."""

import msgspec

from deliberation.core.context import RequestContext
from deliberation.followup.answers.queries import AnswerView, answer_to
from deliberation.process.comments.queries import BEGINNING, Thread, ThreadSearch, thread
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.queries import proposal_view
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
    """One proposal with its thread and its answer: three statements at most."""
    proposal = await proposal_view(ctx, page.ref, number)
    answered = proposal.answer != "" and proposal.state != "hidden"
    return ProposalPage(
        proposal=proposal,
        thread=await thread(ctx, page.ref, proposal, search),
        answer=await answer_to(ctx, page, SubjectRef("proposal", number)) if answered else None,
    )
