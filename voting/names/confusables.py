"""Confusable names: skeletons that are equal for names that look alike (UTS 39)."""

import unicodedata

from voting.names.confusable_data import PROTOTYPES
from voting.names.normal_forms import normal_form

# What the standard does not hold: drawn alike in most typefaces.
_MORE = {"`": "'", "\u201e": '"', "\u051a": "Q"}
_DRAWN_AS = {
    int(point, 16): prototype
    for prototype, points in PROTOTYPES.items()
    for point in points.split()
} | {ord(letter): prototype for letter, prototype in _MORE.items()}
# Drawn as nothing, beside those of the categories below: fillers, joiners, variation selectors.
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x2800, 0x3164, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def skeleton(name: str) -> str:
    """The skeleton of a name: two names look alike when their skeletons are equal.

    As in Unicode Technical Standard 39, section 4, but ASCII characters keep their difference: 0
    and O, or 1, l and I, stand in ordinary names ("Lot 1", "Lot I"). Compatibility forms are folded
    (NFKD), invisible characters removed, spaces made single. Case stays.

    >>> skeleton("L’\u0410rbre\u00a0 vert ") == skeleton("L'Arbre vert")
    True
    """
    folded = normal_form("NFKD", name.translate(_DRAWN_AS)).translate(_DRAWN_AS)
    return " ".join(visible(folded).split())


def visible(text: str) -> str:
    """A text without the signs that nobody sees: of no width, fillers, controls, directions."""
    return "".join(
        letter
        for letter in text
        if letter.isspace()
        or (ord(letter) not in _UNSEEN and unicodedata.category(letter) not in ("Cf", "Cc"))
    )
