"""Roles offered to one's address: accept or refuse them, signed in with that address."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.network.people.inviting import accept_role, decline_role, offered_roles
from web.shell.render import render, see_page

ONE = "/invitations/{offer_id:uuid}"


@get("/invitations")
async def mine(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Page of the roles offered to the viewer, with buttons to accept or decline."""
    return render(
        request,
        "account/invitations/invitations.html",
        offers=await offered_roles(ctx),
        email=ctx.person.email,
    )


@post(ONE + "/accepter")
async def accept(ctx: Ctx, offer_id: FromPath[UUID]) -> Redirect:
    """Take a role."""
    await accept_role(ctx, offer_id)
    return see_page(ctx.lang, "/gestion?fait=role")


@post(ONE + "/refuser")
async def decline(ctx: Ctx, offer_id: FromPath[UUID]) -> Redirect:
    """Refuse a role."""
    await decline_role(ctx, offer_id)
    return see_page(ctx.lang, "/invitations?fait=refus")
