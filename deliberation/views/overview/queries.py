"""Overviews, composed: lists of consultations, the latest answers, one consultation."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.elections.ballots.queries import voted_polls
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.followup.answers.owed import HELD, held_by, standing_of
from deliberation.followup.answers.queries import AnswerView, answers_of
from deliberation.process.consultations.queries import ConsultationCard, ConsultationPage, moment_of
from deliberation.process.consultations.standing import Standing
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.structs import ProposalCard, ProposalSearch
from deliberation.text.markdown import excerpt
from deliberation.views.figures.disclosure_control import SMALLEST
from deliberation.views.figures.figures import Figures, public_figures
from deliberation.views.timeline.status import Status, TimelineStep, status, timeline

EXCERPT = 200
WORDS_A_MINUTE = 200
MOST_SUPPORTED = ProposalSearch(sort="supported", size=4)


class ConsultationLine(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation in a list, with what it holds; `moment` is open, coming or over."""

    card: ConsultationCard
    moment: str
    standing: Standing
    proposals: int
    ballots: int  # of the poll with most; 0 until a result is published, or while it is small


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    """An official answer in a list: to what, what was decided, how it begins."""

    consultation: str
    slug: str
    authority: str
    number: int | None  # of the proposal; None: the answer is to a result
    subject: str
    decision: str
    excerpt: str
    created_at: datetime


class ConsultationOverview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the first page of a consultation shows.

    `action`: what is open for anybody now: vote, propose, discuss, answers, results, read or "".
    `minutes`: how long it takes. `answers`: two, those to results first, then the newest.
    `voted`: numbers of the polls the viewer has voted in.
    """

    page: ConsultationPage
    action: str
    minutes: int
    standing: Standing
    status: Status
    timeline: list[TimelineStep]
    figures: Figures
    polls: list[PollView]
    voted: list[int]
    proposals: list[ProposalCard]
    proposal_count: int
    answers: list[AnswerView]


async def consultation_overview(
    ctx: RequestContext, page: ConsultationPage
) -> ConsultationOverview:
    """One consultation, composed: one statement, and one for each kind of thing that it holds."""
    held = (await held_by(ctx, _FRONT, [page.card.id]))[page.card.id]
    polls = await poll_views(ctx, page.ref) if held["asks"] else []
    found = await proposal_list(ctx, page.ref, MOST_SUPPORTED) if held["published"] else None
    answered = held["asks"] or held["to_proposals"]
    answers = (await answers_of(ctx, page, size=2)).items[:2] if answered else []
    stands = standing_of(page.card, held, ctx.now)
    action = _action(page, polls, stands)
    return ConsultationOverview(
        page=page,
        action=action,
        minutes=_minutes(action, page, polls),
        standing=stands,
        status=status(page.card.phases, stands),
        timeline=timeline(page.card.phases, stands),
        figures=await public_figures(ctx, page.ref, held if held["counted_at"] else None),
        polls=polls,
        voted=sorted(await voted_polls(ctx, page.ref)) if polls else [],
        proposals=found.items if found else [],
        proposal_count=found.total if found else 0,
        answers=answers,
    )


async def consultation_lines(
    ctx: RequestContext, cards: Sequence[ConsultationCard]
) -> list[ConsultationLine]:
    """Some consultations and what they hold: one statement for all of them."""
    held = await held_by(ctx, _LINES, [card.id for card in cards])
    return [
        ConsultationLine(
            card=card,
            moment=moment_of(card),
            standing=standing_of(card, held[card.id], ctx.now),
            proposals=held[card.id]["published"],
            ballots=held[card.id]["ballots"],
        )
        for card in cards
    ]


async def latest_answers(
    ctx: RequestContext, *, authority_id: UUID | None = None, most: int = 4
) -> list[AnswerLine]:
    """The newest official answers that anybody may read."""
    values = {"of": authority_id} if authority_id else {}
    statement = _latest(most, of_one=authority_id is not None)
    rows = map(dict, await fetch(ctx.db, statement, **values))
    return [AnswerLine(**row | {"excerpt": excerpt(row["excerpt"], EXCERPT)}) for row in rows]


def _action(page: ConsultationPage, polls: Sequence[PollView], stands: Standing) -> str:
    """The one thing to do now, what asks most of people first."""
    if any(poll.state == "open" for poll in polls):
        return "vote"
    for right, action in (("propose", "propose"), ("comment", "discuss"), ("support", "discuss")):
        if right in page.open_actions:
            return action
    if stands.state == "answered":
        return "answers"
    if any(poll.state == "counted" for poll in polls):
        return "results"
    if stands.to_votes or stands.to_proposals:
        return "answers"
    return "read" if page.body else ""


def _minutes(action: str, page: ConsultationPage, polls: Sequence[PollView]) -> int:
    """Estimated minutes for an action: ten seconds an option to judge, or the time to read or to
    write.
    """
    if action == "vote":
        options = sum(len(poll.options) for poll in polls if poll.state == "open")
        return max(1, math.ceil(options * 10 / 60) + 1)
    if action == "read":
        return max(1, math.ceil(len(page.body.split()) / WORDS_A_MINUTE))
    return {"propose": 5, "discuss": 10}.get(action, 2)


_FRONT = prepared(
    f"""
    SELECT held.*, (SELECT count(*) FROM poll WHERE consultation_id = held.id) > 0 AS asks,
        participants, proposals, comments, supports, voters, day_late, counted_at
    FROM ({HELD}) AS held LEFT JOIN LATERAL (
        SELECT * FROM kept_figures WHERE consultation_id = held.id OFFSET 0
    ) AS kept ON true
    """  # noqa: S608 - fixed text
)
_LINES = prepared(
    f"""
    SELECT held.*, coalesce((
        SELECT max(ballots) FROM result JOIN poll ON poll.id = poll_id
        WHERE consultation_id = held.id AND (source = 'import' OR ballots >= {SMALLEST})
    ), 0) AS ballots FROM ({HELD}) AS held
    """  # noqa: S608 - fixed text
)


@lru_cache(maxsize=16)
def _latest(most: int, *, of_one: bool) -> Prepared:
    """Of one authority, or of all. The plan knows how few are shown: it follows their index.

    OFFSET 0 keeps it from joining all that was said in another order first.
    """
    return prepared(
        f"""
        SELECT told.*, said.body AS excerpt, said.created_at
        FROM subject AS said CROSS JOIN LATERAL (
            SELECT consultation.title AS consultation, consultation.slug,
                authority.name AS authority,
                CASE about.kind WHEN 'proposal' THEN about.number END AS number,
                about.title AS subject, decision
            FROM answer JOIN subject AS about ON about.id = said.about_id
            JOIN consultation ON consultation.id = said.consultation_id
            JOIN authority ON authority.id = consultation.authority_id
            WHERE answer.id = said.id AND about.state = 'published'
                AND consultation.state IN ('open', 'cancelled') OFFSET 0
        ) AS told
        WHERE said.kind = 'answer'
            {"AND said.authority_id = :of" if of_one else ""}
        ORDER BY said.created_at DESC, said.id DESC LIMIT {most:d}
        """  # noqa: S608 - fixed text
    )
