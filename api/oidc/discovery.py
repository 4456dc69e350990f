"""OpenID Connect discovery: endpoints and signing keys of the pinned issuer.

Nothing is fetched without TLS (except on this machine), no redirect is followed, and each
conversation has a time limit: a provider that does not answer verifies nobody. The libraries are
imported by the first conversation: most sites have no provider, and start sooner.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import structlog

from deliberation.core.errors import NotAllowed
from deliberation.core.settings import Settings, private_address

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

log = structlog.get_logger()

WELL_KNOWN = "/.well-known/openid-configuration"
# Where the provider sends voters back: after the login, and after the logout.
RETURN_PATH = "/identite/retour"
LOGOUT_PATH = "/identite/fin"

CONVERSATION_TIMEOUT = 8.0  # seconds for one conversation
CACHE_LASTS = 3600.0  # seconds after which endpoints and keys are fetched again


class Provider(msgspec.Struct, frozen=True):
    """The fields that we use of a discovery document (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


# Issuer, or URL of keys -> when it was fetched (monotonic clock), and the content.
_PROVIDERS: dict[str, tuple[float, Provider]] = {}
_KEYS: dict[str, tuple[float, "KeySet"]] = {}


def name_of(settings: Settings) -> str:
    """The provider's name for voters; empty without a provider."""
    if not settings.oidc_issuer:
        return ""
    return settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""


@asynccontextmanager
async def conversation(settings: Settings, method: str = "none") -> AsyncIterator[Any]:
    """A client of the provider; `method`: client authentication at the token endpoint.

    Every failure raises `NotAllowed`: `identity-unavailable`, or `identity-not-proved` where the
    provider itself refuses.
    """
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    client = AsyncOAuth2Client(
        settings.oidc_client,
        settings.oidc_secret or None,
        token_endpoint_auth_method=method,
        scope=settings.oidc_scopes,
        redirect_uri=settings.origin + RETURN_PATH,
        code_challenge_method="S256",
        leeway=0,  # an access token of one minute is used at once
        timeout=CONVERSATION_TIMEOUT / 2,
        follow_redirects=False,
        verify=_trusted(),
        trust_env=settings.oidc_issuer.startswith("https://"),
    )
    try:
        async with asyncio.timeout(CONVERSATION_TIMEOUT), client:
            yield client
    except AuthlibBaseError as error:
        log.warning("identity-provider-refused", error=str(error.error)[:40])
        raise NotAllowed("identity-not-proved") from None
    except (
        httpx2.HTTPError,
        httpx2.InvalidURL,
        OSError,
        ValueError,
        msgspec.MsgspecError,
    ) as error:
        log.warning("identity-provider-failed", error=type(error).__name__)
        raise NotAllowed("identity-unavailable") from None


async def provider_of(client: Any, settings: Settings) -> Provider:
    """The provider of the settings, fetched once an hour. Raises `ValueError`: another issuer."""
    issuer = settings.oidc_issuer
    read_at, provider = _PROVIDERS.get(issuer, (0.0, None))
    if provider is None or time.monotonic() - read_at > CACHE_LASTS:
        body = await fetched(client, issuer.rstrip("/") + WELL_KNOWN)
        provider = msgspec.json.decode(body, type=Provider)
        if provider.issuer != issuer:
            raise ValueError("another issuer")
        _PROVIDERS[issuer] = time.monotonic(), provider
    return provider


async def keys_of(client: Any, provider: Provider, *, anew: bool = False) -> "KeySet":
    """The provider's signing keys, fetched once an hour, and `anew` for an unknown key."""
    read_at, keys = _KEYS.get(provider.jwks_uri, (0.0, None))
    if keys is None or anew or time.monotonic() - read_at > CACHE_LASTS:
        found = msgspec.json.decode(await fetched(client, provider.jwks_uri))
        keys = _signing_keys(found)
        _KEYS[provider.jwks_uri] = time.monotonic(), keys
    return keys


async def fetched(client: Any, address: str, *, signed_in: bool = False) -> bytes:
    """The body of one of the provider's URLs. Raises `ValueError`, `httpx2.HTTPError`."""
    if not private_address(address):
        raise ValueError("an endpoint without TLS")
    answer = await client.request("GET", address, withhold_token=not signed_in)
    if answer.status_code != 200:
        raise ValueError(f"status {answer.status_code}")
    body: bytes = answer.content
    return body


def _signing_keys(found: Any) -> "KeySet":
    """The public signing keys: no shared secret, no encryption key."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        listed = [
            key
            for key in found["keys"]
            if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
        ]
        return KeySet.import_key_set({"keys": listed})
    except (JoseError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("no keys") from error


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """The system's certificates, read once: reading takes longer than a conversation."""
    return ssl.create_default_context()
