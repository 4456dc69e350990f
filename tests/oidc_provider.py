"""An OpenID Connect provider on a loopback port: honest by itself, and as wrong as a test says.

It keeps what a real one keeps (clients, codes, keys) and checks what a real one checks (secret,
redirect address, PKCE), so that a journey through it proves both sides.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx2
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from granian.constants import Interfaces
from granian.server.embed import Server
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from benchmarks.processes import free_port
from deliberation.core.ids import new_token

CLIENT = "beffroi-essai"
SECRET = "secret-du-site"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})

Claims = dict[str, Any]
Answer = tuple[int, str, bytes, dict[str, str]]


def signed(header: Claims, claims: Claims, key: Any) -> str:
    """A token as an honest provider signs it."""
    return jwt.encode(header, claims, key, algorithms=["RS256", "ES256"])


class Provider:
    """One provider: what it knows of the person at its door, and how it misbehaves."""

    def __init__(self, port: int, now: Callable[[], int]) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.now = now
        self.forget_all()

    def forget_all(self) -> None:
        """Honest again, with nobody at the door."""
        self.keys: list[Any] = [RSA, EC]
        self.signing: Any = RSA
        self.person: Claims = {"sub": "subject-1"}
        self.userinfo_signed = False
        self.userinfo: Claims = {}
        self.acr = "eidas2"
        self.refuses: str | None = None
        self.failing: dict[str, int] = {}
        self.silent: set[str] = set()
        self.nonsense: dict[str, str] = {}
        self.described: Claims = {}
        self.answered: dict[str, str] = {}
        self.claims: Claims = {}
        self.token_of: Callable[[Claims], str] | None = None
        self.codes: dict[str, Claims] = {}
        self.accesses: dict[str, Claims] = {}
        self.asked: list[Claims] = []
        self.visits: list[str] = []
        self.sessions = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The provider as an ASGI application."""
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, kind, content, more = await self._answer(
            scope["path"], dict(parse_qsl(scope["query_string"].decode())), body, headers
        )
        named = [(name.encode(), value.encode()) for name, value in more.items()]
        start = [(b"content-type", kind.encode()), *named]
        await send({"type": "http.response.start", "status": status, "headers": start})
        await send({"type": "http.response.body", "body": content})

    async def _answer(
        self, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]
    ) -> Answer:
        self.visits.append(path)
        if path in self.silent:
            await asyncio.sleep(60)
        if path in self.nonsense:
            return 200, "application/json", self.nonsense[path].encode(), {}
        if path in self.failing:
            return self.failing[path], "text/plain", b"hors service", {"location": "/ailleurs"}
        match path:
            case "/.well-known/openid-configuration":
                return _json({**self._description(), **self.described})
            case "/jwks":
                return _json(KeySet(self.keys).as_dict(private=False))
            case "/authorize":
                return self._authorize(query)
            case "/token":
                return self._token(dict(parse_qsl(body.decode())), headers)
            case "/userinfo":
                return self._userinfo(headers)
            case "/logout":
                return self._logout(query)
        return 404, "text/plain", b"", {}

    def _description(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }

    def _authorize(self, query: dict[str, str]) -> Answer:
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        self.asked.append(query)
        back = {"state": query["state"], "iss": self.issuer}
        if self.refuses:
            back["error"] = self.refuses
        else:
            code = new_token()
            self.codes[code] = query
            back["code"] = code
            self.sessions += 1
        back = {name: value for name, value in {**back, **self.answered}.items() if value}
        return _redirect(f"{query['redirect_uri']}?{urlencode(back)}")

    def _token(self, form: dict[str, str], headers: dict[str, str]) -> Answer:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if headers.get("authorization") != f"Basic {basic}":
            return _json({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]
        ):
            return _json({"error": "invalid_grant"}, 400)
        access = new_token()
        self.accesses[access] = self.person
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": self.now(),
            "exp": self.now() + 60,
            "nonce": asked["nonce"],
            "acr": self.acr,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            "sub": self.person["sub"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.token_of(claims) if self.token_of else self.sign(claims)
        bearer = {"access_token": access, "token_type": "Bearer", "expires_in": 60}
        return _json({**bearer, "id_token": token})

    def sign(self, claims: Claims) -> str:
        """A token with the key in use."""
        alg = "RS256" if isinstance(self.signing, RSAKey) else "ES256"
        return signed({"alg": alg, "kid": self.signing.kid}, claims, self.signing)

    def _userinfo(self, headers: dict[str, str]) -> Answer:
        kind, _, access = headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or access not in self.accesses:
            return _json({"error": "invalid_token"}, 401)
        told = {**self.accesses[access], **self.userinfo}
        if self.userinfo_signed:
            token = self.sign({"iss": self.issuer, "aud": CLIENT, **told})
            return 200, "application/jwt", token.encode(), {}
        return _json(told)

    def _logout(self, query: dict[str, str]) -> Answer:
        assert jwt.decode(query["id_token_hint"], KeySet(self.keys), algorithms=["RS256", "ES256"])
        self.sessions -= 1
        back = {"state": query["state"]}
        return _redirect(f"{query['post_logout_redirect_uri']}?{urlencode(back)}")


@asynccontextmanager
async def provider_running(now: Callable[[], int]) -> AsyncIterator[Provider]:
    """A provider on a free loopback port; `now`: its clock, in seconds."""
    port = free_port()
    provider = Provider(port, now)
    server = Server(
        provider,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    async with httpx2.AsyncClient() as client, asyncio.timeout(60):
        while True:
            try:
                await client.get(f"{provider.issuer}/")
                break
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
    yield provider
    server.stop()  # type: ignore[no-untyped-call]
    await serving


def unsigned(claims: Claims) -> str:
    """A token that says it needs no signature."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(_part(json.dumps(one).encode()) for one in parts) + "."


def signed_with_the_public_key(claims: Claims) -> str:
    """A token whose "secret" is the provider's public key, which anybody can read."""
    parts = ({"alg": "HS256", "kid": "rsa-1"}, claims)
    said = ".".join(_part(json.dumps(one).encode()) for one in parts)
    return f"{said}.{_part(hmac.digest(RSA.as_pem(private=False), said.encode(), 'sha256'))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(value: Any, status: int = 200) -> Answer:
    return status, "application/json", json.dumps(value).encode(), {}


def _redirect(address: str) -> Answer:
    return 302, "text/plain", b"", {"location": address}
