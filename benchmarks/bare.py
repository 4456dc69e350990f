"""The least that a ballot's intake costs: an ASGI handler without framework, the same statements.

It reads the request, asks PostgreSQL the very statements that the site asks, and answers. It checks
nothing, and seals nothing: of a sealed ballot it writes as many random bytes.
"""

import hashlib
import hmac
import os
from math import comb
from typing import Any

import asyncpg
import msgspec

from deliberation.core.ids import fingerprint, new_reference
from deliberation.core.settings import Settings, read_settings, secret_of
from deliberation.elections.ballots import commands, sealed_casting
from deliberation.elections.ballots.casting import READ


class Body(msgspec.Struct):
    """Body of a request."""

    choice: dict[str, int]
    submission: str
    code: str = ""


class Bare:
    """The application: one handler for every path."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.database_url.replace("+asyncpg", "", 1)
        self.secret = secret_of(settings)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or follow the server's start and end."""
        if scope["type"] == "lifespan":
            await receive()
            self.pool = await asyncpg.create_pool(
                self.url,
                max_size=16,
                reset=_nothing,
            )
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        token = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
        slug = scope["path"].split("/")[4]
        answer = await self.cast(slug, token, msgspec.json.decode(body, type=Body))
        written = msgspec.json.encode(answer)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(written)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": written})

    async def cast(self, slug: str, token: str, sent: Body) -> dict[str, Any]:
        """Both statements, on one connection of the pool."""
        code = self.hashed(f"code:{sent.code}") if sent.code else None
        values = {"slug": slug, "number": 1, "fingerprint": fingerprint(token), "code": code}
        async with self.pool.acquire() as connection:
            (found,) = await READ.rows(connection, **values)
            pseudonym = self.hashed(f"bare:{found['id']}:{found['voter']}")
            key = hashlib.sha256(sent.submission.encode()).digest()
            one = (found["id"], found["voter"], pseudonym, key)
            if found["profile"] == "P0":
                row = bytes(sent.choice.values())
                reference = new_reference()
                cast = await connection.fetchrow(commands.CAST, *one, row, reference, code)
                return {"reference": cast["receipt"], "version": cast["version"]}
            sealed = os.urandom(SIZES[slug])
            hash = hashlib.sha256(sealed).digest()
            cast = await connection.fetchrow(sealed_casting.CAST, *one, 1, sealed, hash, code)
            return {"hash": cast["hash"].hex(), "version": cast["version"]}

    def hashed(self, text: str) -> bytes:
        """A keyed hash, as for codes and pseudonyms."""
        return hmac.digest(self.secret, text.encode(), hashlib.sha256)


def create_bare() -> Bare:
    """An application of the environment's settings."""
    return Bare(read_settings())


def _size(trustees: int, threshold: int) -> int:
    """Bytes of a sealed ballot of up to 62 options (see `sealing`)."""
    return 37 + 80 + trustees * (48 + 32 * comb(trustees - 1, threshold - 1))


SIZES = {"scelle-a-trois": _size(3, 2), "scelle-a-cinq": _size(5, 3)}


async def _nothing(_: asyncpg.Connection) -> None:
    """Nothing to put back after statements that stand alone."""
