"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import account, consultations, polls, proposals, results, session

RESOURCES: list[ControllerRouterHandler] = [
    *account.HANDLERS,
    *consultations.HANDLERS,
    *polls.HANDLERS,
    *proposals.HANDLERS,
    *results.HANDLERS,
    *session.HANDLERS,
]
