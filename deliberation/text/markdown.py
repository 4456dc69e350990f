"""People's texts: a small Markdown, converted to safe HTML."""

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_core import StateCore, linkify
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

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
LOWEST_TITLE = 4
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")  # where a line may break: not inside « »
MOST_LINKS = 200
SCHEMES = {"http", "https", "mailto", "tel"}
# A paragraph in another script begins on its own side.
DIRECTED = {tag: {"dir": "auto"} for tag in ("p", "li", "blockquote", "h2", "h3", "h4")}
# A line that begins with a year, a price or a street number is no list.
LONG_NUMBER = re.compile(r"\d{3,}[.)]")


@lru_cache(maxsize=4096)
def to_html(text: str, below: int = 1) -> str:
    """Markdown to HTML holding only `TAGS`, and links of `SCHEMES`, written out ones too.

    Titles are one level under `below`, the page's; with 0 they are paragraphs in bold.
    Numbering is kept as it was typed.
    """
    return nh3.clean(
        _markdown.render(text.replace("\x00", ""), {"below": below}),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        set_tag_attribute_values=DIRECTED,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


@lru_cache(maxsize=4096)
def to_plain(text: str) -> str:
    """The words of a Markdown text on one line, for summaries, cards and mails."""
    return BREAKS.sub(" ", unescape(nh3.clean(_markdown.render(text), tags=set()))).strip()


def excerpt(text: str, length: int) -> str:
    """The beginning of a Markdown text in plain words, cut between two of them."""
    plain = to_plain(text)
    if len(plain) <= length:
        return plain
    return plain[:length].rsplit(" ", 1)[0].rstrip(" \u00a0\u202f,;:.") + "…"


def _links(state: StateCore) -> None:
    """Addresses written out, where there are few enough to look at each."""
    if state.src.count("://") <= MOST_LINKS:
        linkify(state)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A list, but for a line that begins with a number of three digits or more."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return not LONG_NUMBER.match(line) and list_block(state, start, end, silent)


def _star(state: StateInline, silent: bool) -> bool:
    """A star alone inside a word or a product (2*3*4) is a star."""
    before = state.src[state.pos - 1] if state.pos else ""
    after = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "*" or not (before.isalnum() and after.isalnum()):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


def _titles(state: StateCore) -> None:
    """Titles below those of the page."""
    below = state.env.get("below", 1)
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close") and below:
            token.tag = f"h{min(int(token.tag[1]) + below, LOWEST_TITLE)}"
        elif token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    if not below:
        _in_bold(state)


def _in_bold(state: StateCore) -> None:
    """The words of each title between the marks of what is strong."""
    for before, words in zip(state.tokens, state.tokens[1:], strict=False):
        if before.type == "heading_open" and words.children is not None:
            opened, closed = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
            words.children = [opened, *words.children, closed]


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).disable(
    ["image", "html_block"]
)
_markdown.enable("linkify")
_markdown.core.ruler.at("linkify", _links)
_markdown.inline.ruler.disable("linkify")
assert _markdown.linkify is not None
# An address is one where it begins with its scheme: "mairie.fr" may be the end of a sentence.
_markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
_markdown.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
_markdown.inline.ruler.before("emphasis", "star", _star)
_markdown.core.ruler.push("titles", _titles)
