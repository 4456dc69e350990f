"""Browsers' reports about the content policy: counted by directive, logged once a minute.

A report names addresses and quotes code, so none of it is kept: a counter shows that a page loads
what it should not, and which kind of thing.
"""

import asyncio
import re
from collections import Counter

import msgspec
import structlog
from litestar import post
from litestar.status_codes import HTTP_204_NO_CONTENT

from api.core.csrf import CHANGES_NOTHING
from api.core.requests import AnyRequest
from web.shell.headers import POLICY, REPORTS

log = structlog.get_logger()

EVERY = 60.0  # seconds between two lines of the log
MAX_COUNTED_REPORTS = 50  # reports that are counted of one sending
# A browser names a script's element or attribute apart: script-src-elem.
DIRECTIVES = {
    name + part
    for name in re.findall(r"(?:^|; )([a-z-]+)", POLICY)
    for part in ("", "-elem", "-attr")
}

_seen: Counter[str] = Counter()
_next: list[float] = [0.0]  # when the log may be written to again, by this process's own time


class _Body(msgspec.Struct, frozen=True):
    effective: str = msgspec.field(name="effectiveDirective", default="")


class _Report(msgspec.Struct, frozen=True):
    type: str = ""
    body: _Body = _Body()


@post(REPORTS, status_code=HTTP_204_NO_CONTENT, opt={CHANGES_NOTHING: True})
async def take_reports(request: AnyRequest) -> None:
    """Count what a browser reports; what cannot be read is nothing."""
    try:
        found = msgspec.json.decode(await request.body(), type=list[_Report])
    except (msgspec.DecodeError, RecursionError):  # the last: nested too deep
        return
    for one in found[:MAX_COUNTED_REPORTS]:
        if one.type == "csp-violation":
            _seen[one.body.effective if one.body.effective in DIRECTIVES else "other"] += 1
    now = asyncio.get_running_loop().time()
    if _seen and now >= _next[0]:
        _next[0] = now + EVERY
        log.warning("content-policy-broken", **_seen)
        _seen.clear()
