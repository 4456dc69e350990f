"""Validate logos: the SVG elements listed here, and nothing that can act."""

import re
from xml.etree import ElementTree

from deliberation.core.errors import Invalid

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = (
    "svg g defs symbol title desc path rect circle ellipse line polyline polygon text tspan "
    "linearGradient radialGradient stop clipPath mask pattern"
)
ELEMENTS = frozenset(f"{SVG}{name}" for name in DRAWN.split(" "))


def check_logo(drawing: str) -> None:
    """Refuse a logo that is not a plain SVG drawing, without script, style sheet or outside file.

    Raises `Invalid`: `not-a-logo`. No declaration is read (`<!`, `<?`), so no entity is expanded.
    """
    if not drawing:
        return
    if "<!" in drawing or "<?" in drawing:
        raise Invalid({"logo": "not-a-logo"})
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError:
        raise Invalid({"logo": "not-a-logo"}) from None
    if root.tag != f"{SVG}svg" or not all(_is_plain(element) for element in root.iter()):
        raise Invalid({"logo": "not-a-logo"})


def _is_plain(element: ElementTree.Element) -> bool:
    return element.tag in ELEMENTS and all(
        not name.startswith("on") and not name.endswith("href") and not _reaches_out(value)
        for name, value in element.attrib.items()
    )


def _reaches_out(value: str) -> bool:
    """Whether a value names anything but a part of this drawing, `url(#shade)`."""
    return "\\" in value or bool(re.search(r"url\(\s*[\"']?(?!#|[\"'\s])|@import", value, re.I))
