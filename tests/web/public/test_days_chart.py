"""Participation over time: the picture and its table say the same, and events find their place."""

from datetime import date, timedelta

from deliberation.views.figures.figures import Participation, Stretch
from web.charts.days import days, number_events

MONDAY = date(2026, 5, 4)


def over(*counts: tuple[int, int | None], step: int = 1) -> Participation:
    return Participation(
        step,
        [Stretch(MONDAY + timedelta(days=step * n), *count) for n, count in enumerate(counts)],
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_sentence_names_the_highest_bar_and_the_table_every_number() -> None:
    chart = days("fr", over((3, 0), (0, 0), (12, 30), (1, None)), [])
    assert plain(chart.finding) == "Jour le plus actif : le 6 mai 2026, 42 participations."
    assert [[plain(cell) for cell in row] for row in chart.rows] == [
        ["4 mai 2026", "3", "0"],
        ["6 mai 2026", "12", "30"],
        ["7 mai 2026", "1", "moins de 10"],
    ]
    assert "moins de dix personnes" in chart.note


def test_a_bar_is_as_high_as_its_share_of_the_highest_and_one_deed_is_seen() -> None:
    picture = str(days("fr", over((200, 0), (50, 0), (1, 0)), []).picture)
    assert [f'height="{height}"' in picture for height in (200, 50, 1)] == [True] * 3
    assert "style=" not in picture


def test_weeks_are_told_from_their_monday_to_their_sunday() -> None:
    chart = days("fr", over((3, 0), (40, 0), step=7), [])
    assert "du 11 mai au 17 mai 2026" in plain(chart.finding)


def test_near_events_share_a_number_and_those_outside_have_none() -> None:
    stretches = over(*[(1, 0)] * 40)
    early, near = (MONDAY + timedelta(days=2), "un"), (MONDAY + timedelta(days=3), "deux")
    late = (MONDAY + timedelta(days=30), "trois")
    outside = [(MONDAY - timedelta(days=9), "avant"), (MONDAY + timedelta(days=90), "après")]
    found = number_events(stretches, [outside[0], early, near, late, outside[1]])
    assert [events for _, events in found] == [[early, near], [late]]
    assert [place for place, _ in found] == ["6.250%", "76.250%"]


def test_without_anything_done_nothing_is_drawn() -> None:
    chart = days("fr", Participation(1, []), [(MONDAY, "Ouverture")])
    assert chart.rows == []
    assert chart.finding == "Personne n’a encore participé."
