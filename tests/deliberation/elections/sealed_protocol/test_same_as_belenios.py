"""The published result of a sealed vote is the one `belenios-tool` gives of the same ballots."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deliberation.elections.verification.minutes import read_minutes
from tests.sealed import counted
from tests.sealed_files import QUESTION, an_archive

TOOL = shutil.which("belenios-tool")
pytestmark = pytest.mark.skipif(not TOOL, reason="no belenios-tool: apt-get install belenios-tool")
NAMES = ["Aulnes", "Beffroi", "Canal", "Digue"]


def published(path: Path, rows: list[list[int]], **changes: Any) -> list[list[str]]:
    """The ranking that the minutes of a count hold."""
    question = msgspec.structs.replace(QUESTION, choices=NAMES, **changes)
    an_archive(path, [bytes(row) for row in rows], question=question)
    minutes = read_minutes(counted(path.read_bytes()).minutes)
    assert (minutes.faults, minutes.unreadable) == ([], [])
    ranking: list[list[str]] = minutes.outcome["ranking"]
    return ranking


def of_belenios(method: str, rows: list[list[int]], *words: str) -> list[list[str]]:
    """The tiers that Belenios gives, best first."""
    command = [str(TOOL), "method", method, f"--nchoices={len(NAMES)}", *words]
    command.append("--blank-allowed=true")
    done = subprocess.run(command, input=json.dumps(rows), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [[NAMES[one] for one in tier] for tier in json.loads(done.stdout)["winners"]]


def refines(ours: list[list[str]], theirs: list[list[str]]) -> bool:
    """The same ranking, but for ties that our published seed decides."""
    order = [name for tier in ours for name in tier]
    for tier in theirs:
        if set(order[: len(tier)]) != set(tier):
            return False
        order = order[len(tier) :]
    return not order


@pytest.mark.parametrize("seed", range(6))
def test_majority_judgment(seed: int, tmp_path: Path) -> None:
    """Of an even number of judgments Belenios takes the better of the middle two, we the lower: it
    is given the scale upside down, and its ranking is read from the end.
    """
    draw = random.Random(seed)
    rows = [[draw.randint(1, 7) for _ in NAMES] for _ in range(draw.randint(10, 30))]
    theirs = of_belenios("majority-judgment", rows, "--ngrades=7")
    assert refines(published(tmp_path / "urn.tar", rows), theirs[::-1])


@pytest.mark.parametrize("seed", range(6))
def test_schulze(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    rows = [draw.sample(range(1, 5), 4) for _ in range(draw.randint(10, 30))]
    ours = published(tmp_path / "urn.tar", rows, ballot="rankings", grades=[], method="schulze")
    assert refines(ours, of_belenios("schulze", rows))


def test_a_different_ranking_would_be_seen() -> None:
    assert refines([["A"], ["B"], ["C"]], [["A", "B"], ["C"]])
    assert not refines([["A"], ["C"], ["B"]], [["A", "B"], ["C"]])
