"""A TCP proxy that can be slow, mute or cut, between client and site or site and database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Proxy:
    """Current behaviour: `delay` seconds each way; `mute`: nothing passes and connections stay
    open; `refuse`: new connections are closed at once; `forget`: answers are dropped, connections
    cut.
    """

    target: "tuple[str, int] | str"  # a port of the loopback, or a Unix socket
    port: int = 0
    delay: float = 0.0
    mute: bool = False
    refuse: bool = False
    forget: bool = False
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Reset everything that is open."""
        for writer in list(self.open):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        if self.refuse:
            writer.transport.abort()
            return
        there: Stream | None = None
        try:
            there = await self._reach()
            self.open |= {writer, there[1]}
            one = asyncio.create_task(self._pass(reader, there[1], answers=False))
            other = asyncio.create_task(self._pass(there[0], writer, answers=True))
            await asyncio.wait({one, other}, return_when=asyncio.FIRST_COMPLETED)
            one.cancel()
            other.cancel()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, there[1] if there else writer):
                self.open.discard(end)
                end.transport.abort()

    async def _reach(self) -> Stream:
        if isinstance(self.target, str):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while block := await reader.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                while self.mute:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                if answers and self.forget:
                    return
                writer.write(block)
                await writer.drain()


@asynccontextmanager
async def proxying(target: "tuple[str, int] | str") -> AsyncIterator[Proxy]:
    """A proxy before a target, on a free port of the loopback."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
