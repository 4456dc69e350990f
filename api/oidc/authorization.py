"""Authorization request and code exchange with the identity provider.

Authorization code flow with PKCE (S256), state and nonce (OpenID Connect Core 1.0, RFC 7636,
RFC 9700); the issuer of the response is checked where the provider sends it (RFC 9207).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from api.oidc.discovery import LOGOUT_PATH, Provider, conversation, fetched, keys_of, provider_of
from api.oidc.tokens import UnknownKey, identity_in, signed, userinfo_claims, verified_email
from deliberation.core.errors import NotAllowed
from deliberation.core.ids import new_token
from deliberation.core.settings import Settings, private_address

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from joserfc.jwt import Token

LONGEST = 4000  # characters of a query parameter that a browser brings back


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """The secrets of one authorization request; the browser that began keeps them."""

    issuer: str
    state: str
    nonce: str
    verifier: str


class VerifiedIdentity(msgspec.Struct, frozen=True):
    """A voter as the provider verified them. `token`: the ID token, used for the logout only."""

    subject: str
    email: str | None
    token: str


async def authorization_url(settings: Settings) -> tuple[str, AuthorizationRequest]:
    """The provider's page to send a voter to, and the request that their browser keeps.

    Raises `NotAllowed`: `identity-unavailable`.
    """
    request = AuthorizationRequest(settings.oidc_issuer, new_token(), new_token(), new_token())
    more = {"acr_values": settings.oidc_acr} if settings.oidc_acr else {}
    if not settings.oidc_issuer:
        raise NotAllowed("identity-unavailable")
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
        if not private_address(provider.authorization_endpoint):
            raise ValueError("an endpoint without TLS")
        address, _ = client.create_authorization_url(
            provider.authorization_endpoint,
            state=request.state,
            nonce=request.nonce,
            code_verifier=request.verifier,
            **more,
        )
    return address, request


async def exchange_code(
    settings: Settings,
    request: AuthorizationRequest,
    brought: Mapping[str, str],
    now: datetime,
    *,
    email: bool,
) -> VerifiedIdentity:
    """Exchange the authorization code that a browser brought back for a verified identity.

    `email`: whether the verified address is needed; only then is it requested. Raises `NotAllowed`:
    `identity-expired`, `identity-cancelled`, `identity-not-proved`, `identity-too-weak`,
    `identity-unavailable`.
    """
    state, code = (brought.get(name, "")[:LONGEST] for name in ("state", "code"))
    if request.issuer != settings.oidc_issuer or not _same(state, request.state):
        raise NotAllowed("identity-expired")
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
    _check_issuer(provider, brought)
    if error := brought.get("error"):
        cancelled = error == "access_denied"
        raise NotAllowed("identity-cancelled" if cancelled else "identity-not-proved")
    if not code:
        raise NotAllowed("identity-not-proved")
    async with conversation(settings, _method(settings, provider)) as client:
        if not private_address(provider.token_endpoint):
            raise ValueError("an endpoint without TLS")
        got = await client.fetch_token(
            provider.token_endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=request.verifier,
        )
        token, access = str(got.get("id_token", "")), str(got.get("access_token", ""))
        claims = identity_in(
            await _signed(client, provider, token),
            issuer=provider.issuer,
            client=settings.oidc_client,
            nonce=request.nonce,
            access_token=access,
            acr=settings.oidc_acr,
            now=int(now.timestamp()),
        )
        found = claims
        if email and "email" not in claims and provider.userinfo_endpoint:
            found = await _userinfo(client, provider, settings, claims["sub"])
        return VerifiedIdentity(claims["sub"], verified_email(found), token)


async def logout_url(settings: Settings, token: str, state: str) -> str | None:
    """The provider's logout page (RP-Initiated Logout 1.0); None where it offers none.

    `token`: `VerifiedIdentity.token`; `state`: what the provider must send back.
    """
    async with conversation(settings) as client:
        provider = await provider_of(client, settings)
    address = provider.end_session_endpoint
    if not address or not private_address(address):
        return None
    query = {
        "id_token_hint": token,
        "post_logout_redirect_uri": settings.origin + LOGOUT_PATH,
        "state": state,
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _check_issuer(provider: Provider, brought: Mapping[str, str]) -> None:
    """Refuse another provider's response before its code is sent on (RFC 9207)."""
    issuer = brought.get("iss")
    silent = issuer is None and not provider.authorization_response_iss_parameter_supported
    if not silent and issuer != provider.issuer:
        raise NotAllowed("identity-not-proved")


async def _signed(client: Any, provider: Provider, token: str) -> "Token":
    """A token signed by the provider; an unknown key is fetched once."""
    try:
        return signed(token, await keys_of(client, provider))
    except UnknownKey:
        return _with_new_keys(token, await keys_of(client, provider, anew=True))


def _with_new_keys(token: str, keys: "KeySet") -> "Token":
    try:
        return signed(token, keys)
    except UnknownKey:
        raise NotAllowed("identity-not-proved") from None


async def _userinfo(
    client: Any, provider: Provider, settings: Settings, subject: str
) -> dict[str, Any]:
    """The userinfo response (OpenID Connect Core 1.0, section 5.3): JSON, or a signed token."""
    assert provider.userinfo_endpoint
    body = await fetched(client, provider.userinfo_endpoint, signed_in=True)
    if body.lstrip()[:1] == b"{":
        return userinfo_claims(msgspec.json.decode(body, type=dict[str, Any]), subject=subject)
    token = await _signed(client, provider, body.decode().strip())
    issuer, name = provider.issuer, settings.oidc_client
    return userinfo_claims(token.claims, subject=subject, issuer=issuer, client=name)


def _method(settings: Settings, provider: Provider) -> str:
    """The client authentication method at the token endpoint."""
    if not settings.oidc_secret:
        return "none"
    offered = provider.token_endpoint_auth_methods_supported
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
