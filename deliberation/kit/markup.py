"""People's texts: a small Markdown, made into safe HTML."""

from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "h2",
    "h3",
    "h4",
    "hr",
    "code",
}
SCHEMES = {"http", "https", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "html_block"]
)


@lru_cache(maxsize=4096)
def to_html(text: str) -> str:
    """Markdown to HTML holding only `TAGS`, links of `SCHEMES`, and titles from the third level."""
    html: str = _markdown.render(text.replace("\x00", ""))
    for level in (3, 2, 1):  # a page already has its first and second level
        html = html.replace(f"<h{level}>", f"<h{level + 1}>").replace(
            f"</h{level}>", f"</h{level + 1}>"
        )
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def to_plain(text: str) -> str:
    """The words of a Markdown text on one line, for summaries and mails."""
    return " ".join(unescape(nh3.clean(_markdown.render(text), tags=set())).split())
