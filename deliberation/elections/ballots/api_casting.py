"""Casting ballots from the API: one statement reads, one casts; no other query.

The first finds poll and voter, the second is a transaction of its own.
"""

from dataclasses import dataclass
from typing import Any

from msgspec import structs
from sqlalchemy import (
    Integer,
    Interval,
    LargeBinary,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)

from deliberation.core.context import AppContext
from deliberation.core.database import autocommit_connection, prepared
from deliberation.core.errors import NotFound
from deliberation.core.ids import fingerprint
from deliberation.elections.ballots.casting import shielded, within_cast_slots
from deliberation.elections.ballots.choices import Choice, packed
from deliberation.elections.ballots.commands import Receipt, record
from deliberation.elections.ballots.sealed_casting import record_sealed, trustees_announced
from deliberation.elections.electorate.eligibility import (
    VoterCredentials,
    code_hash,
    identified,
    used_code,
    voter_column,
)
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, polls_query, view_of
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.network.people.model import Membership, Person
from deliberation.network.sessions.commands import SESSION_LASTS, STAFF_IDLE, STAFF_LASTS
from deliberation.network.sessions.model import Session
from deliberation.process.consultations import phases
from deliberation.process.consultations.model import Consultation, Phase
from deliberation.process.consultations.queries import PhaseView


@dataclass(frozen=True, slots=True)
class BallotRequest:
    """A ballot as a program sends it. The voter: `token` of a session, or `code` of a letter."""

    slug: str
    number: int
    choice: Choice
    submission: bytes
    blank: bool = False
    code: str = ""
    token: str = ""


async def cast_from_api(app: AppContext, sent: BallotRequest) -> Receipt | SealedReceipt:
    """Cast a ballot that a program sends; it is committed before the return.

    Raises as `casting.cast_choice`, but the caller counts wrong codes; `NotFound` for a poll that
    is not public. A program has no browser cookie and no verified identity: votes by link or by
    identity provider refuse it.
    """
    casting = within_cast_slots(sent.slug, sent.number, lambda: _cast_from_api(app, sent))
    return await shielded(casting)


async def _cast_from_api(app: AppContext, sent: BallotRequest) -> Receipt | SealedReceipt:
    credentials = VoterCredentials(code=sent.code)
    async with autocommit_connection(app.engine) as connection:
        found = await connection.fetchrow(READ.sql, *READ.arguments(_values(app, sent)))
        if found is None:
            raise NotFound
        poll = _poll(found)
        signed_in = found["person"] is not None
        voter = identified(poll, credentials, found["voter"], signed_in=signed_in)
        row = packed(poll, sent.choice, blank=sent.blank)
        code = used_code(app, poll, credentials)
        if poll.secrecy == "plain":
            return await record(
                app, connection, sent.slug, poll, voter, row, sent.submission, code=code
            )
        return await record_sealed(
            app,
            connection,
            poll,
            await trustees_announced(connection, poll.id),
            voter,
            row,
            sent.submission,
            code=code,
            ask=found["voted"] or poll.state in ("closed", "counted"),
        )


def _values(app: AppContext, sent: BallotRequest) -> dict[str, Any]:
    """The parameters of `READ`."""
    return {
        "slug": sent.slug,
        "number": sent.number,
        "fingerprint": fingerprint(sent.token),
        "code": code_hash(app, sent.code) if sent.code.strip() else None,
        "elector": None,
        "lasts": SESSION_LASTS if app.demo else STAFF_LASTS,
        "idle": SESSION_LASTS if app.demo else STAFF_IDLE,
    }


def _poll(found: Any) -> PollView:
    vote = None
    if found["opens_at"] is not None:
        dates = PhaseView(found["phase_id"], "vote", found["opens_at"], found["closes_at"], "")
        vote = structs.replace(dates, state=phases.state(dates, found["now"]))
    return view_of(found["slug"], found["state"], vote, found)


def _reading() -> Select[Any]:
    """The poll, the person signed in, the poll's voter, and whether they have a turnout mark."""
    # OFFSET 0: PostgreSQL must not evaluate the subquery a second time for the turnout mark.
    whom = select(voter_column(Person.voter_id, Person.email).label("id")).correlate(Poll, Person)
    voter = whom.offset(0).lateral("voter")
    now = func.clock_now()
    own = Session.fingerprint == bindparam("fingerprint", type_=LargeBinary)
    held = select(Membership.person_id).where(Membership.person_id == Session.person_id)
    # As in `people.identity`: the session of somebody with a role is shorter.
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
            func.has_turnout_mark(Poll.id, voter.c.id).label("voted"),
        )
        .join(Consultation, Consultation.id == Poll.consultation_id)
        .outerjoin(Phase, Phase.id == Poll.phase_id)
        .outerjoin(Session, live)
        .outerjoin(Person, and_(Person.id == Session.person_id, Person.deleted_at.is_(None)))
        .join(voter, true())
        .where(Consultation.slug == bindparam("slug", type_=String))
        .where(Poll.number == bindparam("number", type_=Integer))
        .where(Consultation.state == "open")  # only public consultations
    )


READ = prepared(_reading())
