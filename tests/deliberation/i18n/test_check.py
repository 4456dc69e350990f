"""The check of translations finds what is missing, doubtful, unused or worded with other gaps."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from deliberation.i18n.check import Text, clashes, faults, main, read, texts, updated, written

PLURAL = Text("%(num)s voix", "%(num)s voix au total")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A small tree with texts in Python and in a template."""
    for room in ("deliberation", "api", "web"):
        (tmp_path / room).mkdir()
    (tmp_path / "deliberation" / "words.py").write_text(
        "LABELS = {'a': _('Bonjour %(name)s'), 'b': Plural('une voix', 'des voix', 'n')}\n"
        "said = translate(lang, 'Le vote est clos.')\n"
        "counted = translate_count(lang, '%(num)s soutien', '%(num)s soutiens', 3)\n"
        "pattern = translate_as(lang, 'date', 'd MMMM')\n"
        "unmarked = 'jamais dit'\n"
    )
    (tmp_path / "web" / "page.html").write_text(
        '{% extends "shell/base.html" %}{% block main %}<p title="{{ _("Voter") }}">'
        '{{ ngettext("%(num)s bulletin", "%(num)s bulletins", count) }}{{ _(code) }}'
        '{{ pgettext("bouton", "Voter") }}</p>'
        "{% endblock %}"
    )
    return tmp_path


def catalogue(**words: str) -> Catalog:
    """An English catalogue of simple sentences."""
    found = Catalog(locale="en")
    for source, wording in words.items():
        found.add(source.replace("_", " "), wording)
    return found


def test_texts_are_found_in_python_and_in_templates(app: Path) -> None:
    assert texts(app) == {
        Text("Bonjour %(name)s"),
        Text("une voix", "des voix"),
        Text("Le vote est clos."),
        Text("%(num)s soutien", "%(num)s soutiens"),
        Text("d MMMM", context="date"),
        Text("Voter"),
        Text("Voter", context="bouton"),
        Text("%(num)s bulletin", "%(num)s bulletins"),
    }


def test_missing_and_obsolete_texts_are_told() -> None:
    told = faults("en", catalogue(Voter="Vote", Ancien="Old"), {Text("Voter"), Text("Clos")})
    assert told == ["en: obsolete: 'Ancien'", "en: missing: 'Clos'"]


def test_a_fuzzy_translation_is_a_fault() -> None:
    found = Catalog(locale="en")
    found.add("Voter", "Vote", flags=["fuzzy"])
    assert faults("en", found, {Text("Voter")}) == ["en: fuzzy: 'Voter'"]


@pytest.mark.parametrize("wording", ["Hello", "Hello %(nom)s", "Hello %(name)s %(more)s"])
def test_other_gaps_than_those_of_the_source_are_a_fault(wording: str) -> None:
    found = Catalog(locale="en")
    found.add("Bonjour %(name)s", wording)
    assert len(faults("en", found, {Text("Bonjour %(name)s")})) == 1


def test_a_plural_needs_every_form_and_may_leave_the_number_out_of_the_singular() -> None:
    good, bad = Catalog(locale="en"), Catalog(locale="en")
    good.add(PLURAL.id, ("one vote", "%(num)s votes"))
    bad.add(PLURAL.id, ("one vote", ""))
    assert faults("en", good, {PLURAL}) == []
    assert faults("en", bad, {PLURAL}) == [f"en: wrong plural: {PLURAL}"]


def test_a_text_both_alone_and_with_a_plural_is_a_clash() -> None:
    found = {Text("voix"), Text("voix", "des voix"), Text("autre"), Text("autre", context="lieu")}
    (line,) = clashes(found)
    assert line == "clash: 'voix', 'voix' | 'des voix': use one plural, or give one a context"


def test_a_context_keeps_two_translations_of_one_text_apart() -> None:
    wanted = {Text("Clos"), Text("Clos", context="urne")}
    found = catalogue(Clos="Closed")
    assert faults("en", found, wanted) == ["en: missing: 'Clos' (urne)"]
    found.add("Clos", "Sealed", context="urne")
    assert faults("en", found, wanted) == []
    kept = {(one.id, one.context): one.string for one in updated(found, wanted) if one.id}
    assert kept == {("Clos", None): "Closed", ("Clos", "urne"): "Sealed"}


def test_update_keeps_translations_adds_empty_ones_and_is_stable(app: Path, tmp_path: Path) -> None:
    folder = tmp_path / "catalogues"
    folder.mkdir()
    (folder / "en.po").write_bytes(written(catalogue(Voter="Vote", Ancien="Old")))
    assert main(["--update"], app, folder) == 1
    first = (folder / "en.po").read_bytes()
    found = read("en", folder)
    voter, voices = found.get("Voter"), found.get("une voix")
    assert voter is not None
    assert voter.string == "Vote"
    assert found.get("Ancien") is None
    assert voices is not None
    assert voices.string
    assert not any(voices.string)
    assert b"Date" not in first
    assert b"#:" not in first
    main(["--update"], app, folder)
    assert (folder / "en.po").read_bytes() == first


def test_a_complete_catalogue_has_no_fault(app: Path, tmp_path: Path) -> None:
    folder = tmp_path / "whole"
    folder.mkdir()
    found = updated(Catalog(locale="en"), texts(app))
    for message in found:
        if message.id:
            message.string = message.id
    (folder / "en.po").write_bytes(written(found))
    assert main([], app, folder) == 0


def test_no_text_of_the_house_clashes_with_another() -> None:
    found = texts()
    assert len(found) > 2000
    assert clashes(found) == []
