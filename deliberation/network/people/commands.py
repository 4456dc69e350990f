"""Sign in and out, change and delete one's account."""

import hmac
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import one_at_a_time
from deliberation.core.email_addresses import Email, mailbox_of, read_address
from deliberation.core.errors import Invalid
from deliberation.core.ids import fingerprint, new_code, new_id
from deliberation.core.rate_limits import count, count_network, forgive_network, limit
from deliberation.core.secrets import keyed
from deliberation.i18n.catalogue import SOURCE, Language
from deliberation.journal.commands import record
from deliberation.network.people.events import AccountDeleted, PersonJoined
from deliberation.network.people.model import Membership, Passkey, Person, RoleOffer, SignInCode
from deliberation.network.people.names import check_name
from deliberation.network.people.permissions import may_ask_for_a_code, may_delete_account
from deliberation.network.people.texts import sign_in_mail, way_in_mail
from deliberation.network.sessions.commands import (
    confirm_session,
    end_sessions,
    forget_old_sessions,
    open_session,
)
from deliberation.network.sessions.devices import LINK_LASTS, device_token, mailbox_in
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.operations import mail

CODE_LASTS = timedelta(minutes=10)


CODE_TRIES = 5
# SQL for a restored database: no mailed code is valid.
FORGET_ALL_CODES = "DELETE FROM sign_in_code"


Name = Annotated[str, msgspec.Meta(min_length=2, max_length=80, extra={"printable": True})]


class CodeRequest(msgspec.Struct, frozen=True):
    """The address a code is to be sent to."""

    email: Email


class CodeAnswer(msgspec.Struct, frozen=True):
    """The code that came, and the request it answers."""

    request: UUID
    code: Annotated[str, msgspec.Meta(min_length=6, max_length=20)]


class Profile(msgspec.Struct, frozen=True):
    """Fields that people change in their own account."""

    name: Name
    lang: Language = SOURCE
    notify: bool = False


async def request_code(
    ctx: RequestContext, wish: CodeRequest, browser: str, device: str = ""
) -> UUID:
    """Mail a code to an address, known or not alike, and return the request's number.

    Only the browser that asked (`browser`, its cookie) can use it. `device`: the token by which it
    may be known to the address. Raises `TooMany` for such a browser only: strangers who have had
    their share get the same answer and no code, and the owner a mail that lets them in. Raises
    `NotAllowed("no-mail-server")` on a live site that cannot send it.
    """
    permit(may_ask_for_a_code(ctx))
    email = read_address(wish.email)
    mailbox = mailbox_of(email)
    late = False
    if mailbox_in(ctx.app, device, ctx.now) == mailbox:
        await limit(ctx, "code-to-device", device)
    else:
        crowded = await count_network(ctx, "code-unanswered") > 0
        if await _strangers_had_theirs(ctx, mailbox, crowded=crowded):
            await _let_in(ctx, email, mailbox)
            return await _code_awaited(ctx, email, browser, os.urandom(32))
        late = crowded
    code = new_code()
    request = await _code_awaited(ctx, email, browser, code.encode())
    words = sign_in_mail(ctx.lang, code, ctx.app.settings)
    await mail.post(ctx, email, *words, expires_at=ctx.now + CODE_LASTS, late=late)
    return request


async def sign_in(
    ctx: RequestContext, answer: CodeAnswer, browser: str, called: str = ""
) -> tuple[str, Person]:
    """Exchange a code for a session: the new token and the person.

    `called`: the browser's name in the person's list of sessions. Raises as `_answered`.
    """
    asked = await _answered(ctx, answer, browser)
    person = await person_of(ctx, asked.email)
    return await open_session(ctx, person, browser=called), person


async def confirm_by_code(ctx: RequestContext, answer: CodeAnswer, browser: str) -> None:
    """Accept a code as the viewer's fresh proof of identity. Raises as `_answered`."""
    asked = await _answered(ctx, answer, browser)
    if mailbox_of(asked.email) != mailbox_of(ctx.person.email):
        raise WrongCode
    await confirm_session(ctx, by_passkey=False)


async def _answered(ctx: RequestContext, answer: CodeAnswer, browser: str) -> SignInCode:
    """The request that a code answers, which it answers once.

    Raises `Invalid` on `code`: wrong, expired, used, tried too often or asked by another browser
    all look alike.
    """
    asked = (
        await ctx.db.scalars(
            update(SignInCode)
            .where(SignInCode.id == answer.request)
            .values(tries=SignInCode.tries + 1)
            .returning(SignInCode)
        )
    ).one_or_none()
    digits = "".join(filter(str.isdecimal, answer.code))
    if (
        asked is None
        or asked.used_at is not None
        or asked.tries > CODE_TRIES
        or asked.expires_at <= ctx.now
        or not hmac.compare_digest(asked.browser, fingerprint(browser))
        or not hmac.compare_digest(asked.code_hash, _code_hash(ctx, asked.id, digits.encode()))
    ):
        # The try is counted whatever follows: the refusal is raised after the commit.
        raise WrongCode
    asked.used_at = ctx.now
    await forgive_network(ctx, "code-unanswered")
    return asked


class WrongCode(Invalid):
    """A code that opens nothing; the try it cost stays counted (see `api.core.transaction`)."""

    keeps_changes = True

    def __init__(self) -> None:
        super().__init__({"code": "wrong-code"})


