"""`deploy/README.md`: its table of needs is the computed one, and no purge is left out."""

import re
from pathlib import Path

from benchmarks.sizing import A_WORKER, PLACES, needs, table
from deliberation.jobs import LANES, PERIODIC
from deliberation.operations.worker import connections

MANUAL = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")


def test_p10_the_table_of_needs_is_the_computed_one_and_says_so() -> None:
    assert table() in MANUAL
    assert "**not run**" in MANUAL
    assert connections(LANES, PERIODIC) <= A_WORKER


def test_p10_needs_grow_with_the_peak_and_disk_with_the_year() -> None:
    small, large = needs(PLACES[0]), needs(PLACES[2])
    ratio = PLACES[2].peak / PLACES[0].peak
    assert abs(large.site_cores / small.site_cores - ratio) < 1e-6
    assert abs(large.log / small.log - ratio) < 1e-6
    assert small.disk < large.disk < needs(PLACES[3]).disk


def test_p10_every_purge_is_named_with_what_it_removes() -> None:
    (part,) = re.findall(r"## What is kept how long\n(.*?)\n## ", MANUAL, re.S)
    named = set(re.findall(r"`(forget-[\w-]+)`", part))
    assert named == {name for name in PERIODIC if name.startswith("forget-")}


def test_p8_every_folder_is_told_with_what_was_tried() -> None:
    folders = {path.name for path in Path(__file__).parents[2].joinpath("deploy").iterdir()}
    (part,) = re.findall(r"what was tried with them\n(.*?)\n## ", MANUAL, re.S)
    assert {name for name in folders - {"README.md"} if f"`{name}" not in part} == set()
