"""Translates French source texts into the reader's language.

Texts are looked up by gettext, in catalogues that Babel compiles (`compiled`). A text that a
catalogue lacks is shown in French.
"""

import gettext
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale

from deliberation import i18n
from deliberation.i18n.compiled import translations_of

SOURCE = "fr"
# Every language of the site, the source first.
LANGUAGES = (SOURCE, *sorted(path.stem for path in i18n.FOLDER.glob("*.po")))
if TYPE_CHECKING:
    Language = str
    LanguageOrNone = str
else:
    Language = Literal[LANGUAGES]
    LanguageOrNone = Literal[("", *LANGUAGES)]
NARROW = "\u202f"  # before ? ! ; % and inside « »
NO_BREAK = "\u00a0"  # before :


class FrenchSource(gettext.NullTranslations):
    """The source texts themselves, with their typography; two is the first plural."""

    def gettext(self, message: str) -> str:
        """The text."""
        return typeset(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The singular or the plural."""
        return typeset(msgid1 if n < 2 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """The text, whatever its context."""
        return typeset(message)


def mark(text: str) -> str:
    """Mark a literal text as to be translated where it is shown, and return it as it is."""
    return text


def mark_as(context: str, text: str) -> str:
    """As `mark`, for a text whose context decides among several translations (`sentence_as`)."""
    return text


def translate(lang: str, text: str, **values: Any) -> str:
    """`text` in `lang`, its %(name)s gaps filled."""
    return fill(sentence(lang, text), values)


def translate_as(lang: str, context: str, text: str, **values: Any) -> str:
    """`text` in `lang`, where its context decides among several translations."""
    return fill(sentence_as(lang, context, text), values)


def label(lang: str, labels: Mapping[str, str], code: str) -> str:
    """Label of a code in `lang`, from a table of labels."""
    return translate(lang, labels[code])


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Fill %(name)s gaps; a text without values may hold a bare per cent sign."""
    return text % values if values else text


@lru_cache(maxsize=8192)
def sentence(lang: str, text: str) -> str:
    """The wording of one text, gaps unfilled; the French one when a translation is missing."""
    return translations(lang).gettext(text)


@lru_cache(maxsize=8192)
def sentence_as(lang: str, context: str, text: str) -> str:
    """As `sentence`, for a text with a context."""
    return translations(lang).pgettext(context, text)


@lru_cache(maxsize=8192)
def typeset(text: str) -> str:
    """French spacing: no-break spaces before high punctuation and inside quotation marks."""
    text = re.sub(r" ([?!;])", rf"{NARROW}\1", text)
    text = re.sub(r" (%)(?![(a-z])", rf"{NARROW}\1", text)
    text = re.sub(r" :(?=\s|$)", f"{NO_BREAK}:", text)
    return (
        text.replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»").replace(" €", f"{NO_BREAK}€")
    )


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language, French where it lacks a text."""
    if lang == SOURCE:
        return FrenchSource()
    found = translations_of(i18n.FOLDER / f"{lang}.po")
    found.add_fallback(FrenchSource())
    return found


@cache
def locale(lang: str) -> Locale:
    """Babel's locale of a language: its catalogue's `Language` header (`en_GB` in `en.po`)."""
    return Locale.parse(translations(lang).info().get("language", lang))


def colon(lang: str) -> str:
    """The separator between a label and its value."""
    return sentence(lang, " : ")


def semicolon(lang: str) -> str:
    """The separator between joined clauses."""
    return sentence(lang, " ; ")


def language_name(lang: str, code: str) -> str:
    """Name of a language in `lang`: `Anglais`, `French`."""
    name: str = locale(lang).languages.get(code, code)
    return name[:1].upper() + name[1:]


def in_language(lang: str) -> Callable[..., str]:
    """`translate` with its language given."""
    return lambda text, **values: translate(lang, text, **values)
