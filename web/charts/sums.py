"""Methods where the largest sum wins: one bar per option."""

from fractions import Fraction

from deliberation.explanations.texts import quoted, short_number
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, translate
from voting.evidence import RatedEvidence
from voting.methods import METHODS
from voting.outcome import Outcome
from web.charts.drawn import Chart, places, tied_for_first
from web.charts.sum_words import WORDS, summed
from web.charts.svg import across, element, heading, picture, words

BAR = 22


def sums(lang: str, outcome: Outcome, key: str) -> Chart:
    """Bars ordered by rank, as long as the share of the ballots (of the contests for Copeland)."""
    _ = in_language(lang)
    base, said_of = _base(outcome), WORDS[summed(outcome)]
    title = translate(lang, said_of.title)
    parts, described, rows, y = [], [], [], 0
    for name, place in places(outcome):
        score = Fraction(outcome.scores[name])
        said = _score(lang, outcome, name)
        drawn, below = heading(place, name, y)
        y = below + 24
        part, whole = score.numerator, base * score.denominator
        parts += [
            *drawn,
            words(said, "0", below + 14, 14),
            element("rect", class_="bar-quiet", width="100%", height=BAR, y=y),
            element("rect", class_="bar", width=across(max(part, 0), whole), height=BAR, y=y),
        ]
        described.append(f"{place} {name}{colon(lang)}{said}.")
        rows.append(
            [name, short_number(lang, outcome.scores[name]), formats.percent(lang, part, whole, 1)]
        )
        y += BAR + 18
    return Chart(
        finding=_finding(lang, outcome),
        picture=picture(key, title, " ".join(described), y - 10, parts),
        note=translate(lang, said_of.note, base=formats.number(lang, base)),
        caption=title,
        columns=[_("Option"), (translate(lang, said_of.unit), "number"), (_("Part"), "number")],
        rows=rows,
    )


def _base(outcome: Outcome) -> int:
    """The value of a full bar."""
    if METHODS[outcome.method].family == "points":  # all that was given; below zero, nothing
        return max(sum(max(int(score), 0) for score in outcome.scores.values()), 1)
    if summed(outcome) == "contests":
        return max(len(outcome.scores) - 1, 1)
    if isinstance(outcome.evidence, RatedEvidence):  # what a ballot gives at most
        ballots = 1 if outcome.options.get("missing") == "mean" else outcome.evidence.judges
        return max(outcome.evidence.most * ballots, 1)
    return outcome.ballot_counts.counted + outcome.ballot_counts.partial


def _score(lang: str, outcome: Outcome, name: str) -> str:
    return f"{short_number(lang, outcome.scores[name])} ({_share(lang, outcome, name)})"


def _share(lang: str, outcome: Outcome, name: str) -> str:
    score = Fraction(outcome.scores[name])
    return formats.percent(lang, score.numerator, _base(outcome) * score.denominator)


def _finding(lang: str, outcome: Outcome) -> str:
    if len(outcome.winners) > 1:
        return tied_for_first(lang, outcome)
    winner = outcome.winners[0]
    values = {"share": _share(lang, outcome, winner), "option": quoted(lang, winner)}
    return translate(lang, WORDS[summed(outcome)].finding, **values)
