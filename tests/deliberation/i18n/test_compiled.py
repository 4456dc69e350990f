"""Compiled catalogues: read again while they are of the same text, never of another."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from deliberation.i18n import compiled
from deliberation.i18n.check import written


def a_source(folder: Path, **words: str) -> Path:
    """A catalogue of simple sentences, written in a folder."""
    found = Catalog(locale="en_GB")
    for source, wording in words.items():
        found.add(source, wording)
    path = folder / "en.po"
    path.write_bytes(written(found))
    return path


def test_a_compiled_catalogue_is_kept_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(tmp_path, Voter="Vote")
    assert compiled.translations_of(source).gettext("Voter") == "Vote"
    assert (tmp_path / "en.mo").exists()
    monkeypatch.setattr(compiled, "compile_catalogue", None)  # it would be called again
    again = compiled.translations_of(source)
    assert again.gettext("Voter") == "Vote"
    assert again.info()["language"] == "en_GB"


@pytest.mark.parametrize("left", [b"", b"not a compiled catalogue"])
def test_a_changed_or_damaged_catalogue_is_compiled_again(tmp_path: Path, left: bytes) -> None:
    compiled.translations_of(a_source(tmp_path, Voter="Vote"))
    source = a_source(tmp_path, Voter="Cast")
    assert compiled.translations_of(source).gettext("Voter") == "Cast"
    (tmp_path / "en.mo").write_bytes(left)
    assert compiled.translations_of(source).gettext("Voter") == "Cast"


def test_a_folder_that_may_not_be_written_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, data: bytes) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(compiled, "keep", refused)
    assert compiled.translations_of(a_source(tmp_path, Voter="Vote")).gettext("Voter") == "Vote"
    assert [path.name for path in tmp_path.iterdir()] == ["en.po"]


def test_doubtful_and_unfinished_translations_are_left_out(tmp_path: Path) -> None:
    found = Catalog(locale="en_GB")
    found.add("Voter", "Vote", flags=["fuzzy"])
    found.add(("une voix", "des voix"), ("one vote", ""))
    found.add("Clos", "")
    path = tmp_path / "en.po"
    path.write_bytes(written(found))
    made = compiled.translations_of(path)
    assert made.gettext("Voter") == "Voter"
    assert made.gettext("Clos") == "Clos"
    assert made.ngettext("une voix", "des voix", 1) == "une voix"
