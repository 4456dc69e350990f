"""Unsubscribe by the link in a mail, by a person or by a mail program (RFC 8058)."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.core.csrf import IN_ADDRESS
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.notices.mails.commands import unsubscribe
from deliberation.notices.mails.tokens import read_token
from web.shell.render import render

STOP = "/desinscription/{token:str}"


@get(STOP)
async def stopping(request: AnyRequest, ctx: Ctx, token: FromPath[str]) -> Response[str]:
    """One button: a program that opens links changes nothing."""
    return _page(request, ctx, token, done=False)


@post(STOP, status_code=200, opt={IN_ADDRESS: True})
async def stop(request: AnyRequest, ctx: Ctx, token: FromPath[str]) -> Response[str]:
    """Unsubscribe as the token says, without signing in: from all mails, or from one subject."""
    await unsubscribe(ctx, token)
    return _page(request, ctx, token, done=True)


def _page(request: AnyRequest, ctx: Ctx, token: str, *, done: bool) -> Response[str]:
    _, subject_id = read_token(ctx.app, token)
    name = "stop" if subject_id is None else "unfollow"
    path = f"account/unsubscribe/{name}.html"
    return render(request, path, token=token, done=done)
