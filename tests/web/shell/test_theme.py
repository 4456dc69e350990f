"""An authority's colour keeps its hue and stays readable, by day and by night."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.shell.assets import WEB
from web.shell.theme import NIGHT, PAPER, Rgb, contrast, readable, theme_sheet

ENOUGH = 4.5  # WCAG 2.2, 1.4.3

tints = st.integers(0, 0xFFFFFF).map(lambda value: f"{value:06x}")


def rgb(text: str) -> Rgb:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def grounds() -> dict[str, list[Rgb]]:
    """The grounds that text in the accent may stand on, by scheme, read from the tokens."""
    tokens = (WEB / "shell" / "css" / "tokens.css").read_text(encoding="utf-8")
    found: dict[str, list[Rgb]] = {"light": [], "dark": []}
    for name in ("page", "surface", "sunken", "warn-soft", "info-soft", "ok-soft", "error-soft"):
        rule = re.search(
            rf"--{name}:\s*var\(--light,\s*#([0-9a-fA-F]{{6}}|fff)\)\s*var\(--dark,\s*#([0-9a-fA-F]{{6}})\)",
            tokens,
        )
        if rule:
            found["light"].append(rgb(rule[1] if len(rule[1]) == 6 else "ffffff"))
            found["dark"].append(rgb(rule[2]))
    return found


def test_the_tokens_name_the_grounds() -> None:
    assert len(grounds()["light"]) >= 5


@given(tints)
def test_any_colour_is_readable_on_every_ground_of_both_schemes(tint: str) -> None:
    day, night = rgb(readable(tint, PAPER)), rgb(readable(tint, NIGHT))
    assert all(contrast(day, ground) >= ENOUGH for ground in grounds()["light"])
    assert all(contrast(night, ground) >= ENOUGH for ground in grounds()["dark"])
    assert contrast(day, (255, 255, 255)) >= ENOUGH  # white words on it
    assert contrast(night, NIGHT) >= ENOUGH


@pytest.mark.parametrize("tint", ["0b5a5e", "1f2430"])
def test_a_colour_that_is_readable_by_day_is_left_as_it_is(tint: str) -> None:
    assert readable(tint, PAPER) == tint
    assert f"#{tint}" in theme_sheet(tint)
