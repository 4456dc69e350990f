"""Pairwise methods: the matrix of contests, row against column, and the list of all contests."""

from itertools import combinations

from markupsafe import Markup

from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, translate
from voting.evidence import PairwiseMatrix, SchulzeEvidence, pairwise_matrix
from voting.outcome import Outcome
from web.charts.drawn import Chart, Column, places, tied_for_first
from web.charts.svg import across, element, heading, picture, words

CELL = 28
MAX_MATRIX_OPTIONS = 16  # options that still make a readable matrix
PHONE = 320  # pixels that all cells share on the narrowest page


def pairwise(lang: str, outcome: Outcome, key: str) -> Chart:
    """One row per option, one cell per opponent: the margin in ballots of the contest."""
    _ = in_language(lang)
    order = places(outcome)
    matrix = pairwise_matrix(outcome.evidence)
    return Chart(
        finding=_finding(lang, outcome, matrix),
        picture=_matrix(lang, outcome, key) if len(order) <= MAX_MATRIX_OPTIONS else Markup(""),
        note=_note(lang) if len(order) <= MAX_MATRIX_OPTIONS else "",
        caption=_("Tous les duels"),
        columns=_columns(lang),
        rows=_rows(lang, [name for name, _place in order], matrix),
    )


def _matrix(lang: str, outcome: Outcome, key: str) -> Markup:
    _ = in_language(lang)
    matrix = pairwise_matrix(outcome.evidence)
    names = [name for name, _place in places(outcome)]
    size = _letter_size(lang, matrix, names)
    parts, y = [_heads(len(names))], 22
    for row, (name, place) in enumerate(places(outcome)):
        drawn, below = heading(place, name, y)
        parts += drawn
        y = below + 6
        parts += [
            _cell(lang, matrix, name, other, (column, len(names), y, size))
            for column, other in enumerate(names)
        ]
        if name in outcome.winners:
            parts.append(_ring(y))
        y += CELL + (14 if row + 1 < len(names) else 4)
    described = [_contest_text(lang, matrix, *pair) for pair in combinations(names, 2)]
    return picture(key, _("Les duels, option par option"), " ".join(described), y, parts)


def _heads(count: int) -> Markup:
    """The number of each column's option: its place in the list."""
    return element(
        "g",
        *(
            words(str(column + 1), across(2 * column + 1, 2 * count), 14, 13, text_anchor="middle")
            for column in range(count)
        ),
        class_="quiet",
    )


def _cell(
    lang: str, matrix: PairwiseMatrix, name: str, other: str, at: tuple[int, int, int, int]
) -> Markup:
    """One contest; the option against itself is an empty cell."""
    column, count, y, size = at
    x, width = across(column, count), across(1, count)
    if name == other:
        return element("rect", class_="bar-quiet", x=x, y=y, width=width, height=CELL)
    lead = matrix[name][other] - matrix[other][name]
    inside = [element("rect", x=x, y=y, width=width, height=CELL, stroke_width=1)]
    if size:
        middle = across(2 * column + 1, 2 * count)
        inside.append(words(_lead(lang, lead), middle, y + 19, size, text_anchor="middle"))
    return element("g", *inside, class_=_tone(lead, matrix[name][other] + matrix[other][name]))


def _ring(y: int) -> Markup:
    return element(
        "rect", y=y, width="100%", height=CELL, fill="none", stroke="currentColor", stroke_width=3
    )


def _tone(lead: int, voters: int) -> str:
    """Colour class of a lead, from a wide win to a wide defeat, in the palette of seven."""
    if lead == 0:
        return "grade-7-4"
    strength = 1 if 2 * abs(lead) >= voters else 2 if 5 * abs(lead) >= voters else 3
    return f"grade-7-{strength if lead > 0 else 8 - strength}"


def _letter_size(lang: str, matrix: PairwiseMatrix, names: list[str]) -> int:
    """The size at which the longest lead fits its cell on a phone; 0 when none does."""
    leads = (matrix[a][b] - matrix[b][a] for a, b in combinations(names, 2))
    longest = max((len(_lead(lang, lead)) for lead in leads), default=1)
    size = PHONE * 100 // (len(names) * longest * 58)
    return min(size, 14) if size >= 9 else 0


def _lead(lang: str, lead: int) -> str:
    return ("+" if lead > 0 else "") + formats.number(lang, lead)


def _finding(lang: str, outcome: Outcome, matrix: PairwiseMatrix) -> str:
    _ = in_language(lang)
    if len(outcome.winners) > 1:
        return tied_for_first(lang, outcome)
    winner = outcome.winners[0]
    if all(matrix[winner][other] > matrix[other][winner] for other in matrix[winner]):
        return _("%(option)s gagne tous ses duels.", option=quoted(lang, winner))
    if not isinstance(outcome.evidence, SchulzeEvidence):
        return _("Aucune option ne gagne tous ses duels.")
    return _(
        "Aucune option ne gagne tous ses duels ; les chaînes de duels donnent l’avantage à "
        "%(option)s.",
        option=quoted(lang, winner),
    )


def _note(lang: str) -> str:
    return translate(
        lang,
        "Chaque ligne se lit face aux options numérotées en haut. + : tant de bulletins de plus "
        "préfèrent l’option de la ligne ; − : tant de moins. Le cadre entoure l’option en tête.",
    )


def _columns(lang: str) -> list[Column]:
    _ = in_language(lang)
    return [
        _("Duel"),
        (_("Pour la première"), "number"),
        (_("Pour la seconde"), "number"),
        (_("Écart"), "number"),
    ]


def _rows(lang: str, names: list[str], matrix: PairwiseMatrix) -> list[list[str]]:
    """Every contest, its winner first."""
    _ = in_language(lang)
    rows = []
    for one, two in combinations(names, 2):
        lead = matrix[one][two] - matrix[two][one]
        first, second = (one, two) if lead >= 0 else (two, one)
        said = _("%(first)s bat %(second)s") if lead else _("%(first)s et %(second)s à égalité")
        numbers = (matrix[first][second], matrix[second][first], abs(lead))
        rows.append(
            [
                said % {"first": quoted(lang, first), "second": quoted(lang, second)},
                *(formats.number(lang, value) for value in numbers),
            ]
        )
    return rows


def _contest_text(lang: str, matrix: PairwiseMatrix, one: str, two: str) -> str:
    return f"{one} – {two}{colon(lang)}{matrix[one][two]}–{matrix[two][one]}."
