"""Methods where the largest sum wins: one bar an option."""

from fractions import Fraction

from deliberation.explanations.texts import exact, quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language
from voting.evidence import RatedEvidence
from voting.outcome import Outcome
from web.charts.drawn import Chart, places, tied_for_first
from web.charts.svg import across, element, heading, picture, words

BAR = 22
POINTS = ("cumulative", "quadratic")


def sums(lang: str, outcome: Outcome, key: str) -> Chart:
    """Bars ordered by rank, as long as the share of the ballots (of the duels for Copeland)."""
    _ = in_language(lang)
    base = _base(outcome)
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
            [name, exact(lang, outcome.scores[name]), formats.percent(lang, part, whole, 1)]
        )
        y += BAR + 18
    return Chart(
        finding=_finding(lang, outcome),
        picture=picture(key, _title(lang, outcome.method), " ".join(described), y - 10, parts),
        note=_note(lang, outcome),
        caption=_title(lang, outcome.method),
        columns=[_("Option"), (_unit(lang, outcome.method), "number"), (_("Part"), "number")],
        rows=rows,
    )


def _base(outcome: Outcome) -> int:
    """What a full bar stands for."""
    if outcome.method in POINTS:  # all that was given; a sum below zero takes nothing away
        return max(sum(max(int(score), 0) for score in outcome.scores.values()), 1)
    if outcome.method == "copeland":
        return max(len(outcome.scores) - 1, 1)
    if isinstance(outcome.evidence, RatedEvidence):  # what a ballot gives at most
        ballots = 1 if outcome.options.get("missing") == "mean" else outcome.evidence.judges
        return max(outcome.evidence.most * ballots, 1)
    return outcome.ballot_counts.counted + outcome.ballot_counts.partial


def _score(lang: str, outcome: Outcome, name: str) -> str:
    score = Fraction(outcome.scores[name])
    share = formats.percent(lang, score.numerator, _base(outcome) * score.denominator)
    return f"{exact(lang, outcome.scores[name])} ({share})"


def _finding(lang: str, outcome: Outcome) -> str:
    _ = in_language(lang)
    if len(outcome.winners) > 1:
        return tied_for_first(lang, outcome)
    winner = outcome.winners[0]
    score = Fraction(outcome.scores[winner])
    share = formats.percent(lang, score.numerator, _base(outcome) * score.denominator)
    values = {"share": share, "option": quoted(lang, winner)}
    if outcome.method == "approval":
        return _("%(share)s des bulletins approuvent %(option)s.", **values)
    if outcome.method == "plurality":
        return _("%(option)s est le premier choix de %(share)s des bulletins.", **values)
    if outcome.method == "bucklin":
        return _("%(option)s est aux rangs comptés sur %(share)s des bulletins.", **values)
    if outcome.method == "star":
        return _("%(option)s gagne la finale.", **values)
    if outcome.method == "quadratic":
        return _("%(option)s a le plus de voix.", **values)
    if outcome.method != "copeland":
        return _("%(option)s a le plus de points.", **values)
    return _("%(option)s gagne le plus de duels.", **values)


def _title(lang: str, method: str) -> str:
    _ = in_language(lang)
    if method == "approval":
        return _("Approbations de chaque option")
    if method == "copeland":
        return _("Points gagnés en duels")
    if method == "bucklin":
        return _("Bulletins aux rangs comptés")
    if method == "quadratic":
        return _("Voix de chaque option")
    return _("Premiers choix") if method == "plurality" else _("Points de chaque option")


def _unit(lang: str, method: str) -> str:
    _ = in_language(lang)
    if method == "approval":
        return _("Approbations")
    if method == "quadratic":
        return _("Voix")
    return _("Bulletins") if method in ("plurality", "bucklin") else _("Points")


def _note(lang: str, outcome: Outcome) -> str:
    _ = in_language(lang)
    if outcome.method == "copeland":
        return _("Une barre pleine : tous les duels gagnés.")
    if outcome.method == "cumulative":
        return _("Une barre pleine : tous les points donnés.")
    if outcome.method == "quadratic":
        return _("Une barre pleine : la somme des voix des options au-dessus de zéro.")
    if isinstance(outcome.evidence, RatedEvidence):
        return _("Une barre pleine : le plus de points possible.")
    base = formats.number(lang, _base(outcome))
    if outcome.method == "approval":
        return _(
            "Une barre pleine : les %(base)s bulletins comptés. Chacun peut approuver plusieurs "
            "options.",
            base=base,
        )
    return _("Une barre pleine : les %(base)s bulletins comptés.", base=base)
