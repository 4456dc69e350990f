"""Tasks that votes give to those who run them: what, for which vote, until when."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.cursor import MOST_COUNTED
from deliberation.elections.electorate.countersigners import MIN_COUNTERSIGNERS
from deliberation.process.consultations.queries import (
    ConsultationPage,
    PhaseView,
    consultation_page,
)
from deliberation.views.ballot_boxes.queries import BallotBoxView, Overview, overview

MOST = 20  # consultations
HURRY = timedelta(hours=24)  # before a close: papers that are still to be typed

Kind = Literal[
    "question",
    "roll",
    "countersigners",
    "codes",
    "undoings",
    "extensions",
    "typing",
    "papers",
    "lacking",
    "trustees",
    "late",
]


class VoteTask(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a vote waits for; `late`: its time has come or gone.

    `poll`: the number of the question, where it is of one. `count`: of how many (codes asked,
    batches; `MOST_COUNTED` of them are counted; papers).
    """

    kind: Kind
    consultation: str
    title: str
    poll: int | None = None
    count: int = 0
    until: datetime | None = None
    late: bool = False


async def vote_tasks(ctx: RequestContext, authority_id: UUID) -> list[VoteTask]:
    """The tasks of an authority's votes, the late ones first, then by date. For agents.

    Of `MOST` consultations, those whose votes close first: others follow when these are counted.
    """
    found: list[VoteTask] = []
    which = {"authority": authority_id, "now": ctx.now, "most": MOST}
    for slug in (await ctx.db.scalars(_UNCOUNTED, which)).all():
        page = await consultation_page(ctx, slug)
        box = await overview(ctx, page.ref)
        values = {"consultation": page.card.id, "now": ctx.now, "most": MOST_COUNTED}
        asked = (await ctx.db.execute(_ASKED, values)).mappings().one()
        found += _tasks(ctx, page, box, asked)
    far = ctx.now + timedelta(days=36_500)
    return sorted(found, key=lambda one: (not one.late, one.until or far, one.title))


def _tasks(
    ctx: RequestContext, page: ConsultationPage, box: Overview, asked: Any
) -> Iterator[VoteTask]:
    votes = [one for one in page.card.phases if one.kind == "vote" and one.state != "done"]
    where: dict[str, Any] = {"consultation": page.card.slug, "title": page.card.title}
    for vote in votes:
        yield from _before(vote, box, where, first=vote is votes[0])
    decided: tuple[Kind, ...] = ("codes", "extensions")
    for kind in decided:
        if asked[kind] and votes:
            yield VoteTask(kind=kind, count=asked[kind], until=votes[0].closes_at, **where)
    for ballot_box in box.ballot_boxes:
        of = {**where, "poll": ballot_box.poll.number}
        yield from _papers(ctx, ballot_box, asked["polls"].get(str(ballot_box.poll.id), {}), of)
        yield from _waited_for(ballot_box, of)


def _before(
    vote: PhaseView, box: Overview, where: dict[str, Any], *, first: bool
) -> Iterator[VoteTask]:
    """Tasks before a vote begins; those that a consultation's votes share come with the `first`."""
    asked = any(ballot_box.poll.phase == vote.id for ballot_box in box.ballot_boxes)
    missing: Sequence[tuple[Kind, bool]] = (
        ("question", not asked),
        ("roll", first and box.rolled and not box.electors),
        (
            "countersigners",
            first
            and box.rolled
            and not box.frozen
            and len(box.countersigners) < MIN_COUNTERSIGNERS,
        ),
    )
    begun = vote.state != "promised"
    for kind, needed in missing:
        if needed:
            yield VoteTask(kind=kind, until=vote.opens_at, late=begun, **where)


def _papers(
    ctx: RequestContext, ballot_box: BallotBoxView, asked: dict[str, int], where: dict[str, Any]
) -> Iterator[VoteTask]:
    """Paper ballots to be entered again, marks to be undone, and marks without paper ballots."""
    typing = ballot_box.why is not None and ballot_box.why.step == "typing"
    if ballot_box.poll.state != "open" and not typing:
        return
    until = ballot_box.why.until if ballot_box.why and typing else ballot_box.poll.closes_at
    asked_for: tuple[Kind, ...] = ("typing", "undoings")
    for kind in asked_for:
        if asked.get(kind):
            yield VoteTask(kind=kind, count=asked[kind], until=until, late=typing, **where)
    if ballot_box.awaited and (typing or (until is not None and until - ctx.now < HURRY)):
        yield VoteTask(kind="papers", count=ballot_box.awaited, until=until, late=typing, **where)


def _waited_for(ballot_box: BallotBoxView, where: dict[str, Any]) -> Iterator[VoteTask]:
    """A ballot box that should be open, closed or counted."""
    if ballot_box.why is None:
        return
    if ballot_box.why.step in ("lacking", "trustees"):
        yield VoteTask(kind=ballot_box.why.step, until=ballot_box.why.since, late=True, **where)
    elif ballot_box.why.late:
        yield VoteTask(kind="late", until=ballot_box.why.since, late=True, **where)


_UNCOUNTED = text(
    """
    SELECT slug FROM phase JOIN consultation ON consultation.id = consultation_id
    WHERE phase.authority_id = :authority AND kind = 'vote' AND state = 'open' AND (
        EXISTS (SELECT FROM poll
                WHERE phase_id = phase.id AND source = 'live' AND counted_at IS NULL)
        OR closes_at > :now AND NOT EXISTS (SELECT FROM poll WHERE phase_id = phase.id))
    GROUP BY slug ORDER BY max(closes_at), slug LIMIT :most
    """
)
# Requests that await a second person: of the consultation, and of each of its polls.
_COUNT = "(SELECT count(*) FROM (SELECT FROM {} IS NULL LIMIT :most) AS asked)"
_CODES = _COUNT.format(
    "code_request WHERE in_consultation = :consultation AND refused_at IS NULL AND granted_at"
)
_EXTENSIONS = _COUNT.format(
    "extension WHERE consultation_id = :consultation AND closes_at > :now AND granted_at"
)
_UNDOINGS = _COUNT.format("undoing WHERE poll_id = poll.id AND granted_at")
_BATCHES = _COUNT.format("paper_batch WHERE poll_id = poll.id AND agreed_at")
_ASKED = text(
    f"""
    SELECT {_CODES} AS codes, {_EXTENSIONS} AS extensions, (
        SELECT coalesce(jsonb_object_agg(poll.id, jsonb_build_object(
            'typing', {_BATCHES}, 'undoings', {_UNDOINGS})), '{{}}')
        FROM poll WHERE consultation_id = :consultation) AS polls
    """  # noqa: S608 - fixed text
)
