"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import consultations, proposals, session

RESOURCES: list[ControllerRouterHandler] = [
    *consultations.HANDLERS,
    *proposals.HANDLERS,
    *session.HANDLERS,
]
