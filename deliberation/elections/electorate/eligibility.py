"""Eligibility: from a session, a code or a verified identity to a voter of a poll.

Pages and programs find the voter by one SQL expression. `admit_voter` (in the database) decides
once more, with locks, when the ballot is cast.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    SQLColumnExpression,
    String,
    Uuid,
    bindparam,
    case,
    select,
    text,
)

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.core.email_addresses import NotAnAddress, read_address
from deliberation.core.errors import NotAllowed, SignInNeeded
from deliberation.core.secrets import keyed
from deliberation.elections.electorate.model import Elector, ElectorCode
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView
from deliberation.network.people.commands import forget_traces

Match = Literal["subject", "email"]

LETTERS = 20  # characters of a voting code: 99 bits
TRACE_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class VoterCredentials:
    """A voter's credentials beside the session; each eligibility rule reads those that it needs.

    `browser`: the cookie's token, for a vote open to whoever has the link. `code`: as typed from
    the letter. `elector`: as an identity provider has verified them.
    """

    browser: str = ""
    code: str = ""
    elector: UUID | None = None


NO_CREDENTIALS = VoterCredentials()


async def known_voter(
    ctx: RequestContext, poll: PollView, credentials: VoterCredentials = NO_CREDENTIALS
) -> UUID | None:
    """The voter that viewer and credentials identify; None when they identify nobody."""
    viewer = ctx.viewer
    match poll.eligibility:
        case "link":
            return named_voter(poll, credentials)
        case "email":
            return viewer.voter_id if viewer else None
        case "roll" if viewer is None or not viewer.email:
            return None
        case "oidc" if credentials.elector is None:
            return None
        case "code" if not credentials.code.strip():
            return None
    (row,) = await fetch(
        ctx.db,
        _VOTER,
        poll=poll.id,
        voter_id=viewer and viewer.voter_id,
        email=viewer and viewer.email,
        code=used_code(ctx.app, poll, credentials),
        elector=credentials.elector,
    )
    voter: UUID | None = row["voter"]
    return voter


def named_voter(poll: PollView, credentials: VoterCredentials) -> UUID | None:
    """The voter whom credentials name without a look at the roll: a browser, a verified elector."""
    if poll.eligibility == "oidc":
        return credentials.elector
    if poll.eligibility == "link" and credentials.browser:
        link = f"link:{poll.id}:{credentials.browser}".encode()
        return UUID(bytes=hashlib.sha256(link).digest()[:16])
    return None


def identified(
    poll: PollView, credentials: VoterCredentials, voter: UUID | None, *, signed_in: bool
) -> UUID:
    """The voter that was found, or the refusal that says what is missing.

    Raises `SignInNeeded`, `NotAllowed`: `browser-needed`, `code-needed`, those of `wrong_code`,
    `identity-needed`, `not-on-the-roll`.
    """
    match poll.eligibility:
        case "link" if not credentials.browser:
            raise NotAllowed("browser-needed")
        case "code" if not credentials.code.strip():
            raise NotAllowed("code-needed")
        case "oidc" if credentials.elector is None:
            raise NotAllowed("identity-needed")
        case "email" | "roll" if not signed_in:
            raise SignInNeeded
    if voter is not None:
        return voter
    by_code = poll.eligibility == "code"
    raise wrong_code(credentials.code) if by_code else NotAllowed("not-on-the-roll")


def used_code(app: AppContext, poll: PollView, credentials: VoterCredentials) -> bytes | None:
    """The hash of the code that identifies the voter; None where the poll asks for none.

    `admit_voter` locks the code with it, so that it is not revoked while the ballot is cast.
    """
    return code_hash(app, credentials.code) if poll.eligibility == "code" else None


def voter_column(
    voter_id: SQLColumnExpression[Any], email: SQLColumnExpression[Any]
) -> ColumnElement[UUID | None]:
    """SQL: the voter of `Poll` among mailboxes and electors; NULL for nobody.

    `voter_id`, `email`: of the person signed in. Parameters: `code`, its hash; `elector`.
    """
    electors = select(Elector.id).where(Elector.consultation_id == Poll.consultation_id)
    by_code = (
        electors.join(ElectorCode, ElectorCode.elector_id == Elector.id)
        .where(ElectorCode.hash == bindparam("code", type_=LargeBinary))
        .where(ElectorCode.revoked_at.is_(None))
    )
    found = {
        "code": by_code,
        "roll": electors.where(Elector.email == email),
        "oidc": electors.where(Elector.id == bindparam("elector", type_=Uuid)),
    }
    subqueries = {
        name: query.correlate_except(Elector, ElectorCode).scalar_subquery()
        for name, query in found.items()
    }
    return case({"email": voter_id, **subqueries}, value=Poll.eligibility)


_VOTER = prepared(
    select(
        voter_column(bindparam("voter_id", type_=Uuid), bindparam("email", type_=String)).label(
            "voter"
        )
    ).where(Poll.id == bindparam("poll", type_=Uuid))
)


async def matched_by(ctx: RequestContext, consultation_id: UUID) -> Match:
    """The column of a roll that is compared with a verified identity.

    `subject` if one elector of the roll has one; else `email`.
    """
    query = select(Elector.id).where(
        Elector.consultation_id == consultation_id, Elector.subject.is_not(None)
    )
    return "subject" if (await ctx.db.scalars(query.limit(1))).first() else "email"


async def elector_of(
    ctx: RequestContext, consultation_id: UUID, *, subject: str, email: str | None
) -> UUID | None:
    """The elector of a consultation with a verified identity, compared as `matched_by` says.

    `email`: only one that the provider has verified.
    """
    query = select(Elector.id).where(Elector.consultation_id == consultation_id)
    if await matched_by(ctx, consultation_id) == "subject":
        query = query.where(Elector.subject == subject)
    else:
        try:
            query = query.where(Elector.email == read_address(email or ""))
        except NotAnAddress:
            return None
    return (await ctx.db.scalars(query)).one_or_none()


def code_hash(app: AppContext, code: str) -> bytes:
    """Keyed hash of a voting code, as stored; spaces, dashes and case are ignored."""
    return keyed(app.secret, "code", _letters(code))


async def forget_unneeded_traces(ctx: RequestContext) -> None:
    """Periodic: delete the mailbox hashes of deleted accounts that can no longer act twice.

    That is a month after the last phase of proposals, discussion or vote of each consultation in
    which they voted or supported, and after the end of a suspension.
    """
    people = await ctx.db.scalars(_UNNEEDED_TRACES, {"before": ctx.now - TRACE_LASTS})
    await forget_traces(ctx, people.all())


def wrong_code(code: str) -> NotAllowed:
    """The refusal of a code: too short, too long, or not valid."""
    typed = len(_letters(code))
    if typed == LETTERS:
        return NotAllowed("code-wrong")
    return NotAllowed("code-short" if typed < LETTERS else "code-long", count=abs(LETTERS - typed))


def _letters(code: str) -> str:
    return re.sub(r"[\s–—-]", "", code).upper()


_UNNEEDED_TRACES = text(
    """
    WITH live AS (
        SELECT DISTINCT consultation_id FROM phase
        WHERE kind IN ('proposals', 'discussion', 'vote') AND closes_at > :before
    ), kept AS (
        SELECT support.voter_id FROM support
        JOIN subject ON subject.id = proposal_id JOIN live USING (consultation_id)
        UNION
        SELECT voter_id FROM roll_mark
        JOIN poll ON poll.id = poll_id JOIN live USING (consultation_id)
        UNION
        SELECT voter_id FROM measure WHERE subject = 'account' AND lifted_at IS NULL
    )
    SELECT id FROM person
    WHERE trace IS NOT NULL AND NOT EXISTS (SELECT FROM kept WHERE kept.voter_id = person.voter_id)
    """
)
