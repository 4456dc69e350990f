"""/api/v1/consultations/{slug}/front, /journal, /versions; /api/v1/latest-answers."""

from litestar.params import FromPath

from api.core.routes import get
from api.core.transaction import Ctx
from deliberation.journal.queries import PublicEvent, public_events
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.consultations.versions import Change, changes
from deliberation.views.overview.queries import (
    AnswerLine,
    ConsultationFront,
    consultation_front,
    latest_answers,
)


@get("/consultations/{slug:str}/front")
async def get_front(ctx: Ctx, slug: FromPath[str]) -> ConsultationFront:
    """All that the first page of a consultation shows."""
    return await consultation_front(ctx, slug)


@get("/consultations/{slug:str}/journal")
async def list_events(ctx: Ctx, slug: FromPath[str]) -> list[PublicEvent]:
    """What happened in a consultation, by day and kind, nobody named."""
    return await public_events(ctx, (await consultation_page(ctx, slug)).card.id)


@get("/consultations/{slug:str}/versions")
async def list_changes(ctx: Ctx, slug: FromPath[str]) -> list[Change]:
    """What was announced and has changed since it was public, the newest change first."""
    return await changes(ctx, await consultation_page(ctx, slug))


@get("/latest-answers")
async def list_latest_answers(ctx: Ctx) -> list[AnswerLine]:
    """The newest official answers of the network."""
    return await latest_answers(ctx, most=20)


HANDLERS = [get_front, list_events, list_changes, list_latest_answers]
