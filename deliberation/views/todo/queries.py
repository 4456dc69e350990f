"""To-do list by authority: drafts, open consultations, reports, answers owed."""

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.followup.answers.owed import WaitingAnswer, waiting_for_answer
from deliberation.followup.answers.permissions import may_answer
from deliberation.network.authorities.permissions import may_change_authority
from deliberation.network.authorities.queries import AuthorityCard, authority_cards
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import (
    PUBLIC,
    ConsultationCard,
    consultation_cards,
    moment_of,
)
from deliberation.process.moderation.measure_queries import contested_count
from deliberation.process.moderation.permissions import may_moderate
from deliberation.process.moderation.queries import waiting_count
from deliberation.views.todo.votes import VoteTask, vote_tasks


class AuthorityTodo(msgspec.Struct, frozen=True, kw_only=True):
    """An authority as one of its people works in it; None where their role has no part in it."""

    authority: AuthorityCard
    runs: bool  # writes and opens consultations
    administers: bool  # team and identity
    drafts: list[ConsultationCard]
    running: list[ConsultationCard]  # coming or open
    over: list[ConsultationCard]
    votes: list[VoteTask] | None  # what their votes wait for
    reports: int | None  # texts that wait for moderation
    contested: int | None  # measures that somebody contests
    answers: list[WaitingAnswer] | None


async def todo(ctx: RequestContext) -> list[AuthorityTodo]:
    """One entry for each authority the viewer has a role in. Raises `NotFound` without any."""
    cards = [card for card in await authority_cards(ctx) if card.id in ctx.person.roles]
    if not cards:
        raise NotFound
    return [await _todo(ctx, card) for card in cards]


async def _todo(ctx: RequestContext, authority: AuthorityCard) -> AuthorityTodo:
    found = await consultation_cards(ctx, authority_id=authority.id)
    public = [card for card in found if card.state in PUBLIC]
    over = [card for card in public if moment_of(card) == "over"]
    moderates = may_moderate(ctx, authority.id) is None
    answers = may_answer(ctx, authority.id) is None
    runs = may_run(ctx, authority.id) is None
    return AuthorityTodo(
        authority=authority,
        runs=runs,
        administers=may_change_authority(ctx, authority.id) is None,
        drafts=[card for card in found if card.state == "draft"],
        running=[card for card in public if card not in over],
        over=over,
        votes=await vote_tasks(ctx, authority.id) if runs else None,
        reports=await waiting_count(ctx, [authority.id]) if moderates else None,
        contested=await contested_count(ctx, authority.id) if moderates else None,
        answers=await waiting_for_answer(ctx, [authority.id]) if answers else None,
    )
