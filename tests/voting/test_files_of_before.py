"""Files that the version before the families of methods wrote are read and agree, to the byte.

`tests/voting/before/`: one recount file of each method, and one of aggregates of each summable one.
"""

import json
from pathlib import Path

import pytest

from voting.methods import METHODS
from voting.records.documents import from_document, to_json
from voting.records.recount import recount

FOLDER = Path(__file__).parent / "before"
FILES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
EACH = [(kind, method) for kind, files in FILES.items() for method in sorted(files)]


def test_there_is_a_file_of_every_method_of_then() -> None:
    assert len(FILES["recount_files"]) == 35
    assert set(FILES["recount_files"]) <= set(METHODS)
    assert set(FILES["aggregates_files"]) == {
        name for name in FILES["recount_files"] if METHODS[name].summable
    }


@pytest.mark.parametrize(("kind", "method"), EACH)
def test_a_recount_of_a_file_of_before_agrees(kind: str, method: str) -> None:
    found = recount(FILES[kind][method])
    assert found.same, found.differences
    assert found.summed == (kind == "aggregates_files")


@pytest.mark.parametrize(("kind", "method"), EACH)
def test_an_outcome_of_before_is_read_and_written_alike(kind: str, method: str) -> None:
    published = json.loads(FILES[kind][method])["published"]
    outcome = from_document(published)
    assert type(outcome.evidence) is METHODS[method].evidence
    assert json.loads(to_json(outcome)) == published
