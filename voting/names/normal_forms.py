"""Unicode normal forms in linear time; the only caller of `normalize`."""

import re
import unicodedata
from typing import Literal

MOST_MARKS = 30  # in a row: no language needs more (Unicode Standard Annex 15, section 13)

_JOINER = "\u034f"  # a mark that nobody sees, and that others are not sorted across
_LONG_RUN = re.compile(f"[\u0300-\U0010ffff]{{{MOST_MARKS + 1}}}")  # no mark comes before U+0300


def normal_form(form: Literal["NFC", "NFD", "NFKD"], text: str) -> str:
    """A text in a normal form; runs of more than 30 combining marks are parted first.

    Marks are sorted by insertion, whose time is the square of their number.
    """
    return unicodedata.normalize(form, stream_safe(text))


def stream_safe(text: str) -> str:
    """The text itself, or with a joiner after each 30 combining marks in a row.

    Source: Unicode Standard Annex 15, definition D4 (Stream-Safe Text Process).
    """
    if not _LONG_RUN.search(text):
        return text
    kept: list[str] = []
    run = 0
    for letter in text:
        run = run + 1 if _is_mark(letter) else 0
        if run > MOST_MARKS:
            kept.append(_JOINER)
            run = 1
        kept.append(letter)
    return "".join(kept)


def _is_mark(letter: str) -> bool:
    """Whether a letter is drawn upon the one before; a few come apart into two such marks."""
    return bool(unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]))
