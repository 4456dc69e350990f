"""`beffroi tally --workers N`: a file read by several processes gives the same bytes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import beffroi_process
from voting import formats
from voting.formats.parts import divided

PAPERS = ["3 1 2 0", "1 2=3 1 0", "2 3 0", "1 0"] * 1_000
BLT = "\n".join(["3 1", "-3", *PAPERS, "0", '"Parc"', '"Halle"', '"Gymnase"', '"Place"', ""])
GRADES = "\n".join(
    [",Parc,Halle,Gymnase", *(f"{n},{n % 5 + 1},{n * 7 % 5 + 1},{n % 2}" for n in range(4_000)), ""]
)
RECORDS = "\n".join(
    ["id,rank1,rank2", *(f"{n},{'ABC'[n % 3]},{'BCA'[n % 3]}" for n in range(4_000)), ""]
)
SCORES = "\n".join(
    ["ballot id,Parc,Halle", *(f"{n},{n % 6},{n * 5 % 6}" for n in range(4_000)), ""]
)
FILES = {
    "blt": (BLT, "schulze"),
    "grade_csv": (GRADES, "majority_judgment"),
    "cvr": (RECORDS, "instant_runoff"),
    "score_csv": (SCORES, "star"),
}


@pytest.mark.parametrize("format", FILES)
def test_two_workers_give_the_bytes_of_one(format: str, tmp_path: Path) -> None:
    text, method = FILES[format]
    assert formats.recognised(text) == format
    assert len(divided(text, format, 8)) == 4
    file = tmp_path / "ballots"
    file.write_text(text)
    one, two = (
        beffroi_process("tally", str(file), "--method", method, "--json", "--workers", workers)
        for workers in ("1", "2")
    )
    assert (two.returncode, two.stdout) == (0, one.stdout)


def test_a_fault_in_a_part_is_told_by_its_line_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ballots.blt"
    file.write_text(BLT.replace("\n0\n", "\n1 9 0\n0\n"))
    one, two = (beffroi_process("tally", str(file), "--workers", workers) for workers in ("1", "2"))
    assert (two.returncode, one.returncode) == (3, 3)
    assert two.stderr.endswith(one.stderr)
    assert "4003" in one.stderr


@pytest.mark.parametrize("format", FILES)
def test_the_parts_of_a_file_are_files_that_hold_all_its_ballots(format: str) -> None:
    text, _ = FILES[format]
    parts = [formats.read(part, format=format) for part in divided(text, format, 3)]
    whole = formats.read(text, format=format)
    assert len(parts) == 3
    assert sum(part.received for part in parts) == whole.received
    assert {*map(frozenset, (p.ballots.options for p in parts))} == {
        frozenset(whole.ballots.options)
    }


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("blt", BLT.replace("1 0", "1 # nobody\n0")),
        ("blt", BLT.replace("\n0\n", "\n")),
        ("grade_csv", GRADES.replace("\n9,", "\n8,")),
        ("score_csv", SCORES.replace("Parc", '"Parc"')),
        ("own", "{}"),
    ],
)
def test_a_file_whose_lines_depend_on_each_other_is_not_divided(format: str, text: str) -> None:
    assert divided(text, format, 8) == [text]


def test_a_small_file_is_read_by_one_process() -> None:
    assert divided("\n".join(BLT.split("\n")[:800] + BLT.split("\n")[-6:]), "blt", 8)[1:] == []


def test_counting_a_file_loads_its_method_and_neither_database_nor_web_nor_scipy(
    tmp_path: Path,
) -> None:
    file = tmp_path / "small.blt"
    file.write_text(BLT)
    code = (
        "import sys; from api.cli import main\n"
        "main(['tally', sys.argv[1], '--method', 'minimax', '--json'], standalone_mode=False)\n"
        "heavy = {'scipy', 'sqlalchemy', 'litestar', 'asyncpg', 'asyncio', 'multiprocessing',\n"
        "    'voting.methods.pairwise.schulze', 'voting.methods.grades.majority_judgment'}\n"
        "loaded = {name.split('.')[0] for name in sys.modules} | set(sys.modules)\n"
        "sys.exit(str(heavy & loaded or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False
    )
    assert (done.stderr.strip(), done.stdout[:1]) == ("", "{")
