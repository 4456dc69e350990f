"""Names as the eye reads them, so that two that look alike can be told."""

from __future__ import annotations

import unicodedata

from voting.normal_forms import normal_form

# Letters of other scripts that are drawn as these Latin ones. 0 and O, or 1, l and I, differ in
# most typefaces and stand in ordinary names ("Lot 1", "Lot I"): they stay apart.
_CYRILLIC = ("аеорсухіјѕһԁԛԝӏѵАВЕКМНОРСТУХІЈЅӀԚԜѴ", "aeopcyxijshdqwlvABEKMHOPCTYXIJSIQWV")
_GREEK = ("οιρνγϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "oipvycABEZHIKMNOPTYXC")
_ARMENIAN = ("օոսհՕՏ", "onuhOS")
_LATIN = ("ıɑɡ", "iag")
_SIGNS = ("‘’ʼʹ′`´‐−–“”„″‟∕⁄", "'''''''---\"\"\"\"\"//")
_DRAWN_AS = {
    ord(letter): latin
    for letters, latins in (_CYRILLIC, _GREEK, _ARMENIAN, _LATIN, _SIGNS)
    for letter, latin in zip(letters, latins, strict=True)
}
# Drawn as nothing, beside those of the categories below: fillers, joiners, variation selectors.
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x2800, 0x3164, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def skeleton(name: str) -> str:
    """A name without what cannot be seen: accents set one way, spaces single, letters as drawn.

    Unicode's compatibility forms are folded; so are letters of Cyrillic, Greek and Armenian that
    are drawn as Latin ones, and apostrophes, dashes and quotation marks. Case stays.

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
