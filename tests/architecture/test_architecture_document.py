"""ARCHITECTURE.md names every area and every room."""

import re

from tests.architecture.sources import ROOT


def test_the_document_names_every_area_and_room_of_deliberation() -> None:
    document = (ROOT / "ARCHITECTURE.md").read_text()
    named = {part for path in re.findall(r"`([\w./]+)`", document) for part in path.split("/")}
    packages = (ROOT / "deliberation").glob("**/__init__.py")
    rooms = {file.parent.name for file in packages if len(file.parent.relative_to(ROOT).parts) < 4}
    assert len(rooms) > 40
    assert rooms - {"deliberation"} - named == set()
    assert len(document.splitlines()) < 150
