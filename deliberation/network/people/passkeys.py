"""Passkeys (WebAuthn, level 3): registration by people with a role, and sign-in.

A challenge is not stored. It holds when it was made and the site's keyed digest of that, and it is
older than five minutes, or than its passkey's last use, when it is refused: none works twice.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select

from deliberation.core.context import AppContext, RequestContext, permit
from deliberation.core.errors import Conflict, Invalid, PasskeyNeeded, Refusal
from deliberation.core.secrets import keyed
from deliberation.journal.commands import record
from deliberation.network.people.events import PasskeyAdded, PasskeyRemoved
from deliberation.network.people.model import Passkey, Person
from deliberation.network.sessions.commands import confirm_session
from deliberation.network.sessions.permissions import needs_confirmation

CHALLENGE_LASTS = timedelta(minutes=5)
MAX_PASSKEYS = 10  # passkeys of one person
MAX_ANSWER_LENGTH = 20_000  # characters of what a browser answers
NAME = "Beffroi"


class PasskeyView(msgspec.Struct, frozen=True):
    """One of the viewer's own passkeys."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


async def passkeys(ctx: RequestContext) -> list[PasskeyView]:
    """The viewer's own passkeys, the oldest first."""
    query = (
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at)
        .where(Passkey.person_id == ctx.person.id)
        .order_by(Passkey.created_at)
    )
    return [PasskeyView(*row) for row in (await ctx.db.execute(query)).all()]


async def may_change_passkeys(ctx: RequestContext) -> Refusal | None:
    """A recent sign-in is needed; with a passkey, when roles ask for one and the person has one.

    Else whoever reads their mailbox would wake their roles with a passkey of their own.
    """
    if refusal := needs_confirmation(ctx):
        return refusal
    return PasskeyNeeded() if ctx.person.asleep and await passkeys(ctx) else None


async def creation_options(ctx: RequestContext) -> str:
    """WebAuthn options to create a passkey for the viewer, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    held = await ctx.db.scalars(
        select(Passkey.credential).where(Passkey.person_id == ctx.person.id)
    )
    options = webauthn.generate_registration_options(
        rp_id=_site(ctx.app),
        rp_name=ctx.app.settings.network_name or NAME,
        user_id=ctx.person.id.bytes,
        user_name=ctx.person.email,
        user_display_name=ctx.person.name or ctx.person.email,
        challenge=_challenge(ctx.app, "create", ctx.now),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in held],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def request_options(app: AppContext, now: datetime) -> str:
    """WebAuthn options to sign in with any passkey of this site, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=_site(app),
        challenge=_challenge(app, "get", now),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


