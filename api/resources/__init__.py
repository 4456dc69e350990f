"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import (
    account,
    answers,
    ballot_box,
    boards,
    comments,
    consultations,
    insights,
    management,
    moderation,
    overview,
    polls,
    proposals,
    results,
    session,
    subjects,
)

RESOURCES: list[ControllerRouterHandler] = [
    *account.HANDLERS,
    *consultations.HANDLERS,
    *overview.HANDLERS,
    *polls.HANDLERS,
    *ballot_box.HANDLERS,
    *management.HANDLERS,
    *proposals.HANDLERS,
    *subjects.HANDLERS,
    *results.HANDLERS,
    *boards.HANDLERS,
    *session.HANDLERS,
    *comments.HANDLERS,
    *moderation.HANDLERS,
    *answers.HANDLERS,
    *insights.HANDLERS,
]
