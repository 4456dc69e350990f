"""Ballots sent by programs, as fast as they come: one statement reads, one casts.

The first says who votes in which poll, the second stands alone in its transaction. Nothing else is
asked of the database.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import (
    Integer,
    Interval,
    LargeBinary,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from deliberation.core.context import AppContext
from deliberation.core.database import autocommit_connection, prepared
from deliberation.core.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.core.ids import fingerprint
from deliberation.elections.ballots.casting import shielded, within_cast_slots
from deliberation.elections.ballots.choices import Choice, packed
from deliberation.elections.ballots.commands import Receipt, record
from deliberation.elections.ballots.sealed_casting import record_sealed, trustees_announced
from deliberation.elections.electorate.eligibility import code_hash, wrong_code
from deliberation.elections.electorate.model import Elector, ElectorCode, TurnoutMark
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, polls_query, view_of
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.network.people.model import Membership, Person, Session
from deliberation.network.people.sessions import SESSION_LASTS, STAFF_IDLE, STAFF_LASTS
from deliberation.process.consultations import phases
from deliberation.process.consultations.model import Consultation, Phase
from deliberation.process.consultations.queries import PhaseView


@dataclass(frozen=True, slots=True)
class BallotRequest:
    """A ballot as a program sends it; `token` of a session or `code` of a letter say who votes."""

    slug: str
    number: int
    choice: Choice
    submission: bytes
    blank: bool = False
    code: str = ""
    token: str = ""


async def cast_from_api(app: AppContext, sent: BallotRequest) -> Receipt | SealedReceipt:
    """Cast a ballot; the receipt is of a committed one. Once begun, it goes on to its end.

    Raises as `casting.cast_choice` does, but the caller counts wrong codes; `NotFound` for a poll
    that is not public, `NotAllowed`: `browser-needed` for a vote by open link, which knows its
    voters by their browsers.
    """
    casting = within_cast_slots(sent.slug, sent.number, lambda: _cast_from_api(app, sent))
    return await shielded(casting)


async def _cast_from_api(app: AppContext, sent: BallotRequest) -> Receipt | SealedReceipt:
    code = code_hash(app, sent.code) if sent.code.strip() else None
    async with autocommit_connection(app.engine) as connection:
        given = READ.arguments(
            {
                "slug": sent.slug,
                "number": sent.number,
                "fingerprint": fingerprint(sent.token),
                "code": code,
                "lasts": SESSION_LASTS if app.demo else STAFF_LASTS,
                "idle": SESSION_LASTS if app.demo else STAFF_IDLE,
            }
        )
        found = await connection.fetchrow(READ.sql, *given)
        if found is None:
            raise NotFound
        poll = _poll(found)
        voter = _voter(poll, found, sent.code)
        row = packed(poll, sent.choice, blank=sent.blank)
        used = code if poll.eligibility == "code" else None
        if poll.secrecy == "plain":
            return await record(
                app, connection, sent.slug, poll, voter, row, sent.submission, code=used
            )
        return await record_sealed(
            app,
            connection,
            poll,
            await trustees_announced(connection, poll.id),
            voter,
            row,
            sent.submission,
            code=used,
            ask=found["voted"] or poll.state in ("closed", "counted"),
        )


def _poll(found: Any) -> PollView:
    vote = None
    if found["opens_at"] is not None:
        dates = PhaseView("vote", found["opens_at"], found["closes_at"], "")
        vote = structs.replace(dates, state=phases.state(dates, found["now"]))
    return view_of(found["slug"], found["state"], vote, found)


def _voter(poll: PollView, found: Any, code: str) -> UUID:
    """The voter that the first statement found. Raises as `voters.voter_of` does."""
    if poll.eligibility == "link":
        raise NotAllowed("browser-needed")
    if poll.eligibility == "oidc":
        raise NotAllowed("identity-needed")
    if poll.eligibility == "code" and not code.strip():
        raise NotAllowed("code-needed")
    if poll.eligibility != "code" and found["person"] is None:
        raise SignInNeeded
    if found["voter"] is None:
        raise wrong_code(code) if poll.eligibility == "code" else NotAllowed("not-on-the-roll")
    voter: UUID = found["voter"]
    return voter


def _reading() -> Select[Any]:
    """The poll, who asks, whom that is for the poll, and whether they have a mark."""
    here = Elector.consultation_id == Poll.consultation_id
    by_code = (
        select(Elector.id)
        .join(ElectorCode, ElectorCode.elector_id == Elector.id)
        .where(ElectorCode.hash == bindparam("code", type_=LargeBinary), here)
        .where(ElectorCode.revoked_at.is_(None))
    )
    by_address = select(Elector.id).where(Elector.email == Person.email, here)
    voters = {
        "email": Person.voter_id,
        "code": by_code.correlate(Poll).scalar_subquery(),
        "roll": by_address.correlate(Poll, Person).scalar_subquery(),
    }
    # OFFSET 0 keeps PostgreSQL from looking the voter up once more for the mark.
    whom = select(case(voters, value=Poll.eligibility).label("id")).correlate(Poll, Person)
    voter = whom.offset(0).lateral("voter")
    mark = select(TurnoutMark.poll_id).where(
        TurnoutMark.poll_id == Poll.id, TurnoutMark.voter_id == voter.c.id
    )
    now = func.clock_now()
    own = Session.fingerprint == bindparam("fingerprint", type_=LargeBinary)
    held = select(Membership.person_id).where(Membership.person_id == Session.person_id)
    # As `people.identity`: that of somebody who holds a role ends sooner.
    young = and_(
        Session.created_at > now - bindparam("lasts", type_=Interval),
        Session.seen_at > now - bindparam("idle", type_=Interval),
    )
    live = and_(own, Session.expires_at > now, or_(young, ~held.exists()))
    return (
        polls_query()
        .add_columns(
            Consultation.slug,
            Consultation.state,
            Phase.opens_at,
            Phase.closes_at,
            now.label("now"),
            Person.id.label("person"),
            voter.c.id.label("voter"),
            mark.exists().label("voted"),
        )
        .join(Consultation, Consultation.id == Poll.consultation_id)
        .outerjoin(Phase, and_(Phase.consultation_id == Consultation.id, Phase.kind == "vote"))
        .outerjoin(Session, live)
        .outerjoin(Person, and_(Person.id == Session.person_id, Person.deleted_at.is_(None)))
        .join(voter, true())
        .where(Consultation.slug == bindparam("slug", type_=String))
        .where(Poll.number == bindparam("number", type_=Integer))
        .where(Consultation.state == "open")  # what is not public takes no ballot
    )


READ = prepared(_reading())
