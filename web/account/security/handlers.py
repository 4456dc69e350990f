"""Security of one's account: open sessions and passkeys."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import PasskeyNeeded
from deliberation.network.people.passkeys import (
    MAX_ANSWER_LENGTH,
    add_passkey,
    creation_options,
    may_change_passkeys,
    passkeys,
    remove_passkey,
)
from deliberation.network.sessions.commands import close_other_sessions, close_session, sessions
from web.shell.forms import BLANK, Filled, form_of
from web.shell.render import render, see_page

PAGE = "/compte/securite"


class NewPasskey(msgspec.Struct, frozen=True):
    """A new passkey: the browser's credential, and the owner's name for it."""

    credential: Annotated[str, msgspec.Meta(min_length=2, max_length=MAX_ANSWER_LENGTH)]
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]


@get(PAGE)
async def security(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Sessions, passkeys, and what roles ask for."""
    return await _page(request, ctx)


@post(PAGE + "/sessions/fermer")
async def close_others(ctx: Ctx) -> Redirect:
    """End every session but this one."""
    await close_other_sessions(ctx)
    return _to(ctx, "sessions")


@post(PAGE + "/sessions/{session_id:uuid}/fermer")
async def close(ctx: Ctx, session_id: FromPath[UUID]) -> Redirect:
    """End one session."""
    await close_session(ctx, session_id)
    return _to(ctx, "session")


@post(PAGE + "/cles")
async def add(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Register a passkey."""
    _ = ctx.person
    form = await form_of(request, NewPasskey, ctx.lang)
    if form.draft is not None:
        with form.refusing():
            await add_passkey(ctx, form.draft.credential, form.draft.name)
            return _to(ctx, "cle")
    return await _page(request, ctx, form)


@post(PAGE + "/cles/{passkey_id:uuid}/retirer")
async def remove(ctx: Ctx, passkey_id: FromPath[UUID]) -> Redirect:
    """Forget a passkey."""
    await remove_passkey(ctx, passkey_id)
    return _to(ctx, "retiree")


async def _page(request: AnyRequest, ctx: RequestContext, form: Filled = BLANK) -> Response[str]:
    refusal = await may_change_passkeys(ctx)
    return render(
        request,
        "account/security/security.html",
        sessions=await sessions(ctx),
        passkeys=await passkeys(ctx),
        locked=isinstance(refusal, PasskeyNeeded),
        asleep=bool(ctx.person.asleep),
        creation="" if refusal else await creation_options(ctx),
        form=form,
    )


def _to(ctx: RequestContext, done: str) -> Redirect:
    return see_page(ctx.lang, f"{PAGE}?fait={done}")
