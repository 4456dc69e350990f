"""One's account: name, language, mails; what one did; one's data as a file; deleting it all."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from api.plumbing import cookies
from api.plumbing.transaction import Acting
from deliberation.insights.own_data import contributions, own_data
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, Invalid
from deliberation.moderation.measures import own_measures
from deliberation.people import commands
from deliberation.people.commands import Profile
from deliberation.people.inviting import offered_roles
from deliberation.people.permissions import may_delete_account, needs_confirmation
from deliberation.people.queries import Account, account
from deliberation.words.refusals import refusal
from web.forms import form_of
from web.pages.permitted import why_not
from web.render import render, see_page


@get("/compte")
async def mine(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What a person can change about themselves."""
    view = await account(act)
    typed = {"name": view.name, "lang": view.lang, "notify": view.notify}
    saved = request.query_params.get("enregistre") == "1"
    return await _page(request, act, view, typed, {}, saved=saved)


@post("/compte")
async def save(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Change name, language and mails; the answer is in the language chosen."""
    view = await account(act)
    form = await form_of(request, Profile, act.lang)
    if form.draft is not None:
        try:
            await commands.change_profile(act, form.draft)
        except Invalid as error:
            form.refuse(error)
    if form.draft is None or form.errors:
        return await _page(request, act, view, form.typed, form.errors)
    return see_page(form.draft.lang, "/compte?enregistre=1")


@get("/compte/contributions")
async def did(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What a person proposed, argued, supported, and when they voted."""
    found = await contributions(act)
    return render(request, "account/contributions.html", private=True, found=found)


@get("/compte/donnees.json")
async def data(act: Acting) -> Response[bytes]:
    """Everything stored about a person, as a file; for their own live session only."""
    body = msgspec.json.format(msgspec.json.encode(await own_data(act)), indent=2)
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="mes-donnees-{act.now:%Y-%m-%d}.json"',
    }
    return Response(body, media_type="application/json", headers=headers)


@get("/compte/supprimer")
async def ask_deletion(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What goes, what stays, and the button."""
    view = await account(act)
    permit(needs_confirmation(act))
    refused = why_not(act, await may_delete_account(act))
    return render(
        request, "account/delete.html", private=True, account=view, refused=refused, asked=False
    )


@post("/compte/supprimer")
async def delete(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Delete the account and say so."""
    try:
        await commands.delete_account(act)
    except Conflict as error:
        view = await account(act)
        refused = refusal(act.lang, error.code)
        return render(
            request,
            "account/delete.html",
            status=409,
            private=True,
            account=view,
            refused=refused,
            asked=True,
        )
    response = see_page(act.lang, "/compte/supprime")
    names: tuple[cookies.Name, ...] = ("session", "device")
    for name in names:
        response.set_cookie(cookies.issue(act.house, name, ""))
    return response


@get("/compte/supprime")
async def deleted(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """The account is gone."""
    return render(request, "account/deleted.html", private=True)


async def _page(
    request: Request[Any, Any, Any],
    act: Act,
    view: Account,
    typed: Any,
    errors: dict[str, str],
    *,
    saved: bool = False,
) -> Response[str]:
    return render(
        request,
        "account/one.html",
        status=422 if errors else 200,
        private=True,
        account=view,
        measures=[one for one in await own_measures(act) if one.lifted_at is None],
        offers=await offered_roles(act),
        typed=typed,
        errors=errors,
        saved=saved,
    )


HANDLERS = [mine, save, did, data, ask_deletion, delete, deleted]
