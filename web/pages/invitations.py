"""The roles that one's address was offered: accepted or refused by whoever signed in with it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.transaction import Acting
from deliberation.people.inviting import accept_role, decline_role, offered_roles
from web.render import render, see_page

ONE = "/invitations/{offer_id:uuid}"


@get("/invitations")
async def mine(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What one was offered, until when, and the two answers."""
    return render(
        request,
        "account/invitations.html",
        private=True,
        offers=await offered_roles(act),
        email=act.person.email,
        done=request.query_params.get("fait", ""),
    )


@post(ONE + "/accepter")
async def accept(act: Acting, offer_id: FromPath[UUID]) -> Redirect:
    """Take a role."""
    await accept_role(act, offer_id)
    return see_page(act.lang, "/gestion?fait=role")


@post(ONE + "/refuser")
async def decline(act: Acting, offer_id: FromPath[UUID]) -> Redirect:
    """Refuse a role."""
    await decline_role(act, offer_id)
    return see_page(act.lang, "/invitations?fait=refus")


HANDLERS = [mine, accept, decline]
