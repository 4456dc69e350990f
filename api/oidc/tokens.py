"""Validation of the provider's signed tokens. Pure: no network, no clock.

The libraries are imported by the first token: see `discovery.py`.
"""

from typing import TYPE_CHECKING, Any

from deliberation.core.errors import NotAllowed

if TYPE_CHECKING:
    from joserfc import jwt
    from joserfc.jwk import KeySet

# Asymmetric signatures only: neither `none`, nor HMAC, for which a public key could be the secret.
ALGORITHMS = ["RS256", "ES256"]
LEEWAY = 60  # seconds that two clocks may differ
MAX_AGE = 600  # seconds since a token was issued
LONGEST = 255  # of a subject (OpenID Connect Core 1.0, section 2)


class UnknownKey(Exception):
    """The token is signed with a key that is not in the set; the key may be new."""


def signed(token: str, keys: "KeySet") -> "jwt.Token":
    """A token with a valid signature. Raises `UnknownKey`; `NotAllowed`: `identity-not-proved`."""
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError

    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except (JoseError, ValueError):
        raise NotAllowed("identity-not-proved") from None


def identity_in(
    token: "jwt.Token",
    *,
    issuer: str,
    client: str,
    nonce: str,
    access_token: str,
    acr: str,
    now: int,
) -> dict[str, Any]:
    """The claims of an ID token issued for this site, this browser and this moment.

    `acr`: the accepted levels, one of which must have been reached; empty: any. `now`: seconds
    since 1970. Raises `NotAllowed`: `identity-not-proved`, `identity-too-weak`.
    """
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    claims = CodeIDToken(
        token.claims,
        token.header,
        options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client},
        },
        params={"client_id": client, "nonce": nonce, "access_token": access_token},
    )
    try:
        claims.validate(now=now, leeway=LEEWAY)
    except (JoseError, TypeError, ValueError, AttributeError):  # claims of any shape
        raise NotAllowed("identity-not-proved") from None
    subject = claims["sub"]
    for_us_alone = claims["aud"] in (client, [client])
    if not for_us_alone or now - claims["iat"] > MAX_AGE or not 0 < len(subject) <= LONGEST:
        raise NotAllowed("identity-not-proved")
    if acr and claims.get("acr") not in acr.split():
        raise NotAllowed("identity-too-weak")
    return dict(claims)


def userinfo_claims(
    claims: dict[str, Any], *, subject: str, issuer: str = "", client: str = ""
) -> dict[str, Any]:
    """Userinfo claims, after checking that they are about `subject`.

    `issuer`, `client`: for a signed response, which names both. Raises as `identity_in`.
    """
    ours = not issuer or (claims.get("iss") == issuer and claims.get("aud") in (client, [client]))
    if not ours or claims.get("sub") != subject:
        raise NotAllowed("identity-not-proved")
    return claims


def verified_email(claims: dict[str, Any]) -> str | None:
    """The e-mail address, if the provider has verified it."""
    email = claims.get("email")
    return email if isinstance(email, str) and claims.get("email_verified") is True else None
