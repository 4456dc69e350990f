"""The consultation that an address names: handlers ask for `consultation`, or for its `page`.

It is read where the context is made, inside its transaction. Litestar (2.25) closes no generator
dependency when one that depends on it raises: a page that does not exist would keep its connection
until it is collected.
"""

from litestar.di import NamedDependency
from litestar.params import FromPath

from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.process.consultations.queries import (
    ConsultationPage,
    ConsultationRef,
    consultation_page,
    consultation_ref,
)

ThisConsultation = NamedDependency[ConsultationRef]
ThisPage = NamedDependency[ConsultationPage]

_READERS = {"consultation": consultation_ref, "page": consultation_page}


async def read_consultation(request: AnyRequest, ctx: RequestContext) -> None:
    """Read what the request's handler asks for. Raises `NotFound` as `consultation_page` does."""
    asked = request.scope["route_handler"].parsed_fn_signature.parameters
    for name, read in _READERS.items():
        if name in asked:
            slug = request.scope["path_params"]["slug"]
            request.scope[name] = await read(ctx, slug)  # type: ignore[literal-required]


def provide_consultation(
    request: AnyRequest, ctx: NamedDependency[RequestContext], slug: FromPath[str]
) -> ConsultationRef:
    """Which consultation, whose, its state and phases: for commands and most queries."""
    found: ConsultationRef = request.scope["consultation"]  # type: ignore[typeddict-item]
    return found


def provide_page(
    request: AnyRequest, ctx: NamedDependency[RequestContext], slug: FromPath[str]
) -> ConsultationPage:
    """All that a consultation says of itself: for what shows it."""
    found: ConsultationPage = request.scope["page"]  # type: ignore[typeddict-item]
    return found
