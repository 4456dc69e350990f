"""What looks odd in a consultation, for those who run it and those who answer it."""

from litestar import Response, get
from litestar.params import FromPath

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.process.consultations.queries import consultation_page
from deliberation.views.figures.anomalies import anomalies
from web.shell.render import render


@get("/gestion/c/{slug:str}/anomalies")
async def shown(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """Crowds of new accounts, and the supports with and without them."""
    page = await consultation_page(ctx, slug)
    return render(
        request,
        "staff/anomalies/anomalies.html",
        authority=page.card.authority,
        private=True,
        page=page,
        found=await anomalies(ctx, page.ref),
    )


HANDLERS = [shown]
