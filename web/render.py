"""From a frozen struct to a page: templates, their words, and what every page is given."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from markupsafe import Markup, escape

from api.plumbing import cookies, csrf
from api.plumbing.identity import address_language
from deliberation.authorities.queries import AuthorityCard
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.markup import to_html
from deliberation.words import formats
from deliberation.words.catalogue import COLON, LANGUAGES, sentence, translate_count
from deliberation.words.labels import label
from web import assets

TEMPLATES = Path(__file__).parent / "templates"


class SiteView(msgspec.Struct, frozen=True):
    """The install, as pages name it."""

    name: str
    demo: bool


class ViewerView(msgspec.Struct, frozen=True):
    """The signed-in person, as pages name them; `roles` held in any authority."""

    name: str
    roles: frozenset[str]


class AuthorityView(msgspec.Struct, frozen=True):
    """The authority whose page it is, with its look."""

    slug: str
    name: str
    logo: str | None
    theme_url: str


def render(
    request: Request[Any, Any, Any],
    template: str,
    *,
    authority: AuthorityCard | None = None,
    status: int = 200,
    private: bool = False,
    **values: Any,
) -> Response[str]:
    """A page. `private` ones, and those of signed-in people, are never stored by caches."""
    house = cookies.house_of(request)
    lang = page_language(request)
    act: Act | None = request.scope.get("act")  # type: ignore[assignment]
    viewer = act.viewer if act else None
    issued: list[str] = []
    html = (
        _environment(lang)
        .get_template(template)
        .render(
            **_call_names(request, house, issued),
            path=page_path(request),
            site=SiteView(house.settings.network_name, house.demo),
            viewer=_viewer(lang, viewer),
            authority=_authority(authority),
            now=act.now if act else None,
            **{"errors": {}, **values},
        )
    )
    response = Response(html, media_type="text/html", status_code=status)
    response.headers["content-language"] = lang
    response.headers["vary"] = "cookie"
    response.headers["cache-control"] = (
        "no-store" if private or viewer or issued else "private, no-cache"
    )
    if issued:
        response.set_cookie(cookies.issue(house, "browser", issued[0]))
    return response


def page_language(request: Request[Any, Any, Any]) -> str:
    """The language of a page's address, or of `?lang=` in a frame's; French elsewhere."""
    path = request.scope["path"]
    if path.startswith("/embed/"):
        wished = request.query_params.get("lang", "")
        return wished if wished in LANGUAGES else LANGUAGES[0]
    return address_language(path) or LANGUAGES[0]


def page_path(request: Request[Any, Any, Any]) -> str:
    """The page's path and query without its language, for the language links."""
    path = request.scope["path"]
    if address_language(path):
        path = path[3:]
    query = request.scope["query_string"].decode("latin-1")
    return (path or "/") + (f"?{query}" if query else "")


def page_address(lang: str, path: str) -> str:
    """The address of a page in a language."""
    return f"/{lang}{path}"


def _call_names(
    request: Request[Any, Any, Any], house: House, issued: list[str]
) -> dict[str, Callable[..., Any]]:
    def field() -> Markup:
        token, fresh = csrf.form_token(request)
        if fresh is not None and not issued:
            issued.append(fresh)
        return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, token)

    return {"csrf": field}


def _viewer(lang: str, viewer: Viewer | None) -> ViewerView | None:
    if viewer is None:
        return None
    name = viewer.name or viewer.email.partition("@")[0]
    return ViewerView(name, frozenset().union(*viewer.roles.values()))


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


@cache
def _environment(lang: str) -> Environment:
    """One environment a language, so that words need no look-up of whose page it is."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    # What depends on nothing but its arguments is worded once: pages hold hundreds of such texts.
    @lru_cache(maxsize=4096)
    def bare_words(text: str) -> Markup:
        return Markup(sentence(lang, text)) % {}

    @lru_cache(maxsize=4096)
    def bare_count(one: str, many: str, count: int) -> Markup:
        return Markup(translate_count(lang, one, many, count))

    def words(text: str, /, **values: Any) -> Markup:
        return Markup(sentence(lang, text)) % _escaped(values) if values else bare_words(text)

    def count_words(one: str, many: str, count: int, /, **values: Any) -> Markup:
        if values:
            return Markup(translate_count(lang, one, many, count, **_escaped(values)))
        return bare_count(one, many, count)

    environment.globals.update(
        lang=lang,
        url=partial(page_address, lang),
        _=words,
        colon=COLON[lang],
        ngettext=count_words,
        static=assets.address,
        date=lru_cache(maxsize=4096)(partial(formats.day, lang)),
        datetime=partial(formats.moment, lang),
        hour=partial(formats.hour, lang),
        number=partial(formats.number, lang),
        percent=partial(formats.percent, lang),
        span=partial(formats.span, lang),
        label=partial(label, lang),
        author=lambda name: name or sentence(lang, "Compte supprimé"),
        iso=datetime.isoformat,
    )
    environment.filters["pair"] = lambda value: (value, value)
    environment.filters["markdown"] = lambda text: Markup(to_html(text))
    return environment


def _escaped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: escape(value) for name, value in values.items()}
