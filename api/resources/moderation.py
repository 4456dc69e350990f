"""Reports, decisions, suspensions and contestations, under consultations, authorities, account."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.plumbing.routes import get, post
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_row
from deliberation.consultations.queries import consultation_page
from deliberation.moderation import commands, measures
from deliberation.moderation.commands import Decision, ReportDraft, Reported
from deliberation.moderation.measures import Appeal, Ending, MeasureView, Suspension
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
    """The texts that wait for your decision, the oldest first."""
    return await waiting_reports(act, (await authority_row(act, slug)).id)


@post("/authorities/{slug:str}/decisions", status_code=204)
async def create_decision(act: Acting, slug: FromPath[str], data: JSONBody[Decision]) -> None:
    """Keep, release or hide a text that waits; its author is told of a hiding."""
    await commands.decide(act, (await authority_row(act, slug)).id, data)


@post("/authorities/{slug:str}/suspensions")
async def create_suspension(
    act: Acting, slug: FromPath[str], data: JSONBody[Suspension]
) -> MeasureView:
    """Suspend the account that wrote a text, in this authority; its ballots stay."""
    row = await authority_row(act, slug)
    measure = await measures.suspend(act, row.id, data)
    return await measures.measure_view(act, row.id, measure.id)


@get("/authorities/{slug:str}/measures")
async def list_measures(act: Acting, slug: FromPath[str]) -> list[MeasureView]:
    """Hidden texts and suspended accounts: contested ones that wait first, then the newest."""
    return await measures.measures(act, (await authority_row(act, slug)).id)


@post("/authorities/{slug:str}/measures/{measure_id:uuid}/ending", status_code=204)
async def end_measure(
    act: Acting, slug: FromPath[str], measure_id: FromPath[UUID], data: JSONBody[Ending]
) -> None:
    """Lift a measure, or uphold a contested one, as another person than who took it."""
    await measures.end(act, (await authority_row(act, slug)).id, measure_id, data)


@get("/account/measures")
async def list_own_measures(act: Acting) -> list[MeasureView]:
    """What was decided against you, newest first."""
    return await measures.own_measures(act)


@post("/account/measures/{measure_id:uuid}/appeal", status_code=204)
async def create_appeal(act: Acting, measure_id: FromPath[UUID], data: JSONBody[Appeal]) -> None:
    """Contest what was decided against you, once."""
    await measures.contest(act, measure_id, data)


HANDLERS = [
    create_report,
    get_moderation,
    list_reports,
    create_decision,
    create_suspension,
    list_measures,
    end_measure,
    list_own_measures,
    create_appeal,
]
