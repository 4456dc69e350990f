"""Responses that a browser saves as a file."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO

from litestar import Response
from litestar.response import Stream

PIECE = 1 << 18  # bytes sent at once


def attachment(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file response with a name."""
    return Response(content, media_type=media_type, headers=_named(name))


@asynccontextmanager
async def streamed(name: str, media_type: str) -> AsyncIterator[tuple[IO[bytes], Stream]]:
    """A file to write, and the streamed response that sends it; not cached."""
    out = TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    headers = {**_named(name), "cache-control": "no-store"}
    try:
        yield out, Stream(_pieces(out), media_type=media_type, headers=headers)
    except BaseException:
        out.close()
        raise
    out.seek(0)


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
