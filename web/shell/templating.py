"""The templates: one environment a language, and what they may call.

What depends on nothing but a template's own text (a sentence, a fixed address) is worded when the
template is compiled, so that a page pays only for what changes from one visit to the next.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import (
    TOKEN_LPAREN,
    TOKEN_NAME,
    TOKEN_PIPE,
    TOKEN_RPAREN,
    TOKEN_STRING,
    Token,
    TokenStream,
)
from markupsafe import Markup, escape

from deliberation.elections.polls import counting_texts
from deliberation.elections.polls import texts as votes
from deliberation.elections.polls.methods import ASSURANCE
from deliberation.followup.answers import texts as owed
from deliberation.i18n import formats
from deliberation.i18n.catalogue import (
    LANGUAGES,
    SOURCE,
    colon,
    language_name,
    sentence,
    sentence_as,
)
from deliberation.text.markdown import to_html
from web.shell import assets
from web.shell.labels import label

TEMPLATES = Path(__file__).parents[1]  # each page family keeps its own
# A decision -> the badge it is shown by, everywhere: its shape and its colour.
DECISIONS = {
    "accepted": "kept",
    "partly": "progress",
    "studied": "progress",
    "declined": "rejected",
    "informed": "soon",
}
VOTE_RULES = (
    votes.who,
    votes.guards,
    counting_texts.how,
    counting_texts.seed,
    counting_texts.passing,
    counting_texts.silence,
    counting_texts.chosen_among,
)
# On what people write, beside the pages' own words: authorities and citizens of the network write
# in French, and a paragraph in another script begins on its own side.
WRITTEN = Markup(' dir="auto"')
CALL = (TOKEN_NAME, TOKEN_LPAREN, TOKEN_STRING, TOKEN_RPAREN)  # of a function with one text


class SiteLanguage(NamedTuple):
    """A language that a page can be read in: its own name, and an invitation in it."""

    code: str
    name: str
    invitation: str


def page_address(lang: str, path: str) -> str:
    """The address of a page in a language."""
    return f"/{lang}{path}"


@cache
def environment(lang: str) -> Environment:
    """The templates in a language: words then need no look-up of whose page it is."""
    made = PlainGlobals(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=[FixedWords],
    )
    made.globals.update(_callable(lang))
    made.filters["pair"] = lambda value: (value, value)
    made.filters["markdown"] = lambda text, below=1: Markup(to_html(text, below))
    return made


class PlainGlobals(Environment):
    """An environment whose globals are one plain dictionary: none of our templates has its own."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template. Jinja's own chain of mappings is read at each render."""
        return {**self.globals, **(d or {})}


class FixedWords(Extension):
    """Words what depends on nothing but a template's own text, when the template is compiled.

    `_("Voter")`, with one literal text, becomes the text in the language of the environment; so do
    the addresses of `url` and `static`. A page then pays only for what changes between visits.
    """

    FIXED = ("_", "url", "static")

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, each call of a fixed function in place of its result."""
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if not self._begins(held):
                yield from held
                held = []
            elif len(held) == len(CALL):
                yield from self._result(held)
                held = []
        yield from held

    def _begins(self, held: list[Token]) -> bool:
        kinds = tuple(token.type for token in held)
        return kinds == CALL[: len(held)] and held[0].value in self.FIXED

    def _result(self, call: list[Token]) -> Iterator[Token]:
        name, text, line = call[0].value, call[2].value, call[0].lineno
        fixed: Callable[[str], str] = self.environment.globals[name]  # type: ignore[assignment]
        given = fixed(text)
        yield Token(line, TOKEN_LPAREN, "(")
        yield Token(line, TOKEN_STRING, str(given))
        if isinstance(given, Markup):
            yield Token(line, TOKEN_PIPE, "|")
            yield Token(line, TOKEN_NAME, "safe")
        yield Token(line, TOKEN_RPAREN, ")")


def _callable(lang: str) -> dict[str, Any]:
    """What templates may call, and the few values they all know."""

    # What depends on nothing but its arguments is worded once: pages hold hundreds of such texts.
    @lru_cache(maxsize=4096)
    def bare_words(text: str) -> Markup:
        return Markup(sentence(lang, text)) % {}

    @lru_cache(maxsize=4096)
    def bare_count(one: str, many: str, count: int) -> Markup:
        return Markup(formats.translate_count(lang, one, many, count))

    def words(text: str, /, **values: Any) -> Markup:
        return Markup(sentence(lang, text)) % _escaped(values) if values else bare_words(text)

    def count_words(one: str, many: str, count: int, /, **values: Any) -> Markup:
        if values:
            return Markup(formats.translate_count(lang, one, many, count, **_escaped(values)))
        return bare_count(one, many, count)

    return {
        "lang": lang,
        "languages": [
            SiteLanguage(
                code,
                language_name(code, code),
                sentence_as(code, "in each language", "Lire cette page en français"),
            )
            for code in LANGUAGES
        ],
        "written": WRITTEN if lang == SOURCE else Markup(f' lang="{SOURCE}"') + WRITTEN,
        "url": partial(page_address, lang),
        "_": words,
        "colon": colon(lang),
        "pgettext": lambda context, text: Markup(sentence_as(lang, context, text)),
        "ngettext": count_words,
        "static": assets.address,
        "date": lru_cache(maxsize=4096)(partial(formats.day, lang)),
        "datetime": partial(formats.moment, lang),
        "hour": partial(formats.hour, lang),
        "number": partial(formats.number, lang),
        "euros": partial(formats.euros, lang),
        "percent": partial(formats.percent, lang),
        "span": partial(formats.span, lang),
        "label": partial(label, lang),
        "assurance_of": ASSURANCE.__getitem__,
        "decision": lambda code: (DECISIONS[code], label(lang, "decision", code)),
        "owed_answer": partial(owed.owed_shortly, lang),
        "vote_rules": SimpleNamespace(
            **{told.__name__: partial(told, lang) for told in VOTE_RULES},
            short=lambda poll: votes.short(lang, {poll.secrecy}),
        ),
        "author": lambda name: name or sentence(lang, "Compte supprimé"),
        "iso": datetime.isoformat,
    }


def _escaped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: escape(value) for name, value in values.items()}
