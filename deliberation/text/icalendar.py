"""Calendar files: iCalendar (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID


class CalendarEvent(NamedTuple):
    """An event; `id` stays the same when its dates change, so that a calendar replaces it."""

    id: UUID
    title: str
    begins: datetime
    ends: datetime
    address: str


def calendar_file(events: Iterable[CalendarEvent], now: datetime) -> bytes:
    """The events, as written at `now`: UTC, lines of at most 75 octets that end in CR LF."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(events, now)).encode()


def _lines(events: Iterable[CalendarEvent], now: datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Beffroi//Consultations//FR")
    for event in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{event.id}"
        yield f"DTSTAMP:{_utc(now)}"
        yield f"DTSTART:{_utc(event.begins)}"
        yield f"DTEND:{_utc(event.ends)}"
        yield f"SUMMARY:{_escaped(event.title)}"
        yield f"URL:{event.address}"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which cuts a character."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        coded = character.encode()
        if len(piece) + len(coded) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = b""
        piece += coded
    return "\r\n ".join(part.decode() for part in [*pieces, piece])
