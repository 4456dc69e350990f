"""PDF/UA-1 files, typeset from a template and data; the same data always give the same bytes.

What people wrote travels as data: nothing of it is read as the template's language.
"""

import re
from pathlib import Path
from typing import Any

import msgspec

# What the fonts of the typesetter surely hold: Latin, Greek and Cyrillic letters, common signs.
SHOWABLE = re.compile(
    "[^ -~\u00a0-\u024f\u0300-\u0345\u0370-\u03ff\u0400-\u045f\u1e00-\u1eff\u2010-\u2027\u200b"
    "\u202f-\u203a\u20a0-\u20bf\u25a1\n]"
)
MISSING = "\ufffd"


def typeset(template: Path, data: Any, timestamp: int) -> bytes:
    """The PDF of a template that reads `sys.inputs.data`, a JSON text.

    PDF/UA-1 refuses a text that no font can show: then, and only then, signs that the fonts may not
    hold are shown as a missing one.
    """
    import typst

    text = msgspec.json.encode(without_controls(data)).decode()
    try:
        return _compiled(template, text, timestamp)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _compiled(template, SHOWABLE.sub(MISSING, text), timestamp)


def without_controls(value: Any) -> Any:
    """Show the control characters of texts, lists and names as missing-glyph signs."""
    if isinstance(value, str):
        return re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", MISSING, value)
    if isinstance(value, dict):
        return {name: without_controls(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_controls(one) for one in value]
    return value


def _compiled(template: Path, text: str, timestamp: int) -> bytes:
    import typst

    pdf: bytes = typst.compile(
        str(template),
        format="pdf",
        sys_inputs={"data": text},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=timestamp,
    )
    return pdf
