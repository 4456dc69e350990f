"""The whole site: pages and API in one ASGI application."""

from time import perf_counter
from typing import Any

from litestar import Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide

from api import app as api
from api.core.bodies import FIELDS, SMALL
from api.core.cookies import set_browser
from deliberation.core.settings import Settings, read_settings
from deliberation.i18n.catalogue import LANGUAGES
from web.monitoring.observed import note, note_status
from web.routes import FILES, PAGES
from web.shell import kept_forms
from web.shell.error_pages import error_page
from web.shell.headers import add_headers


def create_site(settings: Settings | None = None) -> api.Site:
    """The site of some settings, or of the environment's."""
    settings = settings or read_settings()
    return ObservedSite(
        route_handlers=[
            Router("/", route_handlers=FILES, include_in_schema=False),
            *(
                Router(
                    f"/{lang}",
                    route_handlers=PAGES,
                    dependencies={"ctx": Provide(kept_forms.provide_context)},
                    include_in_schema=False,
                )
                for lang in LANGUAGES
            ),
            api.api_router(),
        ],
        dependencies=api.DEPENDENCIES,
        before_request=api.check_request,
        lifespan=[api.app_lifespan(settings)],
        before_send=[set_browser, add_headers, note_status],
        after_exception=[kept_forms.keep_refused_form],
        exception_handlers={Exception: error_page},
        openapi_config=api.openapi_config(),
        compression_config=CompressionConfig(
            backend="brotli",
            brotli_quality=1,  # a list of proposals weighs 3.9 kB; at 3, 3.5 kB for twice the time
            brotli_lgwin=16,  # 64 kB: no page is longer, and a larger window doubles the time
            minimum_size=400,
            exclude=["^/static/", "^/theme/", r"/logo\.svg$"],  # compressed once, at the start
        ),
        request_max_body_size=SMALL,
        multipart_form_part_limit=FIELDS,
        logging_config=None,
    )


class ObservedSite(api.Site):
    """A site whose requests are counted, and logged if the settings say so."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        begun = perf_counter()
        try:
            await super().__call__(scope, receive, send)
        finally:
            note(scope, perf_counter() - begun)
