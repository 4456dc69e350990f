"""/api/v1/consultations/{slug}/reports and moderation, /api/v1/authorities/{slug}/reports."""

from litestar.params import FromPath, JSONBody

from api.plumbing.routes import get, post
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_row
from deliberation.consultations.queries import consultation_page
from deliberation.moderation import commands
from deliberation.moderation.commands import Decision, ReportDraft, Reported
from deliberation.moderation.queries import (
    ModerationLog,
    WaitingText,
    decisions,
    waiting_reports,
)


@post("/consultations/{slug:str}/reports")
async def create_report(act: Acting, slug: FromPath[str], data: JSONBody[ReportDraft]) -> Reported:
    """Report a text, once."""
    return await commands.report(act, await consultation_page(act, slug), data)


@get("/consultations/{slug:str}/moderation")
async def get_moderation(act: Acting, slug: FromPath[str]) -> ModerationLog:
    """The public log: decisions without persons or texts."""
    return await decisions(act, await consultation_page(act, slug))


@get("/authorities/{slug:str}/reports")
async def list_reports(act: Acting, slug: FromPath[str]) -> list[WaitingText]:
    """The texts that wait for your decision, the oldest report first."""
    return await waiting_reports(act, (await authority_row(act, slug)).id)


@post("/authorities/{slug:str}/decisions", status_code=204)
async def create_decision(act: Acting, slug: FromPath[str], data: JSONBody[Decision]) -> None:
    """Keep or hide a reported text; its author is told of a hiding."""
    await commands.decide(act, (await authority_row(act, slug)).id, data)


HANDLERS = [create_report, get_moderation, list_reports, create_decision]
