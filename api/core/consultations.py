"""The consultation that an address names: handlers ask for `consultation`, or for its `page`.

It is read where the context is made, by the statement that says who asks.
"""

from litestar.di import NamedDependency
from litestar.params import FromPath

from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.process.consultations.queries import ConsultationPage, ConsultationRef
from deliberation.views.identity.queries import Asked

ThisConsultation = NamedDependency[ConsultationRef]
ThisPage = NamedDependency[ConsultationPage]

_NAMES: tuple[Asked, ...] = ("consultation", "page")


def asked_by(request: AnyRequest) -> Asked:
    """What the request's handler asks for."""
    parameters = request.scope["route_handler"].parsed_fn_signature.parameters
    return next((name for name in _NAMES if name in parameters), "")


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
