"""/api/v1/sign-in-codes and /api/v1/session."""

from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import JSONBody

from api.core import cookies
from api.core.cookies import called
from api.core.identity import token_of
from api.core.requests import AnyRequest
from api.core.routes import delete, get, post
from api.core.transaction import Ctx
from deliberation.network.people import commands
from deliberation.network.people.commands import CodeAnswer, CodeRequest
from deliberation.network.sessions.commands import sign_out

# By which a browser is known that asks for a code.
BROWSER: tuple[cookies.Name, ...] = ("browser", "device")


class CurrentSession(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in person."""

    signed_in: bool
    name: str
    email: str


class CodeSent(msgspec.Struct, frozen=True):
    """The number to answer with, whether or not the address is known."""

    request: UUID


class SignedIn(msgspec.Struct, frozen=True):
    """The token of a new session, to send as `Authorization: Bearer`."""

    token: str


@get("/session")
async def get_session(ctx: Ctx) -> Response[CurrentSession]:
    """Your identity."""
    view = CurrentSession(
        signed_in=ctx.viewer is not None,
        name=ctx.viewer.name if ctx.viewer else "",
        email=ctx.viewer.email if ctx.viewer else "",
    )
    return Response(view, headers={"cache-control": "no-store"})


@post("/sign-in-codes", status_code=202)
async def send_code(request: AnyRequest, ctx: Ctx, data: JSONBody[CodeRequest]) -> CodeSent:
    """Mail a six-digit code; the answer is the same for known and unknown addresses."""
    browser, device = (cookies.read(request, name) or "" for name in BROWSER)
    return CodeSent(await commands.request_code(ctx, data, browser, device))


@post("/session")
async def create_session(request: AnyRequest, ctx: Ctx, data: JSONBody[CodeAnswer]) -> SignedIn:
    """Exchange a code for a session."""
    browser = cookies.read(request, "browser") or ""
    token, _ = await commands.sign_in(ctx, data, browser, called(request))
    return SignedIn(token)


@delete("/session")
async def end_session(request: AnyRequest, ctx: Ctx) -> None:
    """Sign out."""
    await sign_out(ctx, token_of(request))
