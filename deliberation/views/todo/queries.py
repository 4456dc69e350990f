"""To-do list by authority: drafts, open consultations, reports, answers owed."""

import msgspec
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import NotFound
from deliberation.followup.answers.owed import WaitingAnswer, waiting_for_answer
from deliberation.followup.answers.permissions import may_answer
from deliberation.network.authorities.model import Authority
from deliberation.network.authorities.permissions import may_change_authority
from deliberation.network.authorities.queries import CARD, AuthorityCard
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationCard
from deliberation.process.moderation.measure_queries import contested_count
from deliberation.process.moderation.permissions import may_moderate
from deliberation.process.moderation.queries import waiting_count
from deliberation.views.consultations.lists import consultation_bands, drafts
from deliberation.views.todo.votes import VoteTask, vote_tasks

# Authorities of a person, and consultations of each kind; the public list holds the others.
MOST = 20


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
    """One entry for each of the first `MOST` authorities the viewer has a role in, by name. Raises
    `NotFound` without any.
    """
    rows = await fetch(ctx.db, _MINE, ids=list(ctx.person.roles), most=MOST)
    if not rows:
        raise NotFound
    return [await _todo(ctx, AuthorityCard(*row)) for row in rows]


async def _todo(ctx: RequestContext, authority: AuthorityCard) -> AuthorityTodo:
    moderates = may_moderate(ctx, authority.id) is None
    answers = may_answer(ctx, authority.id) is None
    runs = may_run(ctx, authority.id) is None
    bands = await consultation_bands(ctx, MOST, authorities=[authority.id])
    return AuthorityTodo(
        authority=authority,
        runs=runs,
        administers=may_change_authority(ctx, authority.id) is None,
        drafts=await drafts(ctx, authority.id, MOST) if runs else [],
        running=bands["open"] + bands["coming"],
        over=bands["over"],
        votes=await vote_tasks(ctx, authority.id) if runs else None,
        reports=await waiting_count(ctx, [authority.id]) if moderates else None,
        contested=await contested_count(ctx, authority.id) if moderates else None,
        answers=await waiting_for_answer(ctx, [authority.id]) if answers else None,
    )


_MINE = prepared(
    select(*CARD)
    .where(Authority.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(Authority.name, Authority.id)
    .limit(bindparam("most"))
)