async def add_passkey(ctx: RequestContext, credential: str, name: str) -> None:
    """Register what the viewer's browser made. The session then counts as opened by passkey.

    Raises `Invalid` on `credential`, `Conflict("too-many-passkeys")`, and as `may_change_passkeys`.
    """
    permit(await may_change_passkeys(ctx))
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    made = _read(credential)
    challenge, _ = _checked(ctx.app, "create", made, ctx.now)
    count = select(func.count()).where(Passkey.person_id == ctx.person.id)
    if (await ctx.db.scalars(count)).one() >= MAX_PASSKEYS:
        raise Conflict("too-many-passkeys", most=MAX_PASSKEYS)
    try:
        found = webauthn.verify_registration_response(
            credential=made,
            expected_challenge=challenge,
            expected_rp_id=_site(ctx.app),
            expected_origin=_origin(ctx.app),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _not_valid() from None
    known = select(Passkey.id).where(Passkey.credential == found.credential_id)
    if (await ctx.db.scalars(known)).first() is not None:
        raise Invalid({"credential": "passkey-known"})
    ctx.db.add(
        Passkey(
            person_id=ctx.person.id,
            credential=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            name=name,
            created_at=ctx.now,
        )
    )
    await ctx.db.flush()
    await confirm_session(ctx, by_passkey=True)
    await record(ctx, PasskeyAdded(person_id=ctx.person.id))


async def person_of_passkey(ctx: RequestContext, credential: str) -> Person:
    """Whose passkey has just been used here. Raises `Invalid` on `credential`."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    shown = _read(credential)
    challenge, made_at = _checked(ctx.app, "get", shown, ctx.now)
    try:
        identifier = base64url_to_bytes(str(shown["id"]))
    except (KeyError, ValueError):
        raise _not_valid() from None
    query = select(Passkey).where(Passkey.credential == identifier).with_for_update()
    passkey = (await ctx.db.scalars(query)).one_or_none()
    if passkey is None or (passkey.used_at is not None and made_at <= passkey.used_at):
        raise _not_valid()
    try:
        found = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=_site(ctx.app),
            expected_origin=_origin(ctx.app),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _not_valid() from None
    passkey.sign_count, passkey.used_at = found.new_sign_count, ctx.now
    await ctx.db.flush()
    return await ctx.db.get_one(Person, passkey.person_id)


async def confirm_by_passkey(ctx: RequestContext, credential: str) -> None:
    """Accept a passkey as fresh proof of identity. Raises `Invalid` on `credential`."""
    if (await person_of_passkey(ctx, credential)).id != ctx.person.id:
        raise _not_valid()
    await confirm_session(ctx, by_passkey=True)


async def remove_passkey(ctx: RequestContext, passkey_id: UUID) -> None:
    """Forget one of the viewer's passkeys, if it is theirs. Raises as `may_change_passkeys`."""
    permit(await may_change_passkeys(ctx))
    removed = await ctx.db.execute(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.person_id == ctx.person.id)
        .returning(Passkey.id)
    )
    if removed.first() is not None:
        await record(ctx, PasskeyRemoved(person_id=ctx.person.id))


async def forget_passkeys(ctx: RequestContext, person_id: UUID) -> int:
    """Forget all passkeys of somebody who lost them: for the operator's command. How many."""
    gone = await ctx.db.execute(
        delete(Passkey).where(Passkey.person_id == person_id).returning(Passkey.id)
    )
    count = len(gone.all())
    if count:
        await record(ctx, PasskeyRemoved(person_id=person_id))
    return count


def _challenge(app: AppContext, purpose: str, now: datetime) -> bytes:
    made = secrets.token_bytes(16) + int(now.timestamp() * 1_000_000).to_bytes(8)
    return made + _digest(app, purpose, made)


def _checked(
    app: AppContext, purpose: str, answer: dict[str, Any], now: datetime
) -> tuple[bytes, datetime]:
    """The challenge that a browser answered, if it is ours and young, and when it was made."""
    from webauthn.helpers import base64url_to_bytes

    try:
        client = msgspec.json.decode(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
    except (KeyError, TypeError, ValueError):  # msgspec's own errors are ValueErrors
        raise _not_valid() from None
    made, digest = challenge[:24], challenge[24:]
    if not hmac.compare_digest(digest, _digest(app, purpose, made)):
        raise _not_valid()
    made_at = datetime.fromtimestamp(int.from_bytes(made[16:]) / 1_000_000, now.tzinfo)
    if made_at <= now - CHALLENGE_LASTS:
        raise Invalid({"credential": "passkey-too-late"})
    return challenge, made_at


def _digest(app: AppContext, purpose: str, made: bytes) -> bytes:
    return keyed(app.secret, "passkey", purpose, made)[:16]


def _read(credential: str) -> dict[str, Any]:
    if len(credential) > MAX_ANSWER_LENGTH:
        raise _not_valid()
    try:
        return msgspec.json.decode(credential, type=dict[str, Any])
    except ValueError:
        raise _not_valid() from None


def _not_valid() -> Invalid:
    return Invalid({"credential": "passkey-not-valid"})


def _origin(app: AppContext) -> str:
    return app.settings.origin.rstrip("/")


def _site(app: AppContext) -> str:
    """Relying party of passkeys (WebAuthn RP ID): the site's host name."""
    return urlsplit(app.settings.origin).hostname or ""
