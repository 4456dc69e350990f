"""Reports, decisions, suspensions and contestations, under consultations, authorities, account."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.core.consultations import ThisConsultation
from api.core.routes import get, post, public_get
from api.core.transaction import Ctx
from deliberation.network.authorities.queries import authority_row
from deliberation.process.moderation import commands, measure_queries, measures
from deliberation.process.moderation.commands import Decision, ReportDraft, Reported
from deliberation.process.moderation.measure_queries import MeasureView
from deliberation.process.moderation.measures import Appeal, Ending, Suspension
from deliberation.process.moderation.queries import (
    ModerationLog,
    WaitingText,
    decisions,
    waiting_reports,
)


@post("/consultations/{slug:str}/reports")
async def create_report(
    ctx: Ctx, consultation: ThisConsultation, data: JSONBody[ReportDraft]
) -> Reported:
    """Report a text, once."""
    return await commands.report(ctx, consultation, data)


@public_get("/consultations/{slug:str}/moderation")
async def get_moderation(ctx: Ctx, consultation: ThisConsultation) -> ModerationLog:
    """The public log: decisions without persons or texts."""
    return await decisions(ctx, consultation)


@get("/authorities/{slug:str}/reports")
async def list_reports(ctx: Ctx, slug: FromPath[str]) -> list[WaitingText]:
    """The hundred texts that have waited longest for your decision, the oldest first."""
    return await waiting_reports(ctx, (await authority_row(ctx, slug)).id)


@post("/authorities/{slug:str}/decisions", status_code=204)
async def create_decision(ctx: Ctx, slug: FromPath[str], data: JSONBody[Decision]) -> None:
    """Keep, release or hide a text that waits; its author gets a mail when it is hidden."""
    await commands.decide(ctx, (await authority_row(ctx, slug)).id, data)


@post("/authorities/{slug:str}/suspensions")
async def create_suspension(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[Suspension]
) -> MeasureView:
    """Suspend the account that wrote a text, in this authority; its ballots stay."""
    row = await authority_row(ctx, slug)
    measure = await measures.suspend(ctx, row.id, data)
    return await measure_queries.measure_view(ctx, row.id, measure.id)


@get("/authorities/{slug:str}/measures")
async def list_measures(ctx: Ctx, slug: FromPath[str]) -> list[MeasureView]:
    """Hidden texts and suspended accounts: contested ones that wait first, then the newest."""
    return await measure_queries.measures(ctx, (await authority_row(ctx, slug)).id)


@post("/authorities/{slug:str}/measures/{measure_id:uuid}/ending", status_code=204)
async def end_measure(
    ctx: Ctx, slug: FromPath[str], measure_id: FromPath[UUID], data: JSONBody[Ending]
) -> None:
    """Lift a measure, or uphold a contested one, as another person than who took it."""
    await measures.end(ctx, (await authority_row(ctx, slug)).id, measure_id, data)


@get("/account/measures")
async def list_own_measures(ctx: Ctx) -> list[MeasureView]:
    """Moderation measures against you, newest first."""
    return await measure_queries.own_measures(ctx)


@post("/account/measures/{measure_id:uuid}/appeal", status_code=204)
async def create_appeal(ctx: Ctx, measure_id: FromPath[UUID], data: JSONBody[Appeal]) -> None:
    """Contest what was decided against you, once."""
    await measures.contest(ctx, measure_id, data)
