"""Dates, hours, numbers, counts and lists as each language writes them, by Babel; hours of Paris.

Where a language has a habit of its own, its catalogue says so: patterns of dates and hours are
texts with a context. Numbers and days are kept once written: a page holds many, and often the same.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from deliberation.i18n.catalogue import (
    NARROW,
    NO_BREAK,
    SOURCE,
    fill,
    locale,
    sentence_as,
    translate,
    translate_as,
    translations,
)
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import mark_as as _p

PARIS = ZoneInfo("Europe/Paris")
# (weekday, year) -> how a day is written, in the letters of Unicode CLDR.
DAYS = {
    (False, False): _p("date pattern", "d MMMM"),
    (False, True): _p("date pattern", "d MMMM y"),
    (True, False): _p("date pattern", "EEEE d MMMM"),
    (True, True): _p("date pattern", "EEEE d MMMM y"),
}
HOUR = _p("date pattern", "H 'h' mm")
FULL_HOUR = _p("date pattern", "H 'h'")
MOMENT = _("%(day)s à %(hour)s")
# Unit of time -> seconds.
UNITS = {"day": 86400, "hour": 3600, "minute": 60}


@lru_cache(maxsize=8192)
def number(lang: str, value: int | float | Fraction, digits: int = 0) -> str:
    """`1 234,5` in French, `1,234.5` in English.

    >>> number("en", 10**30)
    '1,000,000,000,000,000,000,000,000,000,000'
    """
    rounded = Decimal(f"{float(value):.{digits}f}") if digits else Decimal(round(value))
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    with localcontext(prec=max(28, rounded.adjusted() + digits + 1)):  # a file may hold any number
        return format_decimal(rounded, pattern, locale(lang)).replace("-", "−")


@lru_cache(maxsize=8192)
def euros(lang: str, value: int) -> str:
    """Whole euros: `1 200 €` in French, `€1,200` in English."""
    pattern = locale(lang).currency_formats["standard"].pattern.replace("0.00", "0")
    return format_currency(value, "EUR", pattern, locale(lang), currency_digits=False)


@lru_cache(maxsize=8192)
def percent(lang: str, part: int, whole: int, digits: int = 0) -> str:
    """A share, rounded half up from exact integers: `12 %` in French, `12%` in English."""
    if whole == 0:
        return "–"
    scale = 10**digits
    scaled = (part * 100 * scale * 2 + whole) // (2 * whole)
    pattern = locale(lang).percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("0", f"0.{'0' * digits}", 1)
    text = format_percent(Decimal(scaled) / (100 * scale), pattern, locale(lang))
    return text.replace(NO_BREAK, NARROW) if lang == SOURCE else text


def day(lang: str, value: datetime | date, *, weekday: bool = False, year: bool = True) -> str:
    """`dimanche 22 novembre 2026`, `Sunday 22 November 2026`."""
    local = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
    return _day(lang, local, weekday, year)


@lru_cache(maxsize=4096)
def _day(lang: str, value: date, weekday: bool, year: bool) -> str:
    text = format_date(value, sentence_as(lang, "date pattern", DAYS[weekday, year]), locale(lang))
    if lang == SOURCE and value.day == 1:
        text = re.sub(r"\b1\b", "1er", text, count=1)
    return text.replace(" ", NO_BREAK, 1)


def hour(lang: str, value: datetime) -> str:
    """`18 h 30`, `18 h`; in English `18:30`."""
    when = value.astimezone(PARIS)
    return _hour(lang, when.hour, when.minute)


@lru_cache(maxsize=4096)
def _hour(lang: str, hours: int, minutes: int) -> str:
    pattern = sentence_as(lang, "date pattern", HOUR if minutes else FULL_HOUR)
    return format_time(time(hours, minutes), pattern, locale=locale(lang)).replace(" ", NO_BREAK)


@lru_cache(maxsize=4096)
def moment(lang: str, value: datetime, *, weekday: bool = False) -> str:
    """A day and its hour: `22 novembre 2026 à 18 h 30`."""
    return translate(lang, MOMENT, day=day(lang, value, weekday=weekday), hour=hour(lang, value))


def last_minute(closes: datetime) -> datetime:
    """The last minute before an end at midnight; any other end as it is."""
    local = closes.astimezone(PARIS)
    return closes - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else closes


def span(lang: str, left: timedelta) -> str:
    """A duration in its largest unit: `3 jours`, `5 heures`, `12 minutes`."""
    seconds = max(0, int(left.total_seconds()))
    unit = next((name for name, size in UNITS.items() if seconds >= size), "minute")
    return _duration(lang, seconds // UNITS[unit], unit)


def wait(lang: str, seconds: int) -> str:
    """Waiting time, rounded up: `30 secondes`, `58 minutes`, `2 heures`."""
    if seconds < 60:
        return _duration(lang, seconds, "second")
    unit = 60 if seconds <= 3600 else 3600
    return span(lang, timedelta(seconds=-(-seconds // unit) * unit))


@lru_cache(maxsize=1024)
def _duration(lang: str, count: int, unit: str) -> str:
    return format_unit(count, f"duration-{unit}", locale=locale(lang)).replace(" ", NO_BREAK)


def translate_count(
    lang: str, one: str, many: str, count: int | float | Fraction, **values: Any
) -> str:
    """The form of a text that goes with a count; %(num)s is the count, as the language writes it.

    The catalogue's Plural-Forms choose among its forms; a count that is not whole takes that of 2.
    """
    values.setdefault("num", number(lang, count))
    size = abs(int(count)) if count == int(count) or lang == SOURCE else 2
    return fill(translations(lang).ngettext(one, many, size), values)


def joined(lang: str, items: list[str]) -> str:
    """`A, B et C`."""
    return format_list(items, locale=locale(lang))


def ordinal(lang: str, rank: int) -> str:
    """`1er`, `2e` (of a masculine noun); `1st`, `2nd`, `11th`."""
    match locale(lang).ordinal_form(rank):
        case "one":
            return translate_as(lang, "ordinal: one", "%(rank)ser", rank=rank)
        case "two":
            return translate_as(lang, "ordinal: two", "%(rank)se", rank=rank)
        case "few":
            return translate_as(lang, "ordinal: few", "%(rank)se", rank=rank)
        case "many":
            return translate_as(lang, "ordinal: many", "%(rank)se", rank=rank)
        case _:
            return translate_as(lang, "ordinal: other", "%(rank)se", rank=rank)
