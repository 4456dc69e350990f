"""The messages of `voting.explain` as sentences in the reader's language.

The texts stand in one table per family; `voting` says of what kind each value is, and so how it is
written.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deliberation.explanations import ballots, general
from deliberation.explanations.families import (
    budgets,
    committees,
    eliminations,
    grades,
    pairwise,
    points,
    sums,
    transferable,
)
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.explanations.plural import Plural
from deliberation.i18n import formats
from deliberation.i18n.catalogue import NARROW, sentence, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import translate_count
from voting.explain import MESSAGES, explain
from voting.outcome import Kind, Outcome, Sentence

_TABLES = (general, grades, sums, pairwise, eliminations, points, transferable, committees, budgets)
SENTENCES: dict[str, str | Plural] = {
    message: text for table in _TABLES for message, text in table.SENTENCES.items()
}
WITHOUT: dict[str, tuple[str, str]] = {
    message: text
    for table in (grades, pairwise, eliminations)
    for message, text in table.WITHOUT.items()
}
MOST_DECIMALS = 5  # of a number that is not rounded: the transfers of Scottish elections
QUOTED = _("« %(name)s »")


def explain_outcome(
    lang: str, outcome: Outcome, titles: Mapping[str, str] | None = None
) -> tuple[str, list[str], list[str]]:
    """The sentence that says who came first, those that say why, and the count step by step.

    `titles`: what options are called where their names are only ids.
    """
    found = explain(outcome)

    def worded(sentences: list[Sentence]) -> list[str]:
        return [explain_sentence(lang, with_titles(one, titles or {})) for one in sentences]

    (headline,) = worded([found.headline])
    return headline, worded(found.reasons), worded(found.steps)


def with_titles(said: Sentence, titles: Mapping[str, str]) -> Sentence:
    """The sentence with the options' titles in addition to their names."""
    if not titles:
        return said
    kinds = MESSAGES[said.id]
    values = {name: _entitled(kinds[name], v, titles) for name, v in said.values.items()}
    return Sentence(said.id, values)


def titled(name: str, titles: Mapping[str, str]) -> str:
    """A title with the name that it stands for: `Un banc (p1)`.

    >>> titled("p1", {"p1": "Un banc"}), titled("p2", {})
    ('Un banc (p1)', 'p2')
    """
    return f"{titles[name]} ({name})" if name in titles else name


def explain_sentence(lang: str, said: Sentence) -> str:
    """A sentence of a count in `lang`, plain text."""
    if said.id == "step.ballots":
        return _ballots(lang, said.values)
    kinds = MESSAGES[said.id]
    words = {name: _worded(lang, kinds[name], value, said) for name, value in said.values.items()}
    if said.id.endswith("schulze.paths") and not said.values["path"]:
        return translate(lang, pairwise.NO_PATH, **words)
    if said.id.endswith("schulze.paths") and _is_direct(said.values):
        return translate(lang, pairwise.DIRECT[said.id.partition(".")[0]], **words)
    if said.id in WITHOUT and not said.values[WITHOUT[said.id][0]]:
        return translate(lang, WITHOUT[said.id][1], **words)
    text = SENTENCES[said.id]
    if isinstance(text, str):
        return translate(lang, text, **words)
    return translate_count(lang, text.one, text.many, _size(said.values[text.by]), **words)


def short_number(lang: str, value: int | str) -> str:
    """A number of a count as people write it: `1 234`, `3,5`, `70/17`; rounded when it is long."""
    fraction = Fraction(value)
    for digits in range(MOST_DECIMALS + 1):
        if (fraction * 10**digits).denominator == 1:
            return formats.number(lang, fraction, digits)
    if max(abs(fraction.numerator), fraction.denominator) < 100:
        return str(fraction)
    return f"≈{NARROW}{formats.number(lang, fraction, 3)}"


def quoted(lang: str, name: str) -> str:
    """A name inside a sentence, in the language's quotation marks."""
    return translate(lang, QUOTED, name=name)


def by_method(lang: str, method: str) -> str:
    """Name of a method inside a sentence: `au jugement majoritaire`."""
    return translate(lang, METHOD_TEXTS[method].according)


def box(lang: str, name: str, count: int) -> str:
    """The text of one ballot count: `12 blancs`."""
    return translate_count(
        lang, ballots.BALLOT_COUNTS[name].one, ballots.BALLOT_COUNTS[name].many, count
    )


def _entitled(kind: Kind, value: Any, titles: Mapping[str, str]) -> Any:
    """Names of options with their titles, in a value that holds some."""
    if kind == "votes":
        return {titled(name, titles): found for name, found in value.items()}
    if kind in ("options", "path"):
        return [titled(name, titles) for name in value]
    return titled(value, titles) if kind == "option" else value


def _ballots(lang: str, values: Mapping[str, int]) -> str:
    received = values["received"]
    if not received:
        return translate(lang, ballots.NO_BALLOTS)
    parts = [box(lang, name, values[name]) for name in ballots.BALLOT_COUNTS if values[name]]
    words = {"received": formats.number(lang, received), "boxes": formats.joined(lang, parts)}
    text = ballots.ALL_COUNTED if values["counted"] == received else ballots.BALLOTS
    return translate_count(lang, text.one, text.many, received, **words)


def _worded(lang: str, kind: Kind, value: Any, said: Sentence) -> str:
    """One value of a sentence as the reader's language writes it."""
    match kind:
        case "option" | "text":
            return quoted(lang, value)
        case "options":
            return formats.joined(lang, [quoted(lang, item) for item in value])
        case "path":
            return " > ".join(value)
        case "votes":
            return _listed(lang, value)
        case "grade":
            return quoted(lang, sentence(lang, value)) if value else ""
        case "ordinal":
            return formats.ordinal(lang, value)
        case "method":
            return by_method(lang, value)
        case "lean":
            return _lean(lang, int(said.values["above"]), int(said.values["below"]))
        case "number":
            return short_number(lang, value)


def _is_direct(values: Mapping[str, Any]) -> bool:
    return len(values["path"]) == 2 and not values["back_path"]


def _listed(lang: str, votes: Mapping[str, int | str]) -> str:
    """Options with their votes, most first."""
    order = sorted(votes, key=lambda name: (-Fraction(votes[name]), name))
    return ", ".join(f"{quoted(lang, name)} {short_number(lang, votes[name])}" for name in order)


def _lean(lang: str, above: int, below: int) -> str:
    """Side of the majority grade on which more judgments lie."""
    if above == below:
        return translate(lang, _("autant d’un côté que de l’autre"))
    if above > below:
        return translate(lang, _("plutôt au-dessus"))
    return translate(lang, _("plutôt au-dessous"))


def _size(value: Any) -> Any:
    """Number that chooses singular or plural: a value, or the length of a list."""
    return len(value) if isinstance(value, list) else Fraction(value)
