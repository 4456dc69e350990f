"""/api/v1/figures, and the dashboards of officials."""

import msgspec
from litestar.params import FromPath

from api.plumbing.routes import get
from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from deliberation.insights.anomalies import Anomalies, anomalies
from deliberation.insights.figures import Figures, public_figures
from deliberation.insights.permissions import official_in
from deliberation.insights.queries import (
    DashboardPage,
    InsightPage,
    consultation_insight,
    dashboard,
)
from deliberation.words.figures import FIGURES, figure_definition, figure_label


class FigureDefinition(msgspec.Struct, frozen=True):
    """What a figure is called and what it counts, in the reader's language."""

    code: str
    label: str
    definition: str


@get("/figures")
async def list_figures(act: Acting) -> list[FigureDefinition]:
    """The figures and their one definition."""
    return [
        FigureDefinition(code, figure_label(act.lang, code), figure_definition(act.lang, code))
        for code in FIGURES
    ]


@get("/consultations/{slug:str}/figures")
async def get_figures(act: Acting, slug: FromPath[str]) -> Figures:
    """The figures of a consultation; a count of people from 1 to 9 is hidden, as null.

    While a vote runs, counts of people are the last milestone reached, and `at_least` is true.
    """
    return await public_figures(act, await consultation_page(act, slug))


@get("/dashboard")
async def get_dashboard(act: Acting) -> DashboardPage:
    """Your consultations as an elected official, and what waits for an answer."""
    return await dashboard(act, official_in(act))


@get("/consultations/{slug:str}/insight")
async def get_insight(act: Acting, slug: FromPath[str]) -> InsightPage:
    """What can be told of a consultation, and what cannot."""
    return await consultation_insight(act, await consultation_page(act, slug))


@get("/consultations/{slug:str}/anomalies")
async def get_anomalies(act: Acting, slug: FromPath[str]) -> Anomalies:
    """What looks odd in your consultation: crowds of new accounts, and figures without them."""
    return await anomalies(act, await consultation_page(act, slug))


HANDLERS = [list_figures, get_figures, get_dashboard, get_insight, get_anomalies]
