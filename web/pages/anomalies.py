"""What looks odd in a consultation, for those who run it and those who answer it."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from deliberation.insights.anomalies import anomalies
from web.render import render


@get("/gestion/c/{slug:str}/anomalies")
async def shown(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """Crowds of new accounts, and the supports with and without them."""
    page = await consultation_page(act, slug)
    return render(
        request,
        "management/anomalies.html",
        authority=page.card.authority,
        private=True,
        page=page,
        found=await anomalies(act, page),
    )


HANDLERS = [shown]
