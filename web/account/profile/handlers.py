"""One's account: name, language, mails; what one did; one's data as a file; deleting it all."""

from typing import Any

import msgspec
from litestar import Response, get, post

from api.core import cookies
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict
from deliberation.i18n.catalogue import LANGUAGES, language_name
from deliberation.network.people import commands
from deliberation.network.people.commands import Profile
from deliberation.network.people.inviting import offered_roles
from deliberation.network.people.permissions import may_delete_account
from deliberation.network.people.queries import Account, account
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.process.moderation.measure_queries import own_measures
from deliberation.views.personal_data.queries import MOST, contributions, own_data
from deliberation.views.personal_data.texts import worded
from web.shell.forms import Filled, FormValues, form_of
from web.shell.permitted import refusal_text
from web.shell.render import render, see_page


@get("/compte")
async def mine(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Page of the viewer's profile, with its form."""
    view = await account(ctx)
    typed = FormValues(name=view.name, lang=view.lang, notify=view.notify)
    return await _page(request, ctx, view, Filled(typed))


@post("/compte")
async def save(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Change name, language and mails; the answer is in the language chosen."""
    view = await account(ctx)
    form = await form_of(request, Profile, ctx.lang)
    if form.draft is not None:
        with form.refusing():
            await commands.change_profile(ctx, form.draft)
    if form.draft is None or form.errors:
        return await _page(request, ctx, view, form)
    return see_page(form.draft.lang, "/compte?fait=oui")


@get("/compte/contributions")
async def did(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Page of the viewer's own proposals, comments, supports and votes."""
    found = await contributions(ctx)
    return render(request, "account/profile/contributions.html", found=found, most=MOST)


@get("/compte/donnees.json")
async def data(ctx: Ctx) -> Response[bytes]:
    """Everything stored about a person, as a file; for their own live session only."""
    data = worded(ctx.lang, await own_data(ctx))
    body = msgspec.json.format(msgspec.json.encode(data), indent=2)
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="mes-donnees-{ctx.now:%Y-%m-%d}.json"',
    }
    return Response(body, media_type="application/json", headers=headers)


@get("/compte/supprimer")
async def ask_deletion(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Page that says what a deletion removes and keeps, with its button."""
    permit(needs_confirmation(ctx))
    refused = refusal_text(ctx, await may_delete_account(ctx))
    return render(request, "account/profile/delete.html", refused=refused, asked=False)


@post("/compte/supprimer")
async def delete(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Delete the account and say so."""
    try:
        await commands.delete_account(ctx)
    except Conflict as error:
        refused = refusal(ctx.lang, error.code)
        page = "account/profile/delete.html"
        return render(request, page, status=409, refused=refused, asked=True)
    response = see_page(ctx.lang, "/compte/supprime")
    names: tuple[cookies.Name, ...] = ("session", "device")
    for name in names:
        response.set_cookie(cookies.issue(ctx.app, name, ""))
    return response


@get("/compte/supprime")
async def deleted(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """The account is gone."""
    return render(request, "account/profile/deleted.html")


async def _page(
    request: AnyRequest, ctx: RequestContext, view: Account, form: Filled
) -> Response[str]:
    return render(
        request,
        "account/profile/one.html",
        account=view,
        measures=[one for one in await own_measures(ctx) if one.lifted_at is None],
        offers=await offered_roles(ctx),
        form=form,
        language_choices=[(code, language_name(ctx.lang, code)) for code in LANGUAGES],
    )
