"""The page of a consultation."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from web.render import render


@get("/c/{slug:str}")
async def consultation(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """What is asked, by whom, until when, what is promised, and where it stands."""
    page = await consultation_page(act, slug)
    return render(request, "consultations/one.html", authority=page.card.authority, page=page)


HANDLERS = [consultation]
