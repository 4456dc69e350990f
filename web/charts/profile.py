"""Majority judgment: the merit profile, one full bar per option, best judgments first."""

from markupsafe import Markup

from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, sentence, translate
from voting.evidence import GradesEvidence
from voting.outcome import Outcome
from web.charts.drawn import Chart, Column, places, share_of, tied_for_first
from web.charts.svg import across, element, half_line, heading, picture, words

BAR = 30
TOP = 22  # room for the words above the dashed line

# Number of grades -> the place of each in the palette of seven, best first.
SEVEN = {
    1: (1,),
    2: (1, 7),
    3: (1, 4, 7),
    4: (1, 3, 5, 7),
    6: (1, 2, 3, 5, 6, 7),
    7: (1, 2, 3, 4, 5, 6, 7),
}


def profile(lang: str, outcome: Outcome, key: str) -> Chart:
    """Bars ordered by rank; shares of 8 % and more are written in them; the middle is dashed."""
    _ = in_language(lang)
    evidence = outcome.evidence_as(GradesEvidence)
    grades = evidence.best_first
    classes = [grade_class(place, len(grades)) for place in range(1, len(grades) + 1)]
    parts, described, y = (
        [words(formats.percent(lang, 1, 2), "50%", 14, 13, text_anchor="middle", class_="quiet")],
        [],
        TOP,
    )
    for name, place in places(outcome):
        drawn, below = heading(place, name, y)
        grade = _grade(lang, outcome, name)
        line = _("Mention majoritaire : %(grade)s", grade=grade)
        tally = evidence.judgments(name)
        y = below + 24
        bar = [*_bar(lang, tally, classes, y), half_line(y - 5, y + BAR + 5)]
        parts += [*drawn, words(line, "0", below + 14, 14), *bar]
        described.append(f"{place} {name}{colon(lang)}{grade}.")
        y += BAR + 22
    return Chart(
        finding=_finding(lang, outcome),
        picture=picture(key, _("Profil des mentions"), " ".join(described), y - 10, parts),
        note=_(
            "Une barre par option, de la meilleure mention à la moins bonne. La mention "
            "majoritaire est celle où passe le trait du milieu, ou qui le suit."
        ),
        caption=_("Mentions reçues par chaque option"),
        columns=_columns(lang, outcome, grades),
        rows=[_row(lang, outcome, name) for name, _place in places(outcome)],
        key=[(kind, sentence(lang, grade)) for kind, grade in zip(classes, grades, strict=True)],
    )


def grade_class(place: int, grades: int) -> str:
    """The colour class of a grade, 1 = best: two palettes hold apart for colour-blind readers."""
    if grades == 5:
        return f"grade-5-{place}"
    if grades in SEVEN:
        return f"grade-7-{SEVEN[grades][place - 1]}"
    return f"grade-7-{1 + round((place - 1) * 6 / (grades - 1))}"


def _bar(lang: str, tally: list[int], classes: list[str], y: int) -> list[Markup]:
    """The judgments of one option, best first, side by side."""
    total, before, drawn = sum(tally), 0, []
    for count, kind in zip(tally, classes, strict=True):
        if not count:
            continue
        inside = [
            element(
                "rect",
                x=across(before, total),
                y=y,
                width=across(count, total),
                height=BAR,
                stroke_width=2,
            )
        ]
        if 100 * count >= 8 * total:
            at = across(_clear_middle(before, count, total), 2 * total)
            share = formats.percent(lang, count, total)
            inside.append(words(share, at, y + 20, 13, text_anchor="middle"))
        drawn.append(element("g", *inside, class_=kind))
        before += count
    return drawn


def _clear_middle(before: int, count: int, total: int) -> int:
    """Twice the place of the words: the bar's middle, or that of its wider side of the line."""
    start, end = 2 * before, 2 * (before + count)
    if start < total < end:
        return (start + total) // 2 if total - start > end - total else (total + end) // 2
    return (start + end) // 2


def _finding(lang: str, outcome: Outcome) -> str:
    if len(outcome.winners) > 1:
        return tied_for_first(lang, outcome)
    winner = outcome.winners[0]
    grade = quoted(lang, _grade(lang, outcome, winner))
    return translate(
        lang,
        "Plus de la moitié des jugements donnent %(grade)s ou mieux à %(option)s.",
        grade=grade,
        option=quoted(lang, winner),
    )


def _grade(lang: str, outcome: Outcome, name: str) -> str:
    """An option's majority grade; a dash when nobody judged it."""
    grade = outcome.evidence_as(GradesEvidence).gauges[name].grade
    return sentence(lang, grade) if grade else "–"


def _columns(lang: str, outcome: Outcome, grades: list[str]) -> list[Column]:
    """The last column counts judgments left out; most rules have counted them in one before."""
    _ = in_language(lang)
    read_as_grade = outcome.options.get("missing", "worst") not in ("normalised", "exclude")
    silent = _("dont sans avis") if read_as_grade else _("Sans avis")
    given: list[Column] = [(sentence(lang, grade), "number") for grade in grades]
    return [_("Option"), _("Mention majoritaire"), *given, (silent, "number")]


def _row(lang: str, outcome: Outcome, name: str) -> list[str]:
    evidence = outcome.evidence_as(GradesEvidence)
    tally, missing = evidence.judgments(name), evidence.missing[name]
    shares = [share_of(lang, count, sum(tally)) for count in tally]
    return [name, _grade(lang, outcome, name), *shares, formats.number(lang, missing)]
