"""Compiled catalogues: `<language>.mo` in the folder of `<language>.po`, for the standard gettext.

`python -m deliberation.i18n.compiled` writes them, for an install whose folder is then read only.
A catalogue without a compiled file of its very content is compiled when it is first read.
"""

import gettext
import hashlib
import io
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from deliberation.i18n import FOLDER

PROJECT = "project-id-version"  # the header that says of which very text a compiled file is


def translations_of(source: Path) -> gettext.GNUTranslations:
    """The translations of a `.po` file; incomplete ones and those marked fuzzy are left out."""
    text = source.read_bytes()
    with suppress(OSError, ValueError, struct.error):  # absent or damaged
        found = gettext.GNUTranslations(io.BytesIO(source.with_suffix(".mo").read_bytes()))
        if found.info().get(PROJECT, "").endswith(_digest(text)):
            return found
    made = compile_catalogue(text, source.stem)
    with suppress(OSError):  # a folder that may not be written: compiled again by the next process
        keep(source.with_suffix(".mo"), made)
    return gettext.GNUTranslations(io.BytesIO(made))


def compile_catalogue(text: bytes, lang: str) -> bytes:
    """The compiled form of a `.po` file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = read_po(io.BytesIO(text), locale=lang)
    source.version = _digest(text)
    for message in list(source):
        forms = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
        if message.id and not all(forms):
            source.delete(message.id, message.context)
    out = io.BytesIO()
    write_mo(out, source)
    return out.getvalue()


def keep(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def main() -> None:
    """Compile every catalogue."""
    for source in sorted(FOLDER.glob("*.po")):
        keep(source.with_suffix(".mo"), compile_catalogue(source.read_bytes(), source.stem))
        sys.stdout.write(f"{source.stem}\n")


if __name__ == "__main__":
    main()
