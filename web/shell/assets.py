"""The site's own files: joined, fingerprinted and compressed when the site starts.

A page asks for one style sheet and one script; their addresses change with their content, so
browsers keep them for a year.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli

WEB = Path(__file__).parents[1]  # each page family keeps its own

# In this order: the layers are named by the first file.
STYLE_SHEETS = ("tokens", "base", "layout", "masthead", "footer")
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent, in each encoding."""

    media_type: str
    plain: bytes
    brotli: bytes
    gzip: bytes

    def encoded(self, accepted: str) -> tuple[bytes, str | None]:
        """The body and its Content-Encoding for an Accept-Encoding header."""
        for name in ("br", "gzip"):
            if name in accepted:
                return (self.brotli if name == "br" else self.gzip), name
        return self.plain, None


@cache
def assets() -> dict[str, Asset]:
    """All files by their fingerprinted name, `site.4f2a91c0.css`."""
    return {fingerprinted(name): asset for name, asset in _files().items()}


@cache
def fingerprinted(name: str) -> str:
    """The name of a file with the beginning of its content's SHA-256 in it."""
    digest = hashlib.sha256(_files()[name].plain).hexdigest()[:8]
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{digest}.{ending}"


def of_another_version(name: str) -> Asset | None:
    """Today's file for a name with the fingerprint of another version of the site."""
    found = _FINGERPRINTED.fullmatch(name)
    return _files().get(f"{found[1]}.{found[2]}") if found else None


def address(name: str) -> str:
    """URL path of a static file: `/static/site.4f2a91c0.css`."""
    return f"/static/{fingerprinted(name)}"


def prepared(content: bytes, media_type: str, *, quality: int = 11) -> Asset:
    """Content compressed in each encoding."""
    return Asset(
        media_type=media_type,
        plain=content,
        brotli=brotli.compress(content, quality=quality),
        gzip=gzip.compress(content, 9, mtime=0),
    )


@cache
def _files() -> dict[str, Asset]:
    sheets = {path.stem: path for path in sorted(WEB.rglob("*.css"), key=lambda path: path.stem)}
    ordered = [sheets.pop(name) for name in STYLE_SHEETS] + list(sheets.values())
    scripts = sorted(
        (path for path in WEB.rglob("*.js") if path.parent.name != "embed"),
        key=lambda path: path.stem,
    )
    files = {
        "site.css": _joined(ordered),
        "site.js": _joined(scripts),
        **{
            f"img/{path.name}": path.read_bytes()
            for path in sorted((WEB / "shell" / "img").iterdir())
        },
    }
    return {
        name: prepared(content, TYPES["." + name.rpartition(".")[2]])
        for name, content in files.items()
    }


def _joined(paths: list[Path]) -> bytes:
    return b"\n".join(path.read_bytes() for path in paths)


_FINGERPRINTED = re.compile(r"(.+)\.[0-9a-f]{8}\.(\w+)")
