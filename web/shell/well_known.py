"""Well-known addresses for programs: robots, favicon, security contact."""

from datetime import timedelta

from litestar import MediaType, get
from litestar.response import Redirect

from api.core import cookies
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.i18n.catalogue import LANGUAGES, SOURCE
from web.shell import assets

PRIVATE = ("compte", "identite", "gestion", "elus", "demo", "recu")
SECURITY_LASTS = timedelta(days=180)


@get("/robots.txt", media_type=MediaType.TEXT)
async def robots(request: AnyRequest) -> str:
    """Rules for search engines (robots.txt): not people's own pages, nothing of a demo."""
    if cookies.app_of(request).demo:
        return "User-agent: *\nDisallow: /\n"
    paths = [f"/{lang}/{name}" for lang in LANGUAGES for name in PRIVATE]
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in [*paths, "/api/"])


@get("/favicon.ico")
async def favicon() -> Redirect:
    """The drawing, for browsers that ask before they read a page."""
    return Redirect(assets.address("img/favicon.svg"), status_code=302)


@get("/.well-known/security.txt", media_type=MediaType.TEXT)
async def security_contact(ctx: Ctx) -> str:
    """Contact for security reports (RFC 9116): the operator's, or the help page."""
    origin = ctx.app.settings.origin
    help_page = f"{origin}/{SOURCE}/aide#securite"
    expires = (ctx.now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {ctx.app.settings.security_contact or help_page}\n"
        f"Policy: {help_page}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: fr, en\n"
        f"Canonical: {origin}/.well-known/security.txt\n"
    )
