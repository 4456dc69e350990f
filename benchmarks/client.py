"""A light HTTP/1.1 client with persistent connections, so that the load itself costs little."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: the status, the head and the body as they were sent."""

    status: int
    head: bytes
    body: bytes


class Caller(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Gather an answer, and give it when it is whole."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or self._waiting is None:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) >= int(length or 0):
            self._buffer = b""
            self._waiting.set_result(Answer(int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the pending response: the connection is closed."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError("the server closed"))

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer. Raises `ConnectionError` once it is closed."""
        if self._transport.is_closing():
            raise ConnectionResetError("the server has closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def is_closed(self) -> bool:
        """Whether the server has hung up, as it may between two requests."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def connect(port: int) -> Caller:
    """A connection to the loopback."""
    loop = asyncio.get_running_loop()
    _, caller = await loop.create_connection(Caller, "127.0.0.1", port)
    return caller


def request(
    method: str, path: str, *, encoding: str = "br", body: str = "", **headers: str
) -> bytes:
    """A request in bytes; `headers` are written with underscores for dashes."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: localhost:8000",
        "accept: text/html",
        f"accept-encoding: {encoding}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    if body and "content_type" not in headers:
        lines.append("content-type: application/x-www-form-urlencoded")
    if method != "GET":
        lines.append(f"content-length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def load(
    port: int, requests: Callable[[], bytes], status: int, *, concurrency: int, seconds: float
) -> list[float]:
    """Send requests for a while from so many connections; the seconds that each one took."""
    until, taken = time.perf_counter() + seconds, list[float]()

    async def one() -> None:
        caller = await connect(port)
        begin = time.perf_counter()
        while begin < until:
            answer = await caller.ask(requests())
            if answer.status != status:
                raise SystemExit(f"{answer.status} instead of {status}: {answer.body[:400]!r}")
            end = time.perf_counter()
            taken.append(end - begin)
            begin = end
        caller.close()

    await asyncio.gather(*(one() for _ in range(concurrency)))
    return taken


async def send_all(
    port: int, requests: Sequence[bytes], concurrency: int, due: Sequence[float] = ()
) -> list[tuple[Answer, float]]:
    """Send each request once, from so many connections; the answers and the seconds they took.

    `due`: when each is to be sent, in seconds from now and rising; the time that a request waits
    for a connection counts. Without it, each is sent as soon as a connection is free.
    """
    answers: list[tuple[Answer, float]] = []
    waiting, start = deque(enumerate(requests)), time.perf_counter()

    async def one() -> None:
        caller = await connect(port)
        while waiting:
            place, sent = waiting.popleft()
            begin = start + due[place] if due else time.perf_counter()
            if (early := begin - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            answer = await caller.ask(sent)
            answers.append((answer, time.perf_counter() - begin))
        caller.close()

    await asyncio.gather(*(one() for _ in range(concurrency)))
    return answers
