"""The resources, one file a URL family."""

from api.core.routes import handlers_of
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

RESOURCES = handlers_of(
    *(account, consultations, overview, polls, ballot_box, electorate, trustees, paper_ballots),
    *(sealed_counts, management, proposals, subjects, results, boards, session, comments),
    *(moderation, answers, insights),
)
