"""Make an authority's accent colour readable on light and dark backgrounds.

The hue stays; only the lightness moves, in OKLCH (Ottosson, "A perceptual color space for image
processing", 2020), until the contrast of WCAG 2.2 (1.4.3) is reached.
"""

import re

PAPER = (0xFB, 0xF8, 0xF3)
NIGHT = (0x14, 0x18, 0x1D)
# 4.5 is asked for; the soft grounds of notices and cards take away up to a third of it.
CONTRAST = {PAPER: 6.0, NIGHT: 8.5}
Rgb = tuple[int, int, int]


def is_tint(text: str) -> bool:
    """Whether a text is six lower-case hexadecimal digits."""
    return re.fullmatch(r"[0-9a-f]{6}", text) is not None


def theme_sheet(tint: str) -> str:
    """The style sheet that gives a site its accent by day and by night."""
    day, night = readable(tint, PAPER), readable(tint, NIGHT)
    return (
        f":root{{--accent:var(--light,#{day}) var(--dark,#{night});"
        "--accent-ink:var(--light,#fff) var(--dark,#14181d)}"
    )


def readable(tint: str, ground: Rgb) -> str:
    """The nearest colour of the same hue with enough contrast on a ground, as six digits."""
    lightness, a, b = _to_oklab(_rgb(tint))
    step = -0.01 if ground == PAPER else 0.01
    for _ in range(101):
        colour = _from_oklab(lightness, a, b)
        if contrast(colour, ground) >= CONTRAST[ground]:
            break
        lightness = min(1.0, max(0.0, lightness + step))
        a, b = a * 0.995, b * 0.995  # very dark and very light colours hold less chroma
    return "{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _rgb(tint: str) -> Rgb:
    return int(tint[0:2], 16), int(tint[2:4], 16), int(tint[4:6], 16)


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _channel(value: float) -> int:
    value = min(1.0, max(0.0, value))
    value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(value * 255)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklab(colour: Rgb) -> tuple[float, float, float]:
    red, green, blue = (_linear(channel) for channel in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Rgb:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _channel(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
