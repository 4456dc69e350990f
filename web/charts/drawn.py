"""The struct of a chart, and what all charts share."""

import msgspec
from markupsafe import Markup

from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import translate
from voting.outcome import Outcome
from voting.ties import places_of_tiers

Column = str | tuple[str, str]  # a label, or (label, "number")


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """An SVG chart and the table of the same numbers.

    `finding`: the sentence it shows; `picture`: safe SVG; `note`: how to read it; `caption`,
    `columns` and `rows`: the table; `key`: (class, label) of its colours; `primary`: the table is
    to be shown unfolded.
    """

    finding: str
    picture: Markup
    note: str
    caption: str
    columns: list[Column]
    rows: list[list[str]]
    key: list[tuple[str, str]] = []
    primary: bool = False


def places(outcome: Outcome) -> list[tuple[str, str]]:
    """Each option with its place as words, best first: `1.`, `2. =` when shared."""
    return [
        (name, f"{place}. =" if len(tier) > 1 else f"{place}.")
        for place, tier in places_of_tiers(outcome.ranking)
        for name in tier
    ]


def share_of(lang: str, part: int, whole: int) -> str:
    """A number and its share: `174 (42 %)`."""
    return f"{formats.number(lang, part)} ({formats.percent(lang, part, whole)})"


def tied_for_first(lang: str, outcome: Outcome) -> str:
    """The finding of a tie."""
    names = formats.joined(lang, [quoted(lang, name) for name in outcome.winners])
    return translate(lang, "%(names)s sont à égalité en tête.", names=names)
