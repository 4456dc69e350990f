"""Forms sent without being signed in: kept, shown again after signing in, sent in one click."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import structlog
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import Scope

from api.core import cookies
from api.core.consultations import asked_by
from api.core.requests import AnyRequest
from api.core.transaction import ALONE, Ctx, request_context
from deliberation.core.context import RequestContext
from deliberation.core.errors import Busy, ConfirmationNeeded, NameNeeded, Refusal, SignInNeeded
from deliberation.network.sessions.kept_forms import forget_form, keep_form, kept_form
from web.shell.forms import KEPT, Fields, fields_in, kept_in
from web.shell.paths import authority_of
from web.shell.render import page_path, render
from web.shell.templating import page_address

log = structlog.get_logger()

# Steps of signing in and of a vote keep what is typed in their own ways.
NOT_KEPT = re.compile(r"/(?:identite|compte|demo)\b|/c/[^/]+/voter\b")
# Forms of signed texts: people without a name give one before the form is sent.
SIGNED = re.compile(r"/c/[^/]+/(?:[a-z]+/)?(?:proposer|\d+/arguments)")
UNSEEN = ("base", "submission", "parent", "stance", "polls")  # what a form sends unseen
WORTH_KEEPING = 3  # characters: a form of buttons only is pressed again


async def provide_context(request: AnyRequest) -> AsyncGenerator[RequestContext]:
    """The context of a page's request: a kept form that it sends is gone once answered.

    The answer has done what it asks, or shows it again with all that was typed.
    """
    kept = kept_in(request.scope.get("typed_form"))
    opt = request.scope["route_handler"].opt
    apart = kept is None and opt.get(ALONE, False)
    async with request_context(request, asked=asked_by(request), apart=apart) as ctx:
        yield ctx
        if kept is not None:
            await forget_form(ctx, cookies.read(request, "browser") or "", kept)


async def keep_refused_form(error: Exception, scope: Scope) -> None:
    """Hook of a request that failed: keep its form when signing in would have let it through.

    Leaves in the scope `kept_form` (where it can be taken up), and `authority`: whose page it was.
    """
    if (
        not isinstance(error, Refusal)
        or isinstance(error, Busy)
        or scope["path"].startswith(("/api/", "/embed/"))
    ):
        return
    request: AnyRequest = Request(scope)
    try:
        async with request_context(request) as ctx:
            path = page_path(request)
            scope["authority"] = await authority_of(ctx, path)  # type: ignore[typeddict-unknown-key]
            if fields := _worth_keeping(error, scope, path):
                browser, taken = cookies.browser_of(request), kept_in(scope.get("typed_form"))
                kept = await keep_form(ctx, browser, path, fields, instead_of=taken)
                scope["kept_form"] = f"/repris/{kept}"  # type: ignore[typeddict-unknown-key]
    except Refusal:
        pass  # too many forms: the page of the refusal shows the text, to be copied
    except Exception as trouble:
        log.error("refused-form-not-kept", error=type(trouble).__name__)


@get("/repris/{form_id:uuid}")
async def take_up(request: AnyRequest, ctx: Ctx, form_id: FromPath[UUID]) -> Response[str]:
    """Page of a form filled in before signing in, with the button that sends it."""
    if ctx.viewer is None:
        raise SignInNeeded
    kept = await kept_form(ctx, cookies.read(request, "browser") or "", form_id)
    return render(
        request,
        "shell/kept.html",
        authority=await authority_of(ctx, kept.address),
        action=page_address(ctx.lang, kept.address),
        unnamed=not ctx.viewer.name and SIGNED.fullmatch(kept.address) is not None,
        back=page_address(ctx.lang, kept.address.rpartition("/")[0] or "/"),
        fields=[*_pairs(kept.fields), (KEPT, str(form_id))],
        texts=[text for name, text in _pairs(kept.fields) if name not in UNSEEN and text],
    )


def _worth_keeping(error: Refusal, scope: Scope, path: str) -> Fields:
    """The fields of a form that signing in, or saying one's name, would have let through."""
    lifted = isinstance(error, SignInNeeded | NameNeeded | ConfirmationNeeded)
    form: Any = scope.get("typed_form")
    if not lifted or form is None or NOT_KEPT.match(path):
        return {}
    fields = {name: value for name, value in fields_in(form).items() if name != KEPT}
    if isinstance(error, ConfirmationNeeded):  # asked for already: sent again once confirmed
        return fields or {"": ""}
    return fields if any(len(text) >= WORTH_KEEPING for _, text in _pairs(fields)) else {}


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    """Each name with each of its texts."""
    return [
        (name, one)
        for name, value in fields.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
