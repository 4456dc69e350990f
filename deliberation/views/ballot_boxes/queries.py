"""Overview of a consultation's votes for agents; never the content of a ballot."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.core.context import RequestContext, permit
from deliberation.elections.ballot_box.lifecycle import MissingRequirement, opening_requirements
from deliberation.elections.ballot_box.waiting import Waiting, wait_reason
from deliberation.elections.electorate.countersigners import CountersignerView, countersigners
from deliberation.elections.electorate.permissions import ballot_box_is_open
from deliberation.elections.electorate.queries import electorate_of
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.elections.sealed_protocol.keys import TrusteePublic
from deliberation.elections.trustees.model import Rehearsal, Trustee
from deliberation.elections.trustees.queries import THRESHOLDS
from deliberation.network.people.model import Person
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.text.milestones import milestone
from deliberation.views.figures.counting import MARKS


class TrusteeView(msgspec.Struct, frozen=True, kw_only=True):
    """A trustee as agents see them. `shares_given`: their shares of the dry run are here."""

    number: int
    name: str
    fingerprint: str
    shares_given: bool
    rehearsed_at: datetime | None


class BallotBoxView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll and its ballot box in figures.

    `marks`: voters marked as having voted, by channel; while the vote is open, as the worker last
    counted them. `waiting`: sealed ballots that the board does not show yet. `shown`: batches that
    it shows. `awaited`: voters marked on paper or at a counter whose ballot two agents have not yet
    entered alike. `why`: what the vote waits for.

    `at_least`: a sealed vote is open, so `marks` holds for `online` only the last milestone that
    the days before today reached (no entry before the first), and `waiting` is None.
    """

    poll: PollView
    marks: dict[str, int]
    at_least: bool
    waiting: int | None
    shown: int
    opened: bool
    closed: bool
    awaited: int
    why: Waiting | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a consultation's votes, for its agents.

    `codes`: electors whose code is valid. `threshold`: how many trustees open a ballot box
    together, 0 while their number is not an allowed one. `frozen`: a ballot box was opened, roll
    and trustees can no longer change. `opening_requirements`: what its sealed votes still need.
    """

    electors: int
    codes: int
    countersigners: list[CountersignerView]
    trustees: list[TrusteeView]
    threshold: int
    rehearsal_at: datetime | None
    frozen: bool
    sealed: bool
    rolled: bool
    by_code: bool
    opening_requirements: list[MissingRequirement]
    ballot_boxes: list[BallotBoxView]


async def overview(ctx: RequestContext, consultation: ConsultationRef) -> Overview:
    """State of all votes of a consultation. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    polls = await poll_views(ctx, consultation)
    trustees = await trustee_views(ctx, consultation)
    rehearsal = select(Rehearsal.made_at).where(Rehearsal.consultation_id == consultation.id)
    sealed = any(poll.secrecy == "sealed" for poll in polls)
    electors, codes = await electorate_of(ctx, consultation.id)
    return Overview(
        electors=electors,
        codes=codes,
        countersigners=await countersigners(ctx, consultation.id),
        trustees=trustees,
        threshold=THRESHOLDS.get(len(trustees), 0),
        rehearsal_at=(await ctx.db.scalars(rehearsal)).one_or_none(),
        frozen=await ballot_box_is_open(ctx, consultation.id),
        sealed=sealed,
        rolled=any(poll.eligibility in ROLLED for poll in polls),
        by_code=any(poll.eligibility == "code" for poll in polls),
        opening_requirements=await opening_requirements(ctx, consultation) if sealed else [],
        ballot_boxes=[await _ballot_box_view(ctx, consultation, poll) for poll in polls],
    )


async def trustee_views(ctx: RequestContext, consultation: ConsultationRef) -> list[TrusteeView]:
    """The trustees in their order. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    query = (
        select(
            Trustee.number,
            Trustee.public,
            Trustee.shares.is_not(None).label("shares_given"),
            Trustee.rehearsed_at,
        )
        .where(Trustee.consultation_id == consultation.id)
        .order_by(Trustee.number)
    )
    found = []
    for row in await ctx.db.execute(query):
        public = msgspec.convert(row.public, TrusteePublic)
        found.append(
            TrusteeView(
                number=row.number,
                name=public.name,
                fingerprint=public.fingerprint,
                shares_given=row.shares_given,
                rehearsed_at=row.rehearsed_at,
            )
        )
    return found


async def names_of(ctx: RequestContext, people: Iterable[UUID]) -> dict[UUID, str]:
    """Names of colleagues by id, for "asked by"."""
    query = select(Person.id, Person.name).where(Person.id.in_(set(people)))
    return {row.id: row.name for row in await ctx.db.execute(query)}


async def _ballot_box_view(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> BallotBoxView:
    running = poll.secrecy == "sealed" and poll.state == "open"
    of = {"poll": poll.id, "consultation": consultation.id, "open": poll.state == "open"}
    row: Any = (await ctx.db.execute(_STATE, {**of, "day_late": running})).one()
    found = dict(row._mapping)
    if running:
        online = milestone(found["marks"].pop("online", 0))
        found["marks"] |= {} if online is None else {"online": online}
    why = await wait_reason(ctx, consultation, poll)
    return BallotBoxView(poll=poll, at_least=running, why=why, **found)


_STATE = text(
    f"""
    SELECT
        coalesce(
            (SELECT marks -> CAST(CAST(:poll AS uuid) AS text) FROM kept_figures
             WHERE consultation_id = :consultation AND :open),
            (SELECT marks FROM result WHERE poll_id = :poll),
            {MARKS.format(poll=":poll", late=":day_late")}
        ) AS marks,
        CASE WHEN NOT :day_late THEN (
            SELECT count(*) FROM sealed_ballot WHERE poll_id = :poll AND entry IS NULL
        ) END AS waiting,
        (SELECT count(*) FROM board_line WHERE poll_id = :poll AND kind = 'ballots') AS shown,
        board_is_open(:poll) AS opened,
        board_is_closed(:poll) AS closed,
        papers_awaited(:poll) AS awaited
    """  # noqa: S608 - fixed text
)
