"""`beffroi convert`."""

import json
from pathlib import Path

import pytest

from tests.cli import beffroi_here
from voting.ballots.grouping import digest
from voting.formats import read

ABIF = '{title: "Halls"}\n=A:[Anne]\n=B:[Bob]\n=C:[Chloé]\n5:A>B\n4:B>C>A\n2:C\n'


@pytest.fixture
def abif(tmp_path: Path) -> Path:
    path = tmp_path / "halls.abif"
    path.write_text(ABIF, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".json", ".blt", ".hil", ".soi", ".cvotes", ".csv", ".txt"])
def test_a_file_is_written_in_the_format_that_its_suffix_names(abif: Path, suffix: str) -> None:
    target = abif.with_suffix(suffix)
    done = beffroi_here("convert", str(abif), str(target))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert digest(read(target.read_bytes()).ballots) == digest(read(ABIF).ballots)


def test_a_dash_reads_standard_input_and_writes_our_json_on_standard_output() -> None:
    done = beffroi_here("convert", "-", "-", given=ABIF)
    document = json.loads(done.stdout)
    assert document["candidates"] == ["Anne", "Bob", "Chloé"]
    assert {"count": 2, "ranking": [["Chloé"]]} in document["ballots"]


def test_to_names_the_format_whatever_the_suffix(abif: Path) -> None:
    done = beffroi_here("convert", str(abif), "-", "--to", "blt")
    assert done.stdout.startswith("3 1\n")


def test_what_cannot_be_converted_is_said_with_its_exit_code(abif: Path, tmp_path: Path) -> None:
    unknown = beffroi_here("convert", str(abif), str(tmp_path / "ballots.docx"))
    assert unknown.exit_code == 2
    assert "--to" in unknown.stderr
    other = beffroi_here("convert", str(abif), str(tmp_path / "ballots.cat"))
    assert other.exit_code == 2
    assert "ne peut pas contenir ces bulletins" in other.stderr
    abif.write_text("5:A>\n", encoding="utf-8")
    assert beffroi_here("convert", str(abif), "-").exit_code == 3
    assert beffroi_here("convert", str(tmp_path / "nothing.abif"), "-").exit_code == 4
