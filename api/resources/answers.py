"""/api/v1/consultations/{slug}/answers, and the answer of one proposal or poll."""

from litestar.params import FromPath, JSONBody

from api.plumbing.bodies import by_staff, larger
from api.plumbing.routes import get, put
from api.plumbing.transaction import Acting
from deliberation.answers import commands
from deliberation.answers.commands import AnswerDraft, Subject
from deliberation.answers.queries import (
    AnswerView,
    ProposalPage,
    answer_to,
    answers_of,
    proposal_page,
)
from deliberation.consultations.queries import consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound

PROPOSAL = "/consultations/{slug:str}/proposals/{number:int}"
POLL = "/consultations/{slug:str}/polls/{number:int}"


@get("/consultations/{slug:str}/answers")
async def list_answers(act: Acting, slug: FromPath[str]) -> list[AnswerView]:
    """The official answers of a consultation, newest first."""
    return await answers_of(act, await consultation_page(act, slug))


@get(PROPOSAL + "/page")
async def get_proposal_page(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> ProposalPage:
    """One proposal whole: its text, what is said about it, and the official answer."""
    return await proposal_page(act, await consultation_page(act, slug), number)


@get(PROPOSAL + "/answer")
async def get_proposal_answer(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> AnswerView:
    """The official answer to a proposal."""
    return await _answer(act, slug, Subject("proposal", number))


@put(PROPOSAL + "/answer", **larger(by_staff))
async def put_proposal_answer(
    act: Acting, slug: FromPath[str], number: FromPath[int], data: JSONBody[AnswerDraft]
) -> AnswerView:
    """Answer a proposal, or change the answer."""
    return await _give(act, slug, Subject("proposal", number), data)


@get(POLL + "/answer")
async def get_poll_answer(act: Acting, slug: FromPath[str], number: FromPath[int]) -> AnswerView:
    """The official answer to the result of a poll."""
    return await _answer(act, slug, Subject("poll", number))


@put(POLL + "/answer", **larger(by_staff))
async def put_poll_answer(
    act: Acting, slug: FromPath[str], number: FromPath[int], data: JSONBody[AnswerDraft]
) -> AnswerView:
    """Answer the published result of a poll, or change the answer."""
    return await _give(act, slug, Subject("poll", number), data)


async def _answer(act: Act, slug: str, subject: Subject) -> AnswerView:
    found = await answer_to(act, await consultation_page(act, slug), subject)
    if found is None:
        raise NotFound
    return found


async def _give(act: Act, slug: str, subject: Subject, draft: AnswerDraft) -> AnswerView:
    await commands.answer(act, await consultation_page(act, slug), subject, draft)
    return await _answer(act, slug, subject)


HANDLERS = [
    list_answers,
    get_proposal_page,
    get_proposal_answer,
    put_proposal_answer,
    get_poll_answer,
    put_poll_answer,
]
