"""The whole site: pages and API in one ASGI application."""

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide

from api.app import api_router, house_lifespan, openapi_config
from api.plumbing.addresses import require_meaning
from api.plumbing.csrf import require_consent
from api.plumbing.transaction import provide_act
from deliberation.kit.settings import Settings, read_settings
from deliberation.words.catalogue import LANGUAGES
from web.headers import add_headers
from web.pages import FILES, PAGES
from web.pages.errors import error_page

BODY_LIMIT = 1_000_000  # bytes: no form of ours is longer


def create_site(settings: Settings | None = None) -> Litestar:
    """The site of some settings, or of the environment's."""
    settings = settings or read_settings()
    return Litestar(
        route_handlers=[
            *FILES,
            *(
                Router(f"/{lang}", route_handlers=PAGES, include_in_schema=False)
                for lang in LANGUAGES
            ),
            api_router(),
        ],
        dependencies={"act": Provide(provide_act)},
        guards=[require_meaning, require_consent],
        lifespan=[house_lifespan(settings)],
        before_send=[add_headers],
        exception_handlers={Exception: error_page},
        openapi_config=openapi_config(),
        compression_config=CompressionConfig(
            backend="brotli",
            brotli_quality=5,
            brotli_lgwin=16,  # 64 kB: no page is longer, and a larger window doubles the time
            minimum_size=400,
            exclude=["^/static/", "^/theme/", r"/logo\.svg$"],  # compressed once, at the start
        ),
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
    )
