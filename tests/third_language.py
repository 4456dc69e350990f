"""A pytest plugin: Polish, made of a catalogue in a temporary folder and of nothing else.

Every text is its French source between ⟦ and ⟧; a plural is also numbered by its form, of which
Polish has three. `-p tests.third_language` loads this before the catalogues are looked for.
"""

import shutil
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog

from deliberation import i18n
from deliberation.i18n.check import texts, written

FOLDER = Path(tempfile.mkdtemp(prefix="beffroi-catalogues-"))
AS_THEY_ARE = ("date pattern", "ordinal: other")  # contexts of texts that hold no words


def pseudo_catalogue() -> Catalog:
    """A complete catalogue of every text of the repository."""
    catalogue = Catalog(locale="pl", fuzzy=False)
    for text in texts():
        words: str | tuple[str, ...] = f"⟦{text.text}⟧"
        if text.plural:
            words = tuple(f"⟦{form}: {text.plural}⟧" for form in range(catalogue.num_plurals))
        elif text.context in AS_THEY_ARE or not text.text.strip(" :;"):
            words = text.text
        catalogue.add(text.id, words, context=text.context or None)
    return catalogue


def use_three_languages() -> None:
    """The catalogues of this run: those of the repository, and one more."""
    for source in i18n.FOLDER.glob("*.po"):
        shutil.copy(source, FOLDER)
    (FOLDER / "pl.po").write_bytes(written(pseudo_catalogue()))
    i18n.FOLDER = FOLDER


def pytest_unconfigure() -> None:
    """Nothing stays behind."""
    shutil.rmtree(FOLDER, ignore_errors=True)


use_three_languages()  # before anything looks for the catalogues
