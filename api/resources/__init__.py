"""The resources, one file a URL family."""

from litestar.types import ControllerRouterHandler

from api.resources import (
    account,
    answers,
    comments,
    consultations,
    insights,
    management,
    moderation,
    overview,
    proposals,
    session,
    subjects,
)
from api.resources.elections import (
    ballot_box,
    boards,
    electorate,
    paper_ballots,
    polls,
    results,
    sealed_counts,
    trustees,
)

RESOURCES: list[ControllerRouterHandler] = [
    *account.HANDLERS,
    *consultations.HANDLERS,
    *overview.HANDLERS,
    *polls.HANDLERS,
    *ballot_box.HANDLERS,
    *electorate.HANDLERS,
    *trustees.HANDLERS,
    *paper_ballots.HANDLERS,
    *sealed_counts.HANDLERS,
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
