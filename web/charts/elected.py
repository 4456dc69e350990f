"""Several options elected or funded: one bar per option, with those that are elected."""

from fractions import Fraction

from markupsafe import Markup

from deliberation.explanations.texts import short_number
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, translate
from deliberation.i18n.formats import translate_count
from voting.evidence import FundingEvidence, StagesEvidence
from voting.outcome import Outcome
from web.charts.drawn import Chart, Column
from web.charts.svg import across, element, heading, picture, words

BAR = 22


def elected(lang: str, outcome: Outcome, key: str) -> Chart:
    """Bars as long as the votes or scores, the elected or funded first and marked so."""
    _ = in_language(lang)
    funds = isinstance(outcome.evidence, FundingEvidence)
    taken = _("retenu") if funds else _("une place")
    unit = _("Voix") if funds or isinstance(outcome.evidence, StagesEvidence) else _("Score")
    title = _("Voix de chaque projet") if funds else _("Voix ou score de chaque option")
    most = max((abs(Fraction(score)) for score in outcome.scores.values()), default=Fraction(0))
    parts: list[Markup] = []
    described: list[str] = []
    rows: list[list[str]] = []
    y = 0
    for name in _by_score(outcome):
        share = (abs(Fraction(outcome.scores[name])) / most) if most else Fraction(0)
        score = short_number(lang, outcome.scores[name])
        mark = taken if name in outcome.winners else ""
        said = f"{score} – {mark}" if mark else score
        drawn, below = heading("", name, y)
        y = below + 24
        width = across(share.numerator, share.denominator)
        parts += [
            *drawn,
            words(said, "0", below + 14, 14),
            element("rect", class_="bar-quiet", width="100%", height=BAR, y=y),
            element("rect", class_="bar", width=width, height=BAR, y=y),
        ]
        described.append(f"{name}{colon(lang)}{said}.")
        row = [name, score, mark or "–"]
        if funds:
            row.insert(1, formats.number(lang, outcome.evidence_as(FundingEvidence).costs[name]))
        rows.append(row)
        y += BAR + 18
    cost: list[Column] = [(_("Coût"), "number")] if funds else []
    return Chart(
        finding=_finding(lang, outcome),
        picture=picture(key, title, " ".join(described), y - 10, parts),
        note=_("La barre la plus longue : le plus grand nombre."),
        caption=title,
        columns=[_("Option"), *cost, (unit, "number"), _("Résultat")],
        rows=rows,
    )


def _by_score(outcome: Outcome) -> list[str]:
    """The options tier by tier, each with the highest score first."""
    scores = {name: Fraction(score) for name, score in outcome.scores.items()}
    return [
        name
        for tier in outcome.ranking
        for name in sorted(tier, key=lambda name: scores[name], reverse=True)
    ]


def _finding(lang: str, outcome: Outcome) -> str:
    """Sentence on the number of seats filled, or on the budget spent."""
    if isinstance(outcome.evidence, FundingEvidence):
        return translate(
            lang,
            "Les projets retenus coûtent %(spent)s, sur %(budget)s.",
            spent=formats.number(lang, outcome.evidence.spent),
            budget=formats.number(lang, outcome.evidence.budget),
        )
    return translate_count(
        lang,
        "%(num)s option a une place, sur %(all)s.",
        "%(num)s options ont une place, sur %(all)s.",
        len(outcome.winners),
        all=formats.number(lang, len(outcome.scores)),
    )
