"""Render pages from frozen structs: templates, their texts, and values that every page gets."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Redirect

from api.core import cookies
from api.core.caching import SHARED
from api.core.identity import address_language
from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext, Viewer
from deliberation.i18n.catalogue import LANGUAGES, SOURCE
from deliberation.network.authorities.queries import AuthorityCard, AuthorityPage
from deliberation.process.consultations.queries import ConsultationPage
from web.shell.forms import BLANK, Filled
from web.shell.templating import environment, page_address


class SiteView(msgspec.Struct, frozen=True):
    """The install, as pages name it."""

    name: str
    demo: bool


class ViewerView(msgspec.Struct, frozen=True):
    """The signed-in person, as pages name them; `roles` held in any authority.

    `suspended`: the authorities where they are.
    """

    name: str
    roles: frozenset[str]
    suspended: frozenset[UUID]


class AuthorityView(msgspec.Struct, frozen=True):
    """The authority whose page it is, with its look."""

    slug: str
    name: str
    logo: str | None
    theme_url: str


def render(
    request: AnyRequest,
    template: str,
    *,
    page: ConsultationPage | AuthorityPage | None = None,
    authority: AuthorityCard | None = None,
    form: Filled = BLANK,
    status: int = 200,
    shared: bool = False,
    **values: Any,
) -> Response[str]:
    """A page, in the look of its consultation's authority or of another one.

    `form`: what it holds: the status is 422 with its errors, 409 where somebody else has changed
    what is stored. `shared`: without a session, the same for all (`SHARED`); others are not stored.
    """
    request.scope[SHARED] = shared  # type: ignore[literal-required]
    if authority is None and isinstance(page, ConsultationPage):
        authority = page.card.authority
    app = cookies.app_of(request)
    lang = page_language(request)
    ctx: RequestContext | None = request.scope.get("ctx")  # type: ignore[assignment]
    viewer = ctx.viewer if ctx else None
    html = (
        environment(lang)
        .get_template(template)
        .render(
            path=page_path(request),
            site=SiteView(app.settings.network_name, app.demo),
            viewer=_viewer(viewer),
            authority=_authority(authority),
            now=ctx.now if ctx else None,
            page=page,
            **{
                "typed": form.typed,
                "errors": form.errors,
                "changed": form.changed,
                "done": request.query_params.get("fait", ""),
                **values,
            },
        )
    )
    status = 422 if form.errors else 409 if form.changed else status
    response = Response(html, media_type="text/html", status_code=status)
    response.headers["content-language"] = lang
    if not shared:
        response.headers["cache-control"] = "no-store"
    return response


def see_page(lang: str, path: str) -> Redirect:
    """After a form: the page to go on with, so that loading it again sends nothing twice."""
    return Redirect(page_address(lang, path), status_code=303)


def page_language(request: AnyRequest) -> str:
    """The language of a page's address, or of `?lang=` in a frame's; French elsewhere."""
    path = request.scope["path"]
    if path.startswith("/embed/"):
        wished = request.query_params.get("lang", "")
        return wished if wished in LANGUAGES else SOURCE
    return address_language(path) or SOURCE


def page_path(request: AnyRequest) -> str:
    """The page's path and query without its language, for the language links."""
    path = request.scope["path"]
    if lang := address_language(path):
        path = path[len(lang) + 1 :]
    query = request.scope["query_string"].decode("latin-1")
    return (path or "/") + (f"?{query}" if query else "")


def _viewer(viewer: Viewer | None) -> ViewerView | None:
    if viewer is None:
        return None
    name = viewer.name or viewer.email.partition("@")[0]
    return ViewerView(name, frozenset().union(*viewer.roles.values()), viewer.suspended)


def _authority(card: AuthorityCard | None) -> AuthorityView | None:
    if card is None:
        return None
    tint = card.accent.lstrip("#").lower()
    return AuthorityView(
        slug=card.slug,
        name=card.name,
        logo=f"/a/{card.slug}/logo.svg" if card.has_logo else None,
        theme_url=f"/theme/{tint}.css",
    )
