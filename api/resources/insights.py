"""/api/v1/figures, and the dashboards of officials."""

import msgspec
from litestar.params import FromQuery

from api.core.consultations import ThisConsultation, ThisPage
from api.core.routes import get, public_get
from api.core.transaction import Ctx
from deliberation.views.figures.anomalies import Anomalies, anomalies
from deliberation.views.figures.figures import Figures, public_figures
from deliberation.views.figures.permissions import official_in
from deliberation.views.figures.queries import (
    DashboardPage,
    InsightPage,
    consultation_insight,
    dashboard,
)
from deliberation.views.figures.texts import FIGURES, figure_definition, figure_label


class FigureDefinition(msgspec.Struct, frozen=True):
    """Name and definition of a figure, in the reader's language."""

    code: str
    label: str
    definition: str


@get("/figures")
async def list_figures(ctx: Ctx) -> list[FigureDefinition]:
    """The figures and their one definition."""
    return [
        FigureDefinition(code, figure_label(ctx.lang, code), figure_definition(ctx.lang, code))
        for code in FIGURES
    ]


@public_get("/consultations/{slug:str}/figures")
async def get_figures(ctx: Ctx, consultation: ThisConsultation) -> Figures:
    """The figures of a consultation; a count of people from 1 to 9 is hidden, as null.

    While a vote runs, counts of people are the last milestone reached, and `at_least` is true.
    While `counting` is true the figures are not yet known: ask again in a minute.
    """
    return await public_figures(ctx, consultation)


@get("/dashboard")
async def get_dashboard(ctx: Ctx, cursor: FromQuery[str] = "") -> DashboardPage:
    """Your consultations as an elected official, a page at a time, and what waits for an answer."""
    return await dashboard(ctx, official_in(ctx), cursor)


@get("/consultations/{slug:str}/insight")
async def get_insight(ctx: Ctx, page: ThisPage) -> InsightPage:
    """The figures of a consultation and their caveats."""
    return await consultation_insight(ctx, page)


@get("/consultations/{slug:str}/anomalies")
async def get_anomalies(ctx: Ctx, consultation: ThisConsultation) -> Anomalies:
    """Anomalies of your consultation: crowds of new accounts, and figures without them."""
    return await anomalies(ctx, consultation)
