"""Addresses that come from outside: only a path of this very site is ever followed."""

import re

from deliberation.i18n.catalogue import LANGUAGES

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
