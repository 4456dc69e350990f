"""Files: the joined style sheet and script, an authority's colours and logo."""

from litestar import Response, get
from litestar.params import FromPath

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.errors import NotFound, existing
from deliberation.network.authorities.queries import authority_row
from web.shell.assets import Asset, assets, of_another_version, prepared
from web.shell.theme import is_tint, theme_sheet

YEAR = "public, max-age=31536000, immutable"
MINUTE = "public, max-age=60"


@get("/static/{name:path}")
async def static_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """One of the site's own files, by its fingerprinted name.

    Pages of another version, which runs beside this one during an upgrade or stays open in a
    browser, get today's file, which they do not keep.
    """
    own = assets().get(name.lstrip("/"))
    asset = existing(own or of_another_version(name.lstrip("/")))
    return _sent(request, asset, YEAR if own else MINUTE)


@get("/theme/{name:str}")
async def theme_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """The style sheet of an accent, `/theme/0b5a5e.css`: the colour is its whole content."""
    tint, _, ending = name.partition(".")
    if ending != "css" or not is_tint(tint):
        raise NotFound
    sheet = prepared(theme_sheet(tint).encode(), "text/css", quality=5)
    return _sent(request, sheet, "public, max-age=86400")


@get("/a/{slug:str}/logo.svg")
async def logo_file(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """An authority's logo; whatever it holds, it runs nothing and loads nothing."""
    authority = await authority_row(ctx, slug)
    if not authority.logo:
        raise NotFound
    answer = _sent(
        request,
        prepared(authority.logo.encode(), "image/svg+xml", quality=5),
        "public, max-age=3600",
    )
    answer.headers["content-security-policy"] = "default-src 'none'; sandbox"
    return answer


def _sent(request: AnyRequest, asset: Asset, cache: str) -> Response[bytes]:
    body, encoding = asset.encoded(request.headers.get("accept-encoding", ""))
    headers = {"cache-control": cache, "vary": "accept-encoding"}
    if encoding:
        headers["content-encoding"] = encoding
    return Response(body, media_type=asset.media_type, headers=headers)
