"""Turning a French source text into the reader's language.

French is the source: it needs no catalogue, only its typography. English comes from `en.po`.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fr", "en")
NAMES = {"fr": "Français", "en": "English"}
SOURCE = "fr"
NARROW = "\u202f"  # before ? ! ; % and inside « »
NO_BREAK = "\u00a0"  # before :


# What stands between a label and what it says, where the two are put together.
COLON = {"fr": f"{NO_BREAK}: ", "en": ": "}
SEMICOLON = {"fr": f"{NARROW}; ", "en": "; "}


def mark(text: str) -> str:
    """Mark a literal text as to be translated where it is shown, and return it as it is."""
    return text


def translate(lang: str, text: str, **values: Any) -> str:
    """`text` in `lang`, its %(name)s gaps filled."""
    return fill(sentence(lang, text), values)


def label(lang: str, labels: Mapping[str, str], code: str) -> str:
    """What a table of labels calls a code, in `lang`."""
    return translate(lang, labels[code])


def translate_count(lang: str, one: str, many: str, count: int, **values: Any) -> str:
    """The singular or plural of a text; %(num)s is the count, written as the language does."""
    from deliberation.i18n.formats import number

    values.setdefault("num", number(lang, count))
    if lang == SOURCE:
        return fill(typeset(one if abs(count) < 2 else many), values)
    forms = catalogue(lang).get(one)
    if not isinstance(forms, tuple):
        return fill(typeset(one if abs(count) < 2 else many), values)
    return fill(forms[0 if count == 1 else 1], values)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Fill %(name)s gaps; a text without values may hold a bare per cent sign."""
    return text % values if values else text


@lru_cache(maxsize=8192)
def sentence(lang: str, text: str) -> str:
    """The wording of one text, gaps unfilled; the French one when a translation is missing."""
    if lang != SOURCE and isinstance(found := catalogue(lang).get(text), str):
        return found
    return typeset(text)


@lru_cache(maxsize=8192)
def typeset(text: str) -> str:
    """French spacing: no-break spaces before high punctuation and inside quotation marks."""
    text = re.sub(r" ([?!;])", rf"{NARROW}\1", text)
    text = re.sub(r" (%)(?![(a-z])", rf"{NARROW}\1", text)
    text = re.sub(r" :(?=\s|$)", f"{NO_BREAK}:", text)
    return (
        text.replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»").replace(" €", f"{NO_BREAK}€")
    )


@lru_cache(maxsize=4)
def catalogue(lang: str) -> dict[str, str | tuple[str, ...]]:
    """The texts of a language by their French source; without those still to be translated."""
    path = Path(__file__).parent / f"{lang}.po"
    if not path.exists():
        return {}
    from babel.messages.pofile import read_po  # only when a translation is asked for

    with path.open("rb") as file:
        po = read_po(file, locale=lang)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in po:
        source = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        wording = message.string
        if not source or "fuzzy" in message.flags:
            continue
        if isinstance(wording, (tuple, list)):
            if all(wording):
                found[source] = tuple(wording)
        elif wording:
            found[source] = wording
    return found


def in_language(lang: str) -> Callable[..., str]:
    """`translate` with its language given."""
    return lambda text, **values: translate(lang, text, **values)
