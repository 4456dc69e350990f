"""Participation over time: one bar per day or week, and numbered events."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from deliberation.i18n import formats
from deliberation.i18n.catalogue import in_language
from deliberation.views.figures.figures import Participation, Stretch
from web.charts.drawn import Chart
from web.charts.svg import across, element, picture, words

HEIGHT = 200  # of the bars, in pixels
TOP = 40  # room for the numbers of what happened
SHARE = 8  # of ten parts of a stretch's width, the bar
NEAR = 6  # hundredths of the width: marks nearer than this share a number

Event = tuple[date, str]  # a day, and what happened in words


def days(lang: str, participation: Participation, events: Sequence[Event]) -> Chart:
    """The chart of what was done; `events` in order. Without a stretch there is nothing to draw."""
    _ = in_language(lang)
    stretches = participation.stretches
    most = max((_total(one) for one in stretches), default=0)
    title = (
        _("Participations par jour") if participation.days == 1 else _("Participations par semaine")
    )
    numbered = number_events(participation, events)
    parts = [
        *_scale(),
        *(part for n, one in enumerate(stretches) for part in _bar(n, one, stretches, most)),
        *(part for n, (place, __) in enumerate(numbered, 1) for part in _mark(n, place)),
        # Above a line of the first days, which would strike it out.
        words(formats.number(lang, most), "0", TOP - 5, 13, class_="quiet edged"),
        *_ends(lang, stretches),
    ]
    finding = _finding(lang, participation, most)
    hidden = any(one.voters is None for one in stretches)
    return Chart(
        finding=finding,
        picture=picture("jours", title, finding, TOP + HEIGHT + 30, parts),
        note=_("Les jours où moins de dix personnes ont voté ne comptent pas leurs votes.")
        if hidden
        else "",
        caption=title,
        columns=[
            _("Jour") if participation.days == 1 else _("Semaine du"),
            (_("Textes et soutiens"), "number"),
            (_("Premiers votes"), "number"),
        ],
        rows=[_row(lang, one) for one in stretches if one.contributions or one.voters != 0],
        key=[("grade-5-1", _("Textes et soutiens")), ("grade-5-4", _("Premiers votes"))],
    )


def number_events(
    participation: Participation, events: Sequence[Event]
) -> list[tuple[str, list[Event]]]:
    """Events within the chart's days, those too near each other under one number.

    Each group: the position of its number, as a share of the width, and its events.
    """
    if not participation.stretches:
        return []
    begin = participation.stretches[0].begins
    length = len(participation.stretches) * participation.days
    groups: list[tuple[int, list[Event]]] = []
    for day, said in events:
        # In the middle of its day, in ten-thousandths of the width.
        place = ((day - begin).days * 2 + 1) * 5000 // length
        if not 0 <= place <= 10_000:
            continue
        if groups and place - groups[-1][0] < NEAR * 100:
            groups[-1][1].append((day, said))
        else:
            groups.append((place, [(day, said)]))
    return [(across(place, 10_000), found) for place, found in groups]


def _total(one: Stretch) -> int:
    return one.contributions + (one.voters or 0)


def _bar(n: int, one: Stretch, stretches: Sequence[Stretch], most: int) -> list[Markup]:
    """Contributions below, votes above, each as high as its share of the highest bar."""
    wide, drawn, foot = len(stretches) * 10, [], TOP + HEIGHT
    for count, tone in ((one.contributions, "grade-5-1"), (one.voters or 0, "grade-5-4")):
        height = (count * HEIGHT + most - 1) // most if count else 0
        if height:
            foot -= height
            x, width = across(n * 10 + (10 - SHARE) // 2, wide), across(SHARE, wide)
            drawn.append(element("rect", class_=tone, x=x, y=foot, width=width, height=height))
    return drawn


def _scale() -> list[Markup]:
    """The ground, and the height of the highest bar."""
    foot = TOP + HEIGHT
    return [
        element("line", class_="axis", x1="0", x2="100%", y1=foot, y2=foot),
        element("line", class_="axis", x1="0", x2="100%", y1=TOP, y2=TOP, stroke_dasharray="2 6"),
    ]


def _mark(n: int, place: str) -> list[Markup]:
    return [
        element("line", class_="half", x1=place, x2=place, y1=22, y2=TOP + HEIGHT),
        words(str(n), place, 16, 14, text_anchor="middle", font_weight=700),
    ]


def _ends(lang: str, stretches: Sequence[Stretch]) -> list[Markup]:
    if not stretches:
        return []
    y = TOP + HEIGHT + 20
    first = formats.day(lang, stretches[0].begins, year=False)
    last = formats.day(lang, stretches[-1].begins, year=False)
    ends = [words(first, "0", y, 13, class_="quiet")]
    if len(stretches) > 1:
        ends.append(words(last, "100%", y, 13, class_="quiet", text_anchor="end"))
    return ends


def _finding(lang: str, participation: Participation, most: int) -> str:
    _ = in_language(lang)
    if not most:
        return _("Personne n’a encore participé.")
    peak = next(one for one in participation.stretches if _total(one) == most)
    count, day = formats.number(lang, most), formats.day(lang, peak.begins)
    if participation.days == 1:
        return _("Jour le plus actif : le %(day)s, %(count)s participations.", day=day, count=count)
    day = formats.day(lang, peak.begins, year=False)
    end = formats.day(lang, peak.begins + timedelta(days=6))
    return _(
        "Semaine la plus active : du %(day)s au %(end)s, %(count)s participations.",
        day=day,
        end=end,
        count=count,
    )


def _row(lang: str, one: Stretch) -> list[str]:
    _ = in_language(lang)
    voters = _("moins de 10") if one.voters is None else formats.number(lang, one.voters)
    return [formats.day(lang, one.begins), formats.number(lang, one.contributions), voters]
