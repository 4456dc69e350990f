"""Request bodies: read whole, within limits of size and time, before a transaction begins.

Anybody may send `SMALL` bytes. A route that needs more says how much and from whom (`larger`); the
rest is read only after that check. Uploaded files are written to disk while they arrive.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, HTTPException, InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPReceiveMessage

from api.core.cookies import app_of
from api.core.csrf import SAFE
from api.core.identity import networks_of
from api.core.requests import AnyConnection, AnyRequest
from api.core.transaction import request_context
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.process.consultations.commands import consultation_row

SMALL = 64_000  # bytes: any text of a citizen, in the wordiest encoding
LONG = 1_000_000  # bytes of a long form; of fields to be taken apart, nobody sends more
FIELDS = 200
SECONDS = 15.0  # in which a small body arrives
PACE = 50_000  # bytes a second that a larger one keeps up with
WAITING = 100  # bodies of one network that have all of that time
GRACE = 3.0  # seconds that each of them has in any case

MORE_BY, MOST_FIELDS = "more_by", "most_fields"  # what `larger` puts in a route's `opt`

Permit = Callable[..., Awaitable[None]]  # called with the context and the names of the address
_waiting: dict[str, dict[asyncio.Timeout, float]] = {}  # network -> since when


def larger(by: Permit, most: int = LONG, *, fields: int = FIELDS) -> dict[str, Any]:
    """Arguments of a route that accepts `most` bytes, and fields, from those whom `by` admits."""
    return {"request_max_body_size": most, "opt": {MORE_BY: by, MOST_FIELDS: fields}}


async def by_its_agents(ctx: RequestContext, **names: Any) -> None:
    """Admits those who run the consultation in the path."""
    await consultation_row(ctx, names["slug"])


async def by_staff(ctx: RequestContext, **names: Any) -> None:
    """Admits whoever has a role in some authority; the route checks which."""
    if not ctx.person.roles:
        raise NotFound


async def read_body(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Read the body of a request. Raises 408, 413, or what `MORE_BY` refuses with.

    Leaves in the scope `typed_form`, the fields and files of a form.
    """
    if connection.scope.get("method") in SAFE:
        return
    request: AnyRequest = Request(connection.scope, send=connection.send)
    most = handler.resolve_request_max_body_size() or SMALL  # type: ignore[attr-defined]
    announced = request.content_length or 0  # beyond `most`, it is refused before it is read
    request.receive = _Counted(connection, handler.opt, announced if announced <= most else 0)
    form = takes_forms(connection)
    if request.content_length == 0:  # a button alone
        if form and request.content_type[0] == RequestEncodingType.URL_ENCODED:
            connection.scope["typed_form"] = FormMultiDict()  # type: ignore[typeddict-unknown-key]
        return
    seconds = SECONDS + (most / PACE if most > SMALL else 0)
    try:
        async with _in_time(networks_of(connection, app_of(connection))[0], seconds):
            if form and request.content_type[0] == RequestEncodingType.MULTI_PART:
                connection.scope["typed_form"] = await request.form()  # type: ignore[typeddict-unknown-key]
                return
            body = await request.body()
    except TimeoutError:
        raise HTTPException(status_code=408) from None
    except (InternalServerException, UnicodeError, LookupError):  # hung up; no text of its charset
        raise ClientException from None
    if form and request.content_type[0] == RequestEncodingType.URL_ENCODED:
        fields = body.count(b"&") + 1
        if len(body) > LONG or fields > handler.opt.get(MOST_FIELDS, FIELDS):
            raise RequestEntityTooLarge
        connection.scope["typed_form"] = await request.form()  # type: ignore[typeddict-unknown-key]


class _Counted:
    """The receive channel; it refuses more bytes than the sender may send."""

    def __init__(self, connection: AnyConnection, opt: Mapping[str, Any], announced: int) -> None:
        self._connection = connection
        self._may: Permit | None = opt.get(MORE_BY)
        self._announced = announced
        self._count = 0

    async def __call__(self) -> HTTPReceiveMessage:
        await self._permit(self._announced)
        message: Any = await self._connection.receive()
        self._count += len(message.get("body", b""))
        await self._permit(self._count)
        return message  # type: ignore[no-any-return]

    async def _permit(self, count: int) -> None:
        if count > SMALL and self._may is not None:
            may, self._may = self._may, None
            async with request_context(Request(self._connection.scope)) as ctx:
                await may(ctx, **self._connection.path_params)


def takes_forms(connection: AnyConnection) -> bool:
    """Whether the body is a form with fields; programs send JSON or a plain file."""
    return not connection.scope["path"].startswith("/api/")


@asynccontextmanager
async def _in_time(network: str, seconds: float) -> AsyncIterator[None]:
    """A time limit; it is shorter for the oldest bodies when many of one network are incomplete.

    A body that arrives within `GRACE` is always accepted, whatever the network's others do.
    """
    now = asyncio.get_running_loop().time()
    async with asyncio.timeout(seconds) as limit:
        waiting = _waiting.setdefault(network, {})
        for other, since in list(waiting.items())[: max(0, len(waiting) - WAITING + 1)]:
            other.reschedule(max(now, since + GRACE))
            del waiting[other]
        waiting[limit] = now
        try:
            yield
        finally:
            waiting.pop(limit, None)
            if not waiting and _waiting.get(network) is waiting:
                del _waiting[network]
