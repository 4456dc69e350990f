"""SMTP connections that stay open from one mail to the next."""

from asyncio import get_running_loop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP, SMTPException

ANSWER_TIMEOUT = 20.0  # seconds for each answer of the mail server
FRESH = 5.0  # seconds after its last mail in which a connection is taken to be alive


class Relay:
    """The idle connections of a process to its mail server."""

    def __init__(self) -> None:
        self._idle: list[tuple[float, SMTP]] = []  # with the time of their last mail

    @asynccontextmanager
    async def connection(self, address: str) -> AsyncIterator[SMTP]:
        """A live connection; it is kept unless the block raises."""
        client = await self._kept() or await _connect(address)
        try:
            yield client
        except BaseException:
            client.close()
            raise
        self._idle.append((get_running_loop().time(), client))

    async def close(self) -> None:
        """Close the connections (QUIT)."""
        while self._idle:
            with suppress(SMTPException, OSError):
                await self._idle.pop()[1].quit(timeout=2)

    async def _kept(self) -> SMTP | None:
        while self._idle:
            used, client = self._idle.pop()
            with suppress(SMTPException, OSError):  # servers close idle connections
                if not client.is_connected or get_running_loop().time() - used > FRESH:
                    await client.rset()
                return client
            client.close()
        return None


async def _connect(address: str) -> SMTP:
    server = urlsplit(address)
    client = aiosmtplib.SMTP(
        hostname=server.hostname,
        port=server.port or (465 if server.scheme == "smtps" else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        # Plain smtp:// upgrades when the server offers it; credentials never travel without TLS.
        start_tls=True if server.scheme == "smtp" and server.username else None,
        timeout=ANSWER_TIMEOUT,
    )
    await client.connect()
    return client
