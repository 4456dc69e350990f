"""Instant runoff: the votes of each round as a table first, the last round as bars."""

from fractions import Fraction

from deliberation.explanations.texts import quoted, short_number
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, translate
from voting.evidence import CountRound, RunoffEvidence
from voting.outcome import Outcome
from web.charts.drawn import Chart, Column, places, tied_for_first
from web.charts.svg import across, element, half_line, heading, picture, words

BAR = 22
TOP = 22


def rounds(lang: str, outcome: Outcome, key: str) -> Chart:
    """The last round as bars against the half that wins; the table follows every option."""
    _ = in_language(lang)
    # The last round where there was still a choice.
    final = next(
        (
            entry
            for entry in reversed(outcome.evidence_as(RunoffEvidence).rounds)
            if len(entry.votes) > 1
        ),
        outcome.evidence_as(RunoffEvidence).rounds[-1],
    )
    active = Fraction(final.active)
    parts, described, y = (
        [words(formats.percent(lang, 1, 2), "50%", 14, 13, text_anchor="middle", class_="quiet")],
        [],
        TOP,
    )
    for name, place in places(outcome):
        if name not in final.votes:
            continue
        votes = Fraction(final.votes[name])
        ratio = votes / active if active else Fraction(0)
        share = _share(lang, ratio)
        said = f"{short_number(lang, final.votes[name])} ({share})"
        drawn, below = heading(place, name, y)
        y = below + 24
        width = across(ratio.numerator, ratio.denominator)
        parts += [
            *drawn,
            words(said, "0", below + 14, 14),
            element("rect", class_="bar-quiet", width="100%", height=BAR, y=y),
            element("rect", class_="bar", width=width, height=BAR, y=y),
            half_line(y - 5, y + BAR + 5),
        ]
        described.append(f"{place} {name}{colon(lang)}{said}.")
        y += BAR + 22
    title = _("Voix du %(round)s tour", round=formats.ordinal(lang, final.round))
    return Chart(
        finding=_finding(lang, outcome, outcome.evidence_as(RunoffEvidence).rounds[-1]),
        picture=picture(key, title, " ".join(described), y - 12, parts),
        note=_(
            "Les voix du %(round)s tour ; le trait marque la moitié des bulletins encore en jeu.",
            round=formats.ordinal(lang, final.round),
        ),
        caption=_("Voix à chaque tour (entre parenthèses, celles qui s’ajoutent)"),
        columns=_columns(lang, outcome),
        rows=_rows(lang, outcome),
        primary=True,
    )


def _finding(lang: str, outcome: Outcome, final: CountRound) -> str:
    if len(outcome.winners) > 1:
        return tied_for_first(lang, outcome)
    winner = outcome.winners[0]
    ratio = Fraction(final.votes[winner]) / (Fraction(final.active) or 1)
    return translate(
        lang,
        "Au %(round)s tour, %(option)s réunit %(share)s des bulletins encore en jeu.",
        round=formats.ordinal(lang, final.round),
        option=quoted(lang, winner),
        share=_share(lang, ratio),
    )


def _share(lang: str, ratio: Fraction) -> str:
    """A share to the tenth, where there is one: near the half, it matters."""
    digits = 0 if (100 * ratio).denominator == 1 else 1
    return formats.percent(lang, ratio.numerator, ratio.denominator, digits)


def _columns(lang: str, outcome: Outcome) -> list[Column]:
    _ = in_language(lang)
    heads: list[Column] = [
        (_("%(round)s tour", round=formats.ordinal(lang, entry.round)), "number")
        for entry in outcome.evidence_as(RunoffEvidence).rounds
    ]
    return [_("Option"), *heads]


def _rows(lang: str, outcome: Outcome) -> list[list[str]]:
    """An option a row, its votes and what it gained since the round before; then what is left."""
    _ = in_language(lang)
    entries = outcome.evidence_as(RunoffEvidence).rounds
    rows = [
        [name, *(_cell(lang, entries, number, name) for number in range(len(entries)))]
        for name, _place in places(outcome)
    ]
    left = [short_number(lang, entry.exhausted) for entry in entries]
    return [*rows, [_("Bulletins sans choix restant"), *left]]


def _cell(lang: str, entries: list[CountRound], number: int, name: str) -> str:
    """The votes of an option in a round: `2 599 (+14)`; who leaves, then nothing."""
    entry = entries[number]
    if name not in entry.votes:
        return "–"
    said = short_number(lang, entry.votes[name])
    if number and name in entries[number - 1].transfers:
        said += f" (+{short_number(lang, entries[number - 1].transfers[name])})"
    if name in entry.eliminated:
        said += " " + translate(lang, "quitte")
    return said
