"""/api/v1/consultations/{slug}/front, /journal, /versions; /api/v1/latest-answers."""

from litestar.params import FromPath

from api.plumbing.routes import get
from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from deliberation.consultations.versions import Change, changes
from deliberation.insights.front import (
    AnswerLine,
    ConsultationFront,
    consultation_front,
    latest_answers,
)
from deliberation.journal.queries import PublicEvent, public_events


@get("/consultations/{slug:str}/front")
async def get_front(act: Acting, slug: FromPath[str]) -> ConsultationFront:
    """All that the first page of a consultation shows."""
    return await consultation_front(act, slug)


@get("/consultations/{slug:str}/journal")
async def list_events(act: Acting, slug: FromPath[str]) -> list[PublicEvent]:
    """What happened in a consultation, by day and kind, nobody named."""
    return await public_events(act, (await consultation_page(act, slug)).card.id)


@get("/consultations/{slug:str}/versions")
async def list_changes(act: Acting, slug: FromPath[str]) -> list[Change]:
    """What was announced and has changed since it was public, the newest change first."""
    return await changes(act, await consultation_page(act, slug))


@get("/latest-answers")
async def list_latest_answers(act: Acting) -> list[AnswerLine]:
    """The newest official answers of the network."""
    return await latest_answers(act, most=20)


HANDLERS = [get_front, list_events, list_changes, list_latest_answers]
