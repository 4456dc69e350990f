"""Anomalies of a consultation, for those who run it and those who answer it."""

from litestar import Response, get

from api.core.consultations import ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.views.figures.anomalies import anomalies
from web.shell.render import render


@get("/gestion/c/{slug:str}/anomalies")
async def shown(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """Crowds of new accounts, and the supports with and without them."""
    return render(
        request,
        "staff/anomalies/anomalies.html",
        page=page,
        found=await anomalies(ctx, page.ref),
    )
