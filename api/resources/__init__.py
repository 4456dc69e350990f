"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import account, consultations, proposals, session

RESOURCES: list[ControllerRouterHandler] = [
    *account.HANDLERS,
    *consultations.HANDLERS,
    *proposals.HANDLERS,
    *session.HANDLERS,
]
