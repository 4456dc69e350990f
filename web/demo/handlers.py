"""Pages of a demonstration on this machine: sign in as somebody, read the mails.

They exist nowhere else: not on a live install, not through a proxy, not under another host name.
"""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from api.core import cookies
from api.core.cookies import called
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.errors import NotFound, existing
from deliberation.demo.accounts import accounts_of
from deliberation.demo.credentials import demo_credentials
from deliberation.demo.reading import demo_people
from deliberation.network.sessions.commands import open_session, sign_out
from deliberation.operations.mail import latest_mails
from deliberation.text.inputs import read_draft
from web.shell.forms import fields_of
from web.shell.paths import local_path
from web.shell.render import render, see_page

LOCAL_CLIENTS = ("127.0.0.1", "::1")
LOCAL_HOSTS = ("localhost", "127.0.0.1")
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Choice(msgspec.Struct, frozen=True):
    """The demo person to sign in as."""

    person: UUID
    suite: Annotated[str, msgspec.Meta(max_length=500)] = "/"


@get("/demo")
async def people(request: AnyRequest, ctx: Ctx, suite: FromQuery[str] = "/") -> Response[str]:
    """The people of the story that one can be, what for, and what a sealed vote asks them for."""
    here_only(request)
    who = {person.email: person.who for person in demo_people()}
    return render(
        request,
        "demo/people.html",
        people=await accounts_of(ctx, list(who)),
        who=who,
        suite=local_path(suite),
        given=demo_credentials(ctx.app),
    )


@post("/demo/identite")
async def become(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Sign in as somebody of the story."""
    here_only(request)
    choice = read_draft(Choice, await fields_of(request))
    offered = await accounts_of(ctx, [person.email for person in demo_people()])
    chosen = existing(next((person for person in offered if person.id == choice.person), None))
    await sign_out(ctx, cookies.read(request, "session"))
    token = await open_session(ctx, chosen, browser=called(request))
    response = see_page(ctx.lang, local_path(choice.suite))
    response.set_cookie(cookies.issue(ctx.app, "session", token))
    return response


@get("/demo/courriels")
async def mails(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """The mails that a real install would have sent, newest first."""
    here_only(request)
    return render(request, "demo/mails.html", mails=await latest_mails(ctx))


@get("/dev/motifs")
async def patterns(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Every component of the pages, on one page."""
    here_only(request)
    return render(request, "demo/styleguide.html")


def here_only(request: AnyRequest) -> None:
    """Raise `NotFound` unless this is a demo, asked from its own machine by its local name."""
    client = request.client.host if request.client else ""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if (
        not cookies.app_of(request).demo
        or client not in LOCAL_CLIENTS
        or host not in LOCAL_HOSTS
        or any(name in request.headers for name in FORWARDED)
    ):
        raise NotFound
