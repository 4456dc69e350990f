"""Validate paths from outside: only a path of this site is followed."""

import re

from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.core.errors import Refusal
from deliberation.i18n.catalogue import LANGUAGES
from deliberation.network.authorities.queries import AuthorityCard, authority_page
from deliberation.process.consultations.queries import consultation_page

MAX_PATH_LENGTH = 500
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_path(value: str) -> str:
    """`value` when it is a path of this site, its language left out; else "/".

    A path starts with a single "/" and holds no backslash, space or control character, which
    browsers read as something else.
    """
    if (
        len(value) > MAX_PATH_LENGTH
        or not _LOCAL.fullmatch(value)
        or "/.." in value
        or "//" in value
    ):
        return "/"
    for lang in LANGUAGES:
        if value == f"/{lang}" or value.startswith((f"/{lang}/", f"/{lang}?")):
            return local_path(value[len(lang) + 1 :])
    return value


def onward(request: AnyRequest) -> str:
    """The cursor of an address."""
    return str(request.query_params.get("suite", ""))


CONSULTATION = re.compile(r"(?:/gestion|/elus)?/c/([a-z0-9-]{1,80})(?![^/?#])")
AUTHORITY = re.compile(r"(?:/gestion)?/a/([a-z0-9-]{1,80})(?![^/?#])")


async def authority_of(ctx: RequestContext, path: str) -> AuthorityCard | None:
    """The authority of an address without its language; none when it is nobody's, or not shown."""
    try:
        if found := CONSULTATION.match(path):
            return (await consultation_page(ctx, found[1])).card.authority
        if found := AUTHORITY.match(path):
            return (await authority_page(ctx, found[1])).card
    except Refusal:
        pass
    return None
