"""Check that every text has its translation: `python -m deliberation.i18n.check`.

Texts are found where they are written: `_("…")` and its kin in Python, `_` and `ngettext` in
templates. Each fault is printed; the exit code is 1 when there is any. `--update` rewrites the
catalogue with what is missing left empty and what is no longer used left out.
"""

import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from deliberation.i18n import FOLDER

ROOT = Path(__file__).parents[2]
PACKAGES = ("deliberation", "api", "web")
# Callable -> which of its arguments are texts; "c" marks the context.
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "mark": None,
    "translate": (2,),
    "translate_count": (2, 3),
    "sentence": (2,),
    "Plural": (1, 2),
    "CountedText": (1, 2),
    "ngettext": (1, 2),
    "_p": ((1, "c"), 2),
    "mark_as": ((1, "c"), 2),
    "translate_as": ((2, "c"), 3),
    "sentence_as": ((2, "c"), 3),
    "pgettext": ((1, "c"), 2),
}
GAP = re.compile(r"%\((\w+)\)s")


class Text(NamedTuple):
    """A text to translate; `plural` and `context` are empty for most."""

    text: str
    plural: str = ""
    context: str = ""

    def __str__(self) -> str:
        shown = " | ".join(repr(one) for one in (self.text, self.plural) if one)
        return f"{shown} ({self.context})" if self.context else shown

    @property
    def id(self) -> str | tuple[str, str]:
        """Message id as in Babel's catalogues."""
        return (self.text, self.plural) if self.plural else self.text


def texts(root: Path = ROOT) -> set[Text]:
    """Every text to translate of the repository."""
    found: set[Text] = set()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            found |= set(_written_in(path.read_bytes(), "python"))
        for path in sorted((root / package).rglob("*.html")):
            found |= set(_written_in(path.read_bytes(), "jinja2"))
    return found


def clashes(wanted: Iterable[Text]) -> list[str]:
    """Texts that share a catalogue key: the same singular, alone or with two plurals."""
    alike: dict[tuple[str, str], set[Text]] = defaultdict(set)
    for one in wanted:
        alike[one.text, one.context].add(one)
    return [
        f"clash: {', '.join(map(str, sorted(group)))}: use one plural, or give one a context"
        for _, group in sorted(alike.items())
        if len(group) > 1
    ]


def faults(lang: str, catalogue: Catalog, wanted: Iterable[Text]) -> list[str]:
    """Check a catalogue against the texts in the code; one line per fault."""
    entries = {_key(message): message for message in catalogue if message.id}
    wanted = set(wanted)
    found = [f"obsolete: {key}" for key in sorted(set(entries) - wanted)]
    for text in sorted(wanted):
        message = entries.get(text)
        if message is None or not message.string:
            found.append(f"missing: {text}")
        elif message.fuzzy:
            found.append(f"fuzzy: {text}")
        else:
            found += _wording_faults(text, message, catalogue.num_plurals)
    return [f"{lang}: {line}" for line in found]


def updated(catalogue: Catalog, wanted: Iterable[Text]) -> Catalog:
    """The catalogue with exactly the wanted texts: known translations kept, new ones empty."""
    known = {_key(message): message for message in catalogue if message.id}
    fresh = Catalog(locale=catalogue.locale_identifier, fuzzy=False, header_comment="")
    fresh.mime_headers = [("Plural-Forms", catalogue.plural_forms)]
    for text in sorted(wanted):
        before = known.get(text)
        empty = ("",) * fresh.num_plurals if text.plural else ""
        flags = [] if before is None else sorted(before.flags)
        wording = before.string if before and before.string else empty
        fresh.add(text.id, wording, flags=flags, context=text.context or None)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """A catalogue as text: sorted, without places or dates, so that its changes stay small."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, omit_header=True, no_location=True, sort_output=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale_identifier}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def read(lang: str, folder: Path) -> Catalog:
    """The catalogue of a language; an empty one when there is none."""
    path = folder / f"{lang}.po"
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def main(arguments: list[str], root: Path = ROOT, folder: Path = FOLDER) -> int:
    """Check every catalogue, or rewrite them; how many faults decides the exit code."""
    wanted = texts(root)
    found = clashes(wanted)
    for path in sorted(folder.glob("*.po")):
        catalogue = read(path.stem, folder)
        if "--update" in arguments:
            catalogue = updated(catalogue, wanted)
            path.write_bytes(written(catalogue))
        found += faults(path.stem, catalogue, wanted)
    sys.stdout.write("".join(f"{line}\n" for line in found))
    if any(": missing: " in line for line in found):
        sys.stdout.write("Write what is missing in the catalogue; --update adds empty entries.\n")
    sys.stdout.write(f"{len(wanted)} texts, {len(found)} faults\n")
    return 1 if found else 0


def _written_in(source: bytes, method: str) -> Iterator[Text]:
    """The texts of a file; `method` is that of the plugin that reads it."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    found = extract(
        method,
        io.BytesIO(source),
        keywords=KEYWORDS,
        options=options if method == "jinja2" else None,
    )
    for _line, messages, _comments, context in found:
        one, many = (messages, "") if isinstance(messages, str) else (messages[0], messages[1])
        yield Text(one, many, context or "")


def _key(message: Message) -> Text:
    one, many = (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])
    return Text(one, many, message.context or "")


def _wording_faults(text: Text, message: Message, plurals: int) -> list[str]:
    """Forms that are missing, and gaps that are not those of the source."""
    given = message.string or ""
    forms = [given] if isinstance(given, str) else list(given)
    if text.plural and (len(forms) != plurals or not all(forms)):
        return [f"wrong plural: {text}"]
    gaps = set(GAP.findall(f"{text.text} {text.plural}"))
    return [
        f"other gaps: {text}"
        for form in forms
        if not set(GAP.findall(form)) <= gaps
        or (not text.plural and set(GAP.findall(form)) != gaps)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
