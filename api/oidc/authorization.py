"""Asking the provider who somebody is: the address to send them to, and what they bring back.

Authorization code with PKCE (S256), state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700);
the answer's issuer where it is told (RFC 9207).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from joserfc.jwk import KeySet
from joserfc.jwt import Token

from api.oidc.discovery import FAREWELL, Provider, conversation, fetched, keys_of, provider_of
from api.oidc.tokens import UnknownKey, about_them, identity_in, signed, verified_email
from deliberation.core.errors import NotAllowed
from deliberation.core.ids import new_token
from deliberation.core.settings import Settings, private_address

LONGEST = 4000  # characters of what a browser brings back


class Asked(msgspec.Struct, frozen=True):
    """What only the browser that began may bring back, or know."""

    issuer: str
    state: str
    nonce: str
    verifier: str


class Vouched(msgspec.Struct, frozen=True):
    """Whom the provider vouches for. `token`: what closes their session there, and nothing else."""

    subject: str
    email: str | None
    token: str


async def question(settings: Settings) -> tuple[str, Asked]:
    """The provider's page to send somebody to, and what their browser must keep meanwhile.

    Raises `NotAllowed`: `identity-unavailable`.
    """
    asked = Asked(settings.oidc_issuer, new_token(), new_token(), new_token())
    more = {"acr_values": settings.oidc_acr} if settings.oidc_acr else {}
    if not settings.oidc_issuer:
        raise NotAllowed("identity-unavailable")
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
        if not private_address(provider.authorization_endpoint):
            raise ValueError("an address that others can read")
        address, _ = client.create_authorization_url(
            provider.authorization_endpoint,
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
            **more,
        )
    return address, asked


async def answer(
    settings: Settings, asked: Asked, brought: Mapping[str, str], now: datetime, *, email: bool
) -> Vouched:
    """Whom the provider vouches for, from what a browser brought back.

    `email`: whether the verified address is needed; only then is it asked for. Raises `NotAllowed`:
    `identity-expired`, `identity-cancelled`, `identity-not-proved`, `identity-too-weak`,
    `identity-unavailable`.
    """
    state, code = (brought.get(name, "")[:LONGEST] for name in ("state", "code"))
    if asked.issuer != settings.oidc_issuer or not _same(state, asked.state):
        raise NotAllowed("identity-expired")
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
    _refuse_a_stranger(provider, brought)
    if error := brought.get("error"):
        cancelled = error == "access_denied"
        raise NotAllowed("identity-cancelled" if cancelled else "identity-not-proved")
    if not code:
        raise NotAllowed("identity-not-proved")
    async with conversation(settings, _method(settings, provider)) as client:
        if not private_address(provider.token_endpoint):
            raise ValueError("an address that others can read")
        got = await client.fetch_token(
            provider.token_endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=asked.verifier,
        )
        token, access = str(got.get("id_token", "")), str(got.get("access_token", ""))
        claims = identity_in(
            await _signed(client, provider, token),
            issuer=provider.issuer,
            client=settings.oidc_client,
            nonce=asked.nonce,
            access_token=access,
            acr=settings.oidc_acr,
            now=int(now.timestamp()),
        )
        found = claims
        if email and "email" not in claims and provider.userinfo_endpoint:
            found = await _described(client, provider, settings, claims["sub"])
        return Vouched(claims["sub"], verified_email(found), token)


async def farewell(settings: Settings, token: str, state: str) -> str | None:
    """Where the provider forgets somebody, then sends them back; None where it offers no such page.

    `token`: `Vouched.token`; `state`: what it must send back.
    """
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
    address = provider.end_session_endpoint
    if not address or not private_address(address):
        return None
    query = {
        "id_token_hint": token,
        "post_logout_redirect_uri": settings.origin + FAREWELL,
        "state": state,
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _refuse_a_stranger(provider: Provider, brought: Mapping[str, str]) -> None:
    """An answer that another provider gave (RFC 9207) is not for this one's token endpoint."""
    told = brought.get("iss")
    silent = told is None and not provider.authorization_response_iss_parameter_supported
    if not silent and told != provider.issuer:
        raise NotAllowed("identity-not-proved")


async def _signed(client: Any, provider: Provider, token: str) -> Token:
    """A token that the provider signed; a key that is not known yet is looked for once."""
    try:
        return signed(token, await keys_of(client, provider))
    except UnknownKey:
        return _with_new_keys(token, await keys_of(client, provider, anew=True))


def _with_new_keys(token: str, keys: KeySet) -> Token:
    try:
        return signed(token, keys)
    except UnknownKey:
        raise NotAllowed("identity-not-proved") from None


async def _described(
    client: Any, provider: Provider, settings: Settings, subject: str
) -> dict[str, Any]:
    """What the provider says of somebody who has just signed in: JSON, or a token it signed."""
    assert provider.userinfo_endpoint
    body = await fetched(client, provider.userinfo_endpoint, signed_in=True)
    if body.lstrip()[:1] == b"{":
        return about_them(msgspec.json.decode(body, type=dict[str, Any]), subject=subject)
    token = await _signed(client, provider, body.decode().strip())
    issuer, name = provider.issuer, settings.oidc_client
    return about_them(token.claims, subject=subject, issuer=issuer, client=name)


def _method(settings: Settings, provider: Provider) -> str:
    """How this site says who it is to the token endpoint."""
    if not settings.oidc_secret:
        return "none"
    offered = provider.token_endpoint_auth_methods_supported
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
