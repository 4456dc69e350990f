"""The pages, one file a family. `PAGES` stand under each language; `FILES` stand under none."""

from litestar.types import ControllerRouterHandler

from web.embed import pages as embed
from web.pages import consultations, errors, files, home, proposals

PAGES: list[ControllerRouterHandler] = [
    *home.HANDLERS,
    *consultations.HANDLERS,
    *proposals.HANDLERS,
]

FILES: list[ControllerRouterHandler] = [
    files.static_file,
    files.theme_file,
    files.logo_file,
    *home.DOORS,
    *embed.HANDLERS,
]

__all__ = ["FILES", "PAGES", "errors"]
