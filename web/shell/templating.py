"""The Jinja environments, one per language, and the functions that templates may call.

What depends on nothing but a template's own text (a sentence, a fixed address) is worded when the
template is compiled, so that a page pays only for what changes from one visit to the next.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from jinja2.lexer import (
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_LBRACE,
    TOKEN_LBRACKET,
    TOKEN_LPAREN,
    TOKEN_NAME,
    TOKEN_PIPE,
    TOKEN_RBRACE,
    TOKEN_RBRACKET,
    TOKEN_RPAREN,
    Token,
    TokenStream,
)
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from deliberation.elections.polls import texts as votes
from deliberation.elections.polls.eligibility import ASSURANCE
from deliberation.elections.rules import counting_texts
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
from deliberation.process.subjects.kinds import path_below
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
# For what people write, unlike the pages' own texts: authorities and citizens of the network write
# in French, and a paragraph in another script begins on its own side.
WRITTEN = Markup(' dir="auto"')


class SiteLanguage(NamedTuple):
    """A language that a page can be read in: its own name, and an invitation in it."""

    code: str
    name: str
    invitation: str


def page_address(lang: str, path: str) -> str:
    """The address of a page in a language."""
    return f"/{lang}{path}"


def next_page(lang: str, path: str, cursor: str, **query: str) -> str | None:
    """The address of a list's next page, with the same filters; None at the end."""
    if not cursor:
        return None
    filters = {name: value for name, value in query.items() if value}
    return page_address(lang, path) + "?" + urlencode(filters | {"suite": cursor})


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
        extensions=[DirectCalls],
    )
    ours = _callable(lang)
    made.globals.update(ours)
    made.filters.update({name: one for name, one in ours.items() if callable(one)})
    made.filters["pair"] = lambda value: (value, value)
    made.filters["markdown"] = lambda text, below=1: Markup(to_html(text, below))
    return made


class PlainContext(Context):
    """A context that calls macros at once: a list calls nearly two hundred.

    Jinja looks at each call for decorators that ask for the context, which no macro has.
    """

    def call(self, called: Callable[..., Any], /, *args: Any, **values: Any) -> Any:
        """Call it; the two values are those that Jinja adds to each call and takes away again."""
        if not isinstance(called, Macro):
            return super().call(called, *args, **values)
        values.pop("_loop_vars", None)
        values.pop("_block_vars", None)
        return called(*args, **values)


class ForgettingTemplate(Template):
    """A template that keeps no value of a page once the page is rendered.

    A macro that a page defines refers to the page's context, which contains the macro. Reference
    counting never frees such a cycle, and a full garbage collection is rare: what a voter typed
    would stay in memory.
    """

    def render(self, *args: Any, **values: Any) -> str:
        """The page, as Jinja renders it; then the cycle is broken."""
        context = self.new_context(dict(*args, **values))
        try:
            return self.environment.concat(self.root_render_func(context))
        except Exception:
            self.environment.handle_exception()
        finally:
            context.vars.clear()
            context.parent.clear()


class PlainGlobals(Environment):
    """An environment whose globals are one plain dictionary: none of our templates has its own."""

    context_class = PlainContext
    template_class = ForgettingTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template. Jinja's own chain of mappings is read at each render."""
        return {**self.globals, **(d or {})}


class DirectCalls(Extension):
    """Calls of our own functions as filters, which Jinja compiles to plain calls.

    `date(day, weekday=True)` is read as `((day) | date(weekday=True))`. A call in a template goes
    through `Context.call`, which looks at each function anew: a microsecond, hundreds of times a
    page. And a filter of literal texts, `_("Voter")`, is worded when the template is compiled.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, its calls rewritten."""
        return iter(self._rewritten(list(stream)))

    def _rewritten(self, tokens: list[Token]) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(tokens):
            if self._is_call(tokens, at):
                comma, end = _first_argument(tokens, at + 1)
                first, others = tokens[at + 2 : comma], tokens[comma + 1 : end]
                found += self._as_filter(tokens[at], first, others)
                at = end + 1
            else:
                found.append(tokens[at])
                at += 1
        return found

    def _is_call(self, tokens: list[Token], at: int) -> bool:
        name, after = tokens[at], tokens[at + 1 : at + 3]
        before = tokens[at - 1] if at else None
        return (
            name.type == TOKEN_NAME
            and name.value in self.environment.globals
            and name.value in self.environment.filters
            and [token.type for token in after[:1]] == [TOKEN_LPAREN]
            and after[-1].type != TOKEN_RPAREN
            and (before is None or before.type not in (TOKEN_DOT, TOKEN_PIPE))
            and (before is None or before.value not in ("macro", "call"))
        )

    def _as_filter(self, name: Token, first: list[Token], others: list[Token]) -> list[Token]:
        def sign(kind: str) -> Token:
            return Token(name.lineno, kind, "")

        given = [sign(TOKEN_LPAREN), *self._rewritten(others), sign(TOKEN_RPAREN)]
        return [
            *(sign(TOKEN_LPAREN), sign(TOKEN_LPAREN)),
            *self._rewritten(first),
            *(sign(TOKEN_RPAREN), sign(TOKEN_PIPE), name),
            *(given if others else []),
            sign(TOKEN_RPAREN),
        ]


def _first_argument(tokens: list[Token], opening: int) -> tuple[int, int]:
    """Indices of two tokens: the end of a call's first argument, and the end of the call."""
    comma, depth = 0, 0
    for at in range(opening, len(tokens)):
        kind = tokens[at].type
        if kind in (TOKEN_LPAREN, TOKEN_LBRACKET, TOKEN_LBRACE):
            depth += 1
        elif kind in (TOKEN_RPAREN, TOKEN_RBRACKET, TOKEN_RBRACE):
            depth -= 1
            if depth == 0:
                return comma or at, at
        elif kind == TOKEN_COMMA and depth == 1:
            comma = comma or at
    raise ValueError(f"a call without its end, line {tokens[opening].lineno}")


def _callable(lang: str) -> dict[str, Any]:
    """The functions and values of all templates."""

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
            **{rule.__name__: partial(rule, lang) for rule in VOTE_RULES},
            short=lambda poll: votes.short(lang, {poll.secrecy}),
        ),
        "author": lambda name: name or sentence(lang, "Compte supprimé"),
        "iso": datetime.isoformat,
        "path_below": path_below,
        "kept": kept,
        "each_kept": each_kept,
    }


class Kept:
    """What a macro prints for some values, printed once: the same text is in everybody's pages.

    The values are what it prints, never who reads: a page of lists prints the same cards for all.
    Beyond `most` characters, what was asked for longest ago goes.
    """

    def __init__(self, most: int) -> None:
        self._most, self.size = most, 0
        self._printed: OrderedDict[Any, Markup] = OrderedDict()

    def __call__(self, fragment: Callable[..., str], *values: Hashable) -> Markup:
        key = (fragment, values)
        if (found := self._printed.get(key)) is not None:
            self._printed.move_to_end(key)
            return found
        found = self._printed[key] = Markup(fragment(*values))
        self.size += len(found)
        while self.size > self._most:
            self.size -= len(self._printed.popitem(last=False)[1])
        return found


kept = Kept(8_000_000)  # 5,700 cards, 25 MB with what they are known by


def each_kept(fragment: Macro, items: Iterable[Hashable], *values: Hashable) -> Markup:
    """What a macro prints for each of some items, one after the other."""
    return Markup("\n".join([kept(fragment, one, *values) for one in items]))


def _escaped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: escape(value) for name, value in values.items()}
