"""Dates, hours, numbers and shares as each language writes them; hours are those of Paris."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_currency

PARIS = ZoneInfo("Europe/Paris")

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
DAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def number(lang: str, value: int | float | Fraction, digits: int = 0) -> str:
    """`1 234,5` in French, `1,234.5` in English."""
    text = f"{float(value) if digits else round(value):,.{digits}f}"
    if lang == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    return text.replace("-", "−")


def euros(lang: str, value: int) -> str:
    """Whole euros: `1 200 €` in French, `€1,200` in English."""
    usual = Locale.parse(lang).currency_formats["standard"].pattern
    whole = usual.replace("0.00", "0")
    return format_currency(value, "EUR", format=whole, locale=lang, currency_digits=False)


def percent(lang: str, part: int, whole: int, digits: int = 0) -> str:
    """A share, rounded half up from exact integers: `12 %` in French, `12%` in English."""
    if whole == 0:
        return "–"
    scale = 10**digits
    scaled = (part * 100 * scale * 2 + whole) // (2 * whole)
    text = number(lang, Fraction(scaled, scale), digits)
    return f"{text}\u202f%" if lang == "fr" else f"{text}%"


def day(lang: str, value: datetime | date, *, weekday: bool = False, year: bool = True) -> str:
    """`dimanche 22 novembre 2026`, `Sunday 22 November 2026`."""
    when = _local(value)
    first = "1er" if lang == "fr" and when.day == 1 else str(when.day)
    words = [first, MONTHS[lang].split()[when.month - 1]]
    if weekday:
        words.insert(0, DAYS[lang].split()[when.weekday()])
    if year:
        words.append(str(when.year))
    return "\u00a0".join(words[:2]) + "".join(f" {word}" for word in words[2:])


def hour(lang: str, value: datetime) -> str:
    """`18 h 30`, `18 h`; `6:30 pm` in English is written 18:30."""
    when = value.astimezone(PARIS)
    if lang == "fr":
        return f"{when.hour}\u00a0h" + (f"\u00a0{when.minute:02d}" if when.minute else "")
    return f"{when.hour}:{when.minute:02d}"


def moment(lang: str, value: datetime, *, weekday: bool = False) -> str:
    """A day and its hour: `22 novembre 2026 à 18 h 30`."""
    link = " à " if lang == "fr" else " at "
    return day(lang, value, weekday=weekday) + link + hour(lang, value)


def last_minute(closes: datetime) -> datetime:
    """The last minute before an end at midnight; any other end as it is."""
    local = closes.astimezone(PARIS)
    return closes - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else closes


def span(lang: str, left: timedelta) -> str:
    """A duration in its largest unit: `3 jours`, `5 heures`, `12 minutes`."""
    seconds = max(0, int(left.total_seconds()))
    for size, fr, en in ((86400, "jour", "day"), (3600, "heure", "hour"), (60, "minute", "minute")):
        if seconds >= size or size == 60:
            count = seconds // size
            word = fr if lang == "fr" else en
            plural = count > 1 if lang == "fr" else count != 1
            return f"{number(lang, count)}\u00a0{word}{'s' if plural else ''}"
    raise AssertionError


def wait(lang: str, seconds: int) -> str:
    """How long to wait, never less than it is: `30 secondes`, `58 minutes`, `2 heures`."""
    if seconds < 60:
        word = "seconde" if lang == "fr" else "second"
        return f"{seconds}\u00a0{word}{'s' if seconds > 1 else ''}"
    unit = 60 if seconds <= 3600 else 3600
    return span(lang, timedelta(seconds=-(-seconds // unit) * unit))


def joined(lang: str, items: list[str]) -> str:
    """`A, B et C`."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + (" et " if lang == "fr" else " and ") + items[-1]


def _local(value: datetime | date) -> datetime | date:
    return value.astimezone(PARIS) if isinstance(value, datetime) else value
