"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import account, consultations, management, polls, proposals, results, session

RESOURCES: list[ControllerRouterHandler] = [
    *account.HANDLERS,
    *consultations.HANDLERS,
    *polls.HANDLERS,
    *management.HANDLERS,
    *proposals.HANDLERS,
    *results.HANDLERS,
    *session.HANDLERS,
]
