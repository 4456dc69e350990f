"""Draw SVG with attributes and classes only: a strict content policy forbids style attributes.

A picture is as wide as its place and as high as it says, in pixels: bars stretch with the page and
words keep their size, on a phone as on a desk. Positions across are shares of the width, computed
from integers.
"""

import textwrap

from markupsafe import Markup, escape

LINE = 20  # height of a line of words
LETTERS = 38  # that fit across the narrowest phone
CUT = 3  # lines of a name, at most


def element(tag: str, *inside: str, **attributes: object) -> Markup:
    """An element; `class_` is its class, `_` in a name is `-`. What is inside is escaped."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>" + "".join(escape(one) for one in inside) + f"</{tag}>")


def picture(key: str, title: str, description: str, height: int, parts: list[Markup]) -> Markup:
    """A whole picture, named for people who do not see it; `key` is unique on its page."""
    return element(
        "svg",
        element("title", title, id=f"{key}-t"),
        element("desc", description, id=f"{key}-d"),
        *parts,
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        width="100%",
        height=height,
    )


def words(text: str, x: str, y: int, size: int = 15, **attributes: object) -> Markup:
    """A line of words; `x` is a share of the width."""
    return element("text", text, x=x, y=y, font_size=size, **attributes)


def heading(place: str, name: str, top: int) -> tuple[list[Markup], int]:
    """An option's name on one line or a few, after its place; and where what follows begins."""
    lines = textwrap.wrap(f"{place} {name}", LETTERS) or [place]
    if len(lines) > CUT:
        lines = [*lines[: CUT - 1], lines[CUT - 1].rstrip(" .,;") + "…"]
    drawn = [
        words(line, "0", top + 15 + LINE * row, font_weight=700) for row, line in enumerate(lines)
    ]
    return drawn, top + LINE * len(lines)


def across(part: int, whole: int) -> str:
    """A share of the width, cut to thousandths of a per cent."""
    thousandths = part * 100_000 // whole if whole else 0
    return f"{thousandths // 1000}.{thousandths % 1000:03d}%".replace(".000%", "%")


def half_line(top: int, bottom: int) -> Markup:
    """The dashed line at half of the width."""
    return element("line", class_="half", x1="50%", x2="50%", y1=top, y2=bottom)
