"""/api/v1/consultations/{slug}/answers, and the answer to one text of any kind."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.bodies import by_staff, larger
from api.core.consultations import ThisPage
from api.core.routes import public_get, put
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import existing
from deliberation.followup.answers import commands
from deliberation.followup.answers.commands import AnswerDraft
from deliberation.followup.answers.queries import AnswerList, AnswerView, answer_to, answers_of
from deliberation.process.consultations.queries import consultation_page, consultation_ref
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.views.proposals.queries import ProposalPage, proposal_page

PROPOSAL = "/consultations/{slug:str}/proposals/{number:int}"
POLL = "/consultations/{slug:str}/polls/{number:int}"
SUBJECT = "/consultations/{slug:str}/subjects/{kind:str}/{number:int}"


@public_get("/consultations/{slug:str}/answers")
async def list_answers(ctx: Ctx, page: ThisPage, cursor: FromQuery[str] = "") -> AnswerList:
    """The official answers of a consultation, a page at a time; follow `next`.

    Those to results of votes come first, then the newest.
    """
    return await answers_of(ctx, page, cursor)


@public_get(PROPOSAL + "/page")
async def get_proposal_page(ctx: Ctx, page: ThisPage, number: FromPath[int]) -> ProposalPage:
    """One proposal: its text, its comments and the official answer."""
    return await proposal_page(ctx, page, number)


@public_get(PROPOSAL + "/answer")
async def get_proposal_answer(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> AnswerView:
    """The official answer to a proposal."""
    return await _answer(ctx, slug, SubjectRef("proposal", number))


@put(PROPOSAL + "/answer", **larger(by_staff))
async def put_proposal_answer(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[AnswerDraft]
) -> AnswerView:
    """Answer a proposal, or change the answer."""
    return await _give(ctx, slug, SubjectRef("proposal", number), data)


@public_get(POLL + "/answer")
async def get_poll_answer(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> AnswerView:
    """The official answer to the result of a poll."""
    return await _answer(ctx, slug, SubjectRef("poll", number))


@put(POLL + "/answer", **larger(by_staff))
async def put_poll_answer(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[AnswerDraft]
) -> AnswerView:
    """Answer the published result of a poll, or change the answer."""
    return await _give(ctx, slug, SubjectRef("poll", number), data)


@public_get(SUBJECT + "/answer")
async def get_subject_answer(
    ctx: Ctx, slug: FromPath[str], kind: FromPath[str], number: FromPath[int]
) -> AnswerView:
    """The official answer to a text of any kind."""
    return await _answer(ctx, slug, SubjectRef(kind, number))


@put(SUBJECT + "/answer", **larger(by_staff))
async def put_subject_answer(
    ctx: Ctx,
    slug: FromPath[str],
    kind: FromPath[str],
    number: FromPath[int],
    data: JSONBody[AnswerDraft],
) -> AnswerView:
    """Answer a text of any kind that officials answer, or change the answer."""
    return await _give(ctx, slug, SubjectRef(kind, number), data)


async def _answer(ctx: RequestContext, slug: str, about: SubjectRef) -> AnswerView:
    return existing(await answer_to(ctx, await consultation_page(ctx, slug), about))


async def _give(
    ctx: RequestContext, slug: str, about: SubjectRef, draft: AnswerDraft
) -> AnswerView:
    await commands.answer(ctx, await consultation_ref(ctx, slug), about, draft)
    return await _answer(ctx, slug, about)
