"""The templates: one environment a language, and what they may call.

What depends on nothing but a template's own text (a sentence, a fixed address) is worded when the
template is compiled, so that a page pays only for what changes from one visit to the next.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from deliberation.elections.polls import counting_texts
from deliberation.elections.polls import texts as votes
from deliberation.elections.polls.methods import ASSURANCE
from deliberation.followup.answers import texts as owed
from deliberation.i18n import formats
from deliberation.i18n.catalogue import COLON, SOURCE, sentence, translate_count
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
FIXED = ("_", "url", "static")  # what they give depends on their arguments only


def page_address(lang: str, path: str) -> str:
    """The address of a page in a language."""
    return f"/{lang}{path}"


@cache
def environment(lang: str) -> Environment:
    """The templates in a language: words then need no look-up of whose page it is."""
    made = WordedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(_callable(lang))
    made.filters["pair"] = lambda value: (value, value)
    made.filters["markdown"] = lambda text, below=1: Markup(to_html(text, below))
    return made


class PlainContext(Context):
    """A context that calls a function as it is: none of ours asks for the context around it."""

    def call(self, called: Callable[..., Any], /, *args: Any, **values: Any) -> Any:
        """Call it without what Jinja's own compiler adds."""
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        return called(*args, **values)


class WordedEnvironment(Environment):
    """Templates whose fixed words are put in when they are compiled."""

    context_class = PlainContext

    def make_globals(self, d: Any = None) -> Any:
        """The same names for each template, in a plain dictionary: Jinja's own chain is slow."""
        return {**self.globals, **(d or {})}

    def _generate(self, source: nodes.Template, *args: Any, **values: Any) -> str:
        return super()._generate(_Wording(self).visit(source), *args, **values)


class _Wording(NodeTransformer):
    """Puts what `FIXED` functions give in the place of their calls with literal arguments."""

    def __init__(self, made: Environment) -> None:
        self.globals = made.globals

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name), args=[nodes.Const(value=text)], kwargs=[]
            ) if name in FIXED:
                given: Callable[[str], str] = self.globals[name]  # type: ignore[assignment]
                return nodes.Const(given(text))
        return node


def _callable(lang: str) -> dict[str, Any]:
    """What templates may call, and the few values they all know."""

    # What depends on nothing but its arguments is worded once: pages hold hundreds of such texts.
    @lru_cache(maxsize=4096)
    def bare_words(text: str) -> Markup:
        return Markup(sentence(lang, text)) % {}

    @lru_cache(maxsize=4096)
    def bare_count(one: str, many: str, count: int) -> Markup:
        return Markup(translate_count(lang, one, many, count))

    def words(text: str, /, **values: Any) -> Markup:
        return Markup(sentence(lang, text)) % _escaped(values) if values else bare_words(text)

    def count_words(one: str, many: str, count: int, /, **values: Any) -> Markup:
        if values:
            return Markup(translate_count(lang, one, many, count, **_escaped(values)))
        return bare_count(one, many, count)

    return {
        "lang": lang,
        "written": WRITTEN if lang == SOURCE else Markup(f' lang="{SOURCE}"') + WRITTEN,
        "url": partial(page_address, lang),
        "_": words,
        "colon": COLON[lang],
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
