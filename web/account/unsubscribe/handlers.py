"""Stopping mails from the link they carry, by a person or by a mail program (RFC 8058)."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.core.csrf import IN_ADDRESS
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.notices.mails.commands import unsubscribe
from deliberation.notices.mails.tokens import person_of_token
from web.shell.render import render

STOP = "/desinscription/{token:str}"


@get(STOP)
async def stopping(request: AnyRequest, ctx: Ctx, token: FromPath[str]) -> Response[str]:
    """One button: a program that opens links changes nothing."""
    person_of_token(ctx.app, token)
    return render(request, "account/unsubscribe/stop.html", private=True, token=token, done=False)


@post(STOP, status_code=200, opt={IN_ADDRESS: True})
async def stop(request: AnyRequest, ctx: Ctx, token: FromPath[str]) -> Response[str]:
    """Send no more mails to the token's person, whoever presses: it does nothing else."""
    await unsubscribe(ctx, token)
    return render(request, "account/unsubscribe/stop.html", private=True, token=token, done=True)


HANDLERS = [stopping, stop]