async def person_of(
    ctx: RequestContext, email: str, name: str = "", *, notify: bool = True
) -> Person:
    """The account of an address, made if there is none. Raises `NotAnAddress`."""
    email = read_address(email)
    mailbox = mailbox_of(email)
    await one_at_a_time(ctx.db, f"mailbox:{mailbox}")  # accounts made together have one voter
    same = or_(func.mailbox_of(Person.email) == mailbox, Person.trace == _trace(ctx, mailbox))
    known = select(Person.voter_id).where(same).order_by(Person.created_at).limit(1)
    made = (
        await ctx.db.scalars(
            insert(Person)
            .values(
                id=new_id(),
                voter_id=func.coalesce(known.scalar_subquery(), uuid4()),
                email=email,
                name=name or "",
                lang=ctx.lang,
                notify=notify,
                created_at=ctx.now,
            )
            .on_conflict_do_nothing()
            .returning(Person)
        )
    ).one_or_none()
    if made is not None:
        await record(ctx, PersonJoined(person_id=made.id))
        return made
    return (await ctx.db.scalars(select(Person).where(func.lower(Person.email) == email))).one()


async def change_profile(ctx: RequestContext, profile: Profile) -> None:
    """Change one's own name, language and whether one receives mails. Raises as `check_name`."""
    if profile.name != ctx.person.name:
        await check_name(ctx, profile.name)
    await ctx.db.execute(
        update(Person)
        .where(Person.id == ctx.person.id)
        .values(name=profile.name, lang=profile.lang, notify=profile.notify)
    )


async def delete_account(ctx: RequestContext) -> None:
    """Forget the person's name and address, end their sessions and roles.

    Raises `Conflict("last-administrator")`: an authority must keep somebody.
    Published texts stay, signed "compte supprimé"; drafts go with `reactions`. A keyed trace of the
    mailbox stays while it could vote or support a second time: see
    `electorate.eligibility.forget_unneeded_traces`.
    """
    permit(needs_confirmation(ctx))
    permit(await may_delete_account(ctx, hold=True))
    await erase_account(ctx, ctx.person.id, ctx.person.email)


async def erase_account(ctx: RequestContext, person_id: UUID, email: str) -> None:
    """The same without asking who acts: for the operator's command line."""
    await end_sessions(ctx, person_id)
    await ctx.db.execute(
        delete(RoleOffer).where(or_(RoleOffer.email == email, RoleOffer.invited_by == person_id))
    )
    await ctx.db.execute(delete(Passkey).where(Passkey.person_id == person_id))
    await ctx.db.execute(delete(Membership).where(Membership.person_id == person_id))
    await ctx.db.execute(delete(SignInCode).where(SignInCode.email == email))
    await ctx.db.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            email=None,
            name="",
            notify=False,
            deleted_at=ctx.now,
            trace=_trace(ctx, mailbox_of(email)),
        )
    )
    await record(ctx, AccountDeleted(person_id=person_id))


async def stop_mails(ctx: RequestContext, person_id: UUID) -> bool:
    """Send a person no more mails about consultations; whether they wished any until now."""
    changed = await ctx.db.scalars(
        update(Person)
        .where(Person.id == person_id, Person.notify)
        .values(notify=False)
        .returning(Person.id)
    )
    return changed.first() is not None


async def forget_traces(ctx: RequestContext, people: Sequence[UUID]) -> None:
    """Delete the mailbox hashes of deleted accounts."""
    await ctx.db.execute(update(Person).where(Person.id.in_(people)).values(trace=None))


async def forget_old_codes(ctx: RequestContext) -> None:
    """Periodic: delete codes an hour after their expiry, and expired sessions."""
    hour_ago = ctx.now - timedelta(hours=1)
    await ctx.db.execute(delete(SignInCode).where(SignInCode.expires_at < hour_ago))
    await forget_old_sessions(ctx)


async def _strangers_had_theirs(ctx: RequestContext, mailbox: str, *, crowded: bool) -> bool:
    """Count a code request from an unknown browser; whether its mailbox has had too many.

    `crowded`: many codes stay unanswered in the request's network: it gets one a mailbox.
    """
    there = await count(ctx, "code-to-address-from-network", f"{mailbox}:{ctx.network}")
    whole = await count(ctx, "code-to-address", mailbox)
    return bool(there.wait or whole.wait or (crowded and there.number > 1))


async def _let_in(ctx: RequestContext, email: str, mailbox: str) -> None:
    """Mail the link that makes the owner's browser a known one, at most once an hour."""
    if (await count(ctx, "way-in", mailbox)).wait:
        return
    token = device_token(ctx.app, email, ctx.now + LINK_LASTS)
    await mail.post(ctx, email, *way_in_mail(ctx.lang, token, ctx.app.settings))


async def _code_awaited(ctx: RequestContext, email: str, browser: str, code: bytes) -> UUID:
    """Note that a browser was sent `code`, or nothing: then it is one that nobody can type."""
    request = new_id()
    ctx.db.add(
        SignInCode(
            id=request,
            email=email,
            code_hash=_code_hash(ctx, request, code),
            browser=fingerprint(browser),
            expires_at=ctx.now + CODE_LASTS,
        )
    )
    await ctx.db.flush()
    return request


def _code_hash(ctx: RequestContext, request: UUID, code: bytes) -> bytes:
    return keyed(ctx.app.secret, "code", request, code)


def _trace(ctx: RequestContext, mailbox: str) -> bytes:
    """The keyed hash of a deleted account's mailbox: recognises it and does not name it."""
    return keyed(ctx.app.secret, "mailbox", mailbox)
