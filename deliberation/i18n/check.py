"""Whether every text to translate has its translation: `python -m deliberation.i18n.check`.

Texts are found where they are written: `_("…")` and its kin in Python, `_` and `ngettext` in
templates. Each fault is printed; the exit code is 1 when there is any. `--update` rewrites the
catalogue with what is missing left empty and what is no longer used left out.
"""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from deliberation.i18n.catalogue import LANGUAGES, SOURCE

HOUSE = Path(__file__).parents[2]
ROOMS = ("deliberation", "api", "web")
# Callable -> which of its arguments are texts.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "mark": None,
    "translate": (2,),
    "translate_count": (2, 3),
    "sentence": (2,),
    "Plural": (1, 2),
    "CountedText": (1, 2),
    "ngettext": (1, 2),
}
GAP = re.compile(r"%\((\w+)\)s")

Text = str | tuple[str, str]


def texts(app: Path = HOUSE) -> set[Text]:
    """Every text to translate of the repository: a sentence, or its singular and plural."""
    found: set[Text] = set()
    for room in ROOMS:
        for path in sorted((app / room).rglob("*.py")):
            found |= set(_written_in(path.read_bytes(), "python"))
        for path in sorted((app / room).rglob("*.html")):
            found |= set(_written_in(path.read_bytes(), "jinja2"))
    return found


def clashes(wanted: Iterable[Text]) -> list[str]:
    """Texts that a catalogue cannot tell apart: the same first words, alone or with two plurals."""
    firsts = Counter(text if isinstance(text, str) else text[0] for text in wanted)
    return [f"clash: {first!r}" for first, times in sorted(firsts.items()) if times > 1]


def faults(lang: str, catalogue: Catalog, wanted: Iterable[Text]) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    entries = {_key(message): message for message in catalogue if message.id}
    wanted = set(wanted)
    told = [f"obsolete: {_shown(key)}" for key in sorted(set(entries) - wanted, key=str)]
    for text in sorted(wanted, key=str):
        message = entries.get(text)
        if message is None or not message.string:
            told.append(f"missing: {_shown(text)}")
        elif message.fuzzy:
            told.append(f"fuzzy: {_shown(text)}")
        else:
            told += _wording_faults(text, message, catalogue.num_plurals)
    return [f"{lang}: {line}" for line in told]


def updated(catalogue: Catalog, wanted: Iterable[Text]) -> Catalog:
    """The catalogue with exactly the wanted texts: known translations kept, new ones empty."""
    known = {_key(message): message for message in catalogue if message.id}
    fresh = Catalog(locale=catalogue.locale, fuzzy=False, header_comment="")
    for text in sorted(wanted, key=str):
        before = known.get(text)
        empty = "" if isinstance(text, str) else ("",) * fresh.num_plurals
        flags = [] if before is None else sorted(before.flags)
        fresh.add(text, before.string if before and before.string else empty, flags=flags)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """A catalogue as text: sorted, without places or dates, so that its changes stay small."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, omit_header=True, no_location=True, sort_output=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n'
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


def main(arguments: list[str], app: Path = HOUSE, folder: Path | None = None) -> int:
    """Check every catalogue, or rewrite them; how many faults decides the exit code."""
    folder = folder or Path(__file__).parent
    wanted = texts(app)
    told = clashes(wanted)
    for lang in LANGUAGES:
        if lang == SOURCE:
            continue
        catalogue = read(lang, folder)
        if "--update" in arguments:
            catalogue = updated(catalogue, wanted)
            (folder / f"{lang}.po").write_bytes(written(catalogue))
        told += faults(lang, catalogue, wanted)
    sys.stdout.write("".join(f"{line}\n" for line in told))
    sys.stdout.write(f"{len(wanted)} texts, {len(told)} faults\n")
    return 1 if told else 0


def _written_in(source: bytes, method: str) -> Iterator[Text]:
    """The texts of a file; `method` is that of the plugin that reads it."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    found = extract(
        method,
        io.BytesIO(source),
        keywords=KEYWORDS,
        options=options if method == "jinja2" else None,
    )
    yield from (_text(messages) for _line, messages, _comments, _context in found)


def _text(messages: str | tuple[str, ...]) -> Text:
    return messages if isinstance(messages, str) else (messages[0], messages[1])


def _key(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _shown(text: Text) -> str:
    return repr(text) if isinstance(text, str) else " | ".join(map(repr, text))


def _wording_faults(text: Text, message: Message, plurals: int) -> list[str]:
    """Forms that are missing, and gaps that are not those of the source."""
    given = message.string or ""
    forms = [given] if isinstance(given, str) else list(given)
    if isinstance(text, tuple) and (len(forms) != plurals or not all(forms)):
        return [f"wrong plural: {_shown(text)}"]
    sources = [text] if isinstance(text, str) else [*text]
    gaps = set(GAP.findall(" ".join(sources)))
    return [
        f"other gaps: {_shown(text)}"
        for form in forms
        if not set(GAP.findall(form)) <= gaps
        or (isinstance(text, str) and set(GAP.findall(form)) != gaps)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
