"""/api/v1/consultations/{slug}/overview, /journal, /versions; /api/v1/latest-answers."""

import msgspec
from litestar.params import FromQuery

from api.core.consultations import ThisConsultation, ThisPage
from api.core.routes import get, public_get
from api.core.transaction import Ctx
from deliberation.journal.queries import Journal, public_events
from deliberation.process.consultations.versions import ChangeList, changes
from deliberation.views.activity.texts import PUBLIC
from deliberation.views.overview.queries import (
    AnswerLine,
    ConsultationOverview,
    consultation_overview,
    latest_answers,
)
from deliberation.views.timeline.texts import StatusMessage, status_message


class WordedOverview(ConsultationOverview, frozen=True, kw_only=True):
    """An overview and, in `text`, its status in the reader's language (Accept-Language)."""

    text: StatusMessage


@get("/consultations/{slug:str}/overview")
async def get_overview(ctx: Ctx, page: ThisPage) -> WordedOverview:
    """All that the first page of a consultation shows."""
    found = await consultation_overview(ctx, page)
    text = status_message(ctx.lang, found.status, ctx.now, found.standing)
    return WordedOverview(**msgspec.structs.asdict(found), text=text)


@public_get("/consultations/{slug:str}/journal")
async def list_events(
    ctx: Ctx, consultation: ThisConsultation, cursor: FromQuery[str] = ""
) -> Journal:
    """Public events of a consultation, by day and kind, without names, thirty days at a time."""
    return await public_events(ctx, consultation.id, PUBLIC, cursor)


@public_get("/consultations/{slug:str}/versions")
async def list_changes(
    ctx: Ctx, consultation: ThisConsultation, cursor: FromQuery[str] = ""
) -> ChangeList:
    """Changes of a consultation's announcement since it was public, newest first; follow `next`."""
    return await changes(ctx, consultation, cursor)


@public_get("/latest-answers")
async def list_latest_answers(ctx: Ctx) -> list[AnswerLine]:
    """The newest official answers of the network."""
    return await latest_answers(ctx, most=20)
