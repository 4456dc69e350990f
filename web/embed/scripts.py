"""The two small scripts of embedding: one for the other site's page, one for the frame."""

from functools import cache
from pathlib import Path

from litestar import Response, get

FOLDER = Path(__file__).parent
CACHE = "public, max-age=3600"


@get("/embed/v1.js")
async def host_script() -> Response[bytes]:
    """Script that another site may add to its page, so that the frame gets the height it needs."""
    answer = _sent("v1.js")
    answer.headers["cross-origin-resource-policy"] = "cross-origin"
    return answer


@get("/embed/frame.js")
async def frame_script() -> Response[bytes]:
    """Script of the embedded frame itself."""
    return _sent("frame.js")


def _sent(name: str) -> Response[bytes]:
    return Response(_script(name), media_type="text/javascript", headers={"cache-control": CACHE})


@cache
def _script(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
