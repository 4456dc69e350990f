"""Calendar files: lines of at most 75 octets, which unfold to what was written."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deliberation.text.icalendar import CalendarEvent, calendar_file
from tests.examples import examples

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@examples(200)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=200))
def test_a_long_title_is_folded_between_characters(title: str) -> None:
    event = CalendarEvent(UUID(int=1), title, NOON, NOON, "https://example.org")
    file = calendar_file([event], NOON)
    assert max(map(len, file.split(b"\r\n"))) <= 75
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"\r\nSUMMARY:{escaped}\r\n" in file.decode().replace("\r\n ", "")


def test_a_line_break_in_a_title_ends_no_line() -> None:
    event = CalendarEvent(UUID(int=1), "a\r\nEND:VCALENDAR", NOON, NOON, "https://example.org")
    assert b"SUMMARY:a\\nEND:VCALENDAR\r\n" in calendar_file([event], NOON)
