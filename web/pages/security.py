"""What protects one's account: the sessions that are open, and the passkeys that open them."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.plumbing.transaction import Acting
from deliberation.kit.act import Act
from deliberation.kit.errors import Invalid, PasskeyNeeded
from deliberation.people.passkeys import (
    LONGEST,
    add_passkey,
    creation_options,
    may_change_passkeys,
    passkeys,
    remove_passkey,
)
from deliberation.people.queries import account
from deliberation.people.sessions import close_other_sessions, close_session, sessions
from web.forms import Typed, form_of
from web.render import render, see_page

PAGE = "/compte/securite"


class NewPasskey(msgspec.Struct, frozen=True):
    """What a browser made, and what its owner calls it."""

    credential: Annotated[str, msgspec.Meta(min_length=2, max_length=LONGEST)]
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]


@get(PAGE)
async def security(
    request: Request[Any, Any, Any], act: Acting, fait: FromQuery[str] = ""
) -> Response[str]:
    """Sessions, passkeys, and what roles ask for."""
    return await _page(request, act, Typed(), {}, done=fait)


@post(PAGE + "/sessions/fermer")
async def close_others(act: Acting) -> Redirect:
    """End every session but this one."""
    await close_other_sessions(act)
    return _to(act, "sessions")


@post(PAGE + "/sessions/{session_id:uuid}/fermer")
async def close(act: Acting, session_id: FromPath[UUID]) -> Redirect:
    """End one session."""
    await close_session(act, session_id)
    return _to(act, "session")


@post(PAGE + "/cles")
async def add(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Register a passkey."""
    _ = act.person
    form = await form_of(request, NewPasskey, act.lang)
    if form.draft is not None:
        try:
            await add_passkey(act, form.draft.credential, form.draft.name)
        except Invalid as error:
            form.refuse(error)
        else:
            return _to(act, "cle")
    return await _page(request, act, form.typed, form.errors)


@post(PAGE + "/cles/{passkey_id:uuid}/retirer")
async def remove(act: Acting, passkey_id: FromPath[UUID]) -> Redirect:
    """Forget a passkey."""
    await remove_passkey(act, passkey_id)
    return _to(act, "retiree")


async def _page(
    request: Request[Any, Any, Any],
    act: Act,
    typed: Typed,
    errors: dict[str, str],
    *,
    done: str = "",
) -> Response[str]:
    refusal = await may_change_passkeys(act)
    return render(
        request,
        "account/security.html",
        status=422 if errors else 200,
        private=True,
        account=await account(act),
        sessions=await sessions(act),
        passkeys=await passkeys(act),
        locked=isinstance(refusal, PasskeyNeeded),
        asleep=bool(act.person.asleep),
        creation="" if refusal else await creation_options(act),
        typed=typed,
        errors=errors,
        done=done,
    )


def _to(act: Act, done: str) -> Redirect:
    return see_page(act.lang, f"{PAGE}?fait={done}")


HANDLERS = [security, close_others, close, add, remove]
