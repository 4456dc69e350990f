"""Who votes: from what somebody shows (address, code, identity) to their place on the roll."""

import hashlib
import re
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, select, text

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.email_addresses import NotAnAddress, read_address
from deliberation.core.errors import NotAllowed
from deliberation.core.secrets import keyed
from deliberation.elections.electorate.model import Elector, ElectorCode
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView

Match = Literal["subject", "email"]

LETTERS = 20  # of a code by letter: 99 bits
TRACE_LASTS = timedelta(days=30)


async def voter_of(
    ctx: RequestContext,
    poll: PollView,
    *,
    browser: str = "",
    code: str = "",
    known: UUID | None = None,
) -> UUID:
    """The voter that a poll knows: a mailbox, an elector, or what stands for a browser.

    `browser`: the cookie's token, for a vote open to whoever has the link. `code`: as it was typed
    from the letter. `known`: the elector that an identity provider vouched for. Reads only: the
    caller counts wrong codes. Raises `SignInNeeded`, `NotAllowed`: `code-needed`, what
    `wrong_code` gives, `identity-needed`, `not-on-the-roll`.
    """
    if poll.eligibility == "code":
        return await _by_code(ctx, poll, code)
    if poll.eligibility == "oidc" and known is None:
        raise NotAllowed("identity-needed")
    if poll.eligibility in ("email", "roll"):
        _ = ctx.person  # nobody has signed in: say so first
    voter = await known_voter(ctx, poll, browser, known)
    if voter is None:
        raise NotAllowed("not-on-the-roll")
    return voter


async def known_voter(
    ctx: RequestContext, poll: PollView, browser: str = "", known: UUID | None = None
) -> UUID | None:
    """The voter as far as the request tells by itself; nobody where a code must be typed.

    `known`: as `voter_of` takes it; an elector of another consultation is nobody here.
    """
    viewer = ctx.viewer
    match poll.eligibility:
        case "link":
            link = f"link:{poll.id}:{browser}".encode()
            return UUID(bytes=hashlib.sha256(link).digest()[:16]) if browser else None
        case "email":
            return viewer.voter_id if viewer else None
        case "roll":
            if viewer is None or not viewer.email:  # nothing matches an elector without address
                return None
            query = _electors(poll).where(Elector.email == viewer.email)
            return (await ctx.db.scalars(query)).one_or_none()
        case "oidc":
            query = _electors(poll).where(Elector.id == known)
            return (await ctx.db.scalars(query)).one_or_none()
        case _:
            return None


async def matched_by(ctx: RequestContext, consultation_id: UUID) -> Match:
    """How an identity provider's word is compared with a roll: one rule for all its lines.

    By `subject` as soon as one line of the roll has some; else by the verified e-mail address.
    """
    query = select(Elector.id).where(
        Elector.consultation_id == consultation_id, Elector.subject.is_not(None)
    )
    return "subject" if (await ctx.db.scalars(query.limit(1))).first() else "email"


async def elector_of(
    ctx: RequestContext, consultation_id: UUID, *, subject: str, email: str | None
) -> UUID | None:
    """The elector of a consultation that a provider vouched for, by the rule of `matched_by`.

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
    """What the roll keeps of a code, however it was typed (spaces, dashes, small letters)."""
    return keyed(app.secret, "code", _letters(code))


async def forget_traces(ctx: RequestContext) -> None:
    """Periodic: forget the mailboxes of deleted accounts that can no longer vote or support twice.

    That is a month after the end of the last phase of proposals, discussion or vote of each
    consultation in which they did. A suspended account is not forgotten before that ends.
    """
    await ctx.db.execute(_FORGET_TRACES, {"before": ctx.now - TRACE_LASTS})


def wrong_code(code: str) -> NotAllowed:
    """Why a code opens nothing: a slip of the pen is told apart from a code that is not valid."""
    typed = len(_letters(code))
    if typed == LETTERS:
        return NotAllowed("code-wrong")
    return NotAllowed("code-short" if typed < LETTERS else "code-long", count=abs(LETTERS - typed))


def _letters(code: str) -> str:
    return re.sub(r"[\s–—-]", "", code).upper()


_FORGET_TRACES = text(
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
    UPDATE person SET trace = NULL
    WHERE trace IS NOT NULL AND NOT EXISTS (SELECT FROM kept WHERE kept.voter_id = person.voter_id)
    """
)


async def _by_code(ctx: RequestContext, poll: PollView, code: str) -> UUID:
    if not code.strip():
        raise NotAllowed("code-needed")
    query = (
        select(ElectorCode.elector_id)
        .where(ElectorCode.hash == code_hash(ctx.app, code), ElectorCode.revoked_at.is_(None))
        .where(ElectorCode.elector_id.in_(_electors(poll)))
    )
    # Held until the ballot is in: a code is not revoked and used at the same moment.
    elector = (await ctx.db.scalars(query.with_for_update(read=True))).one_or_none()
    if elector is None:
        raise wrong_code(code)
    return elector


def _electors(poll: PollView) -> Select[UUID]:
    """The roll of the poll's consultation."""
    return (
        select(Elector.id)
        .join(Poll, Poll.consultation_id == Elector.consultation_id)
        .where(Poll.id == poll.id)
    )
