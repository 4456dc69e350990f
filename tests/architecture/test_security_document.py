"""`SECURITY.md` claims nothing that no test proves, and names nothing that does not exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
CLAIMS = ROOT / "tests/deliberation/elections/ballot_box/test_claims.py"
NEVER = r"\b(anonymous|anonymity|certified|unhackable|tamper-?proof|blockchain)\b|100 ?%"


def _tests(*paths: Path) -> set[str]:
    return {
        node.name
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_claim_names_a_test_that_proves_it() -> None:
    rows = re.findall(r"^\| (T\d+) \| [^|]+ \| ([^|]+) \|$", DOCUMENT, re.MULTILINE)
    assert [claim for claim, _ in rows] == [f"T{number}" for number in range(1, 13)]
    proofs = _tests(CLAIMS)
    for claim, cell in rows:
        named = re.findall(r"`(test_\w+)`", cell)
        assert named, claim
        assert all(name.startswith(f"test_{claim.lower()}_") for name in named)
        assert set(named) <= proofs, claim
    told = {name for _, cell in rows for name in re.findall(r"`(test_\w+)`", cell)}
    assert told == {name for name in proofs if re.match(r"test_t\d+_", name)}


def test_every_test_and_every_file_that_it_names_exists() -> None:
    every = _tests(*(ROOT / "tests").rglob("test_*.py"))
    assert set(re.findall(r"`(test_\w+)`", DOCUMENT)) <= every
    paths = re.findall(r"`((?:[\w-]+/)+[\w.-]*|[A-Z]+\.md)`", DOCUMENT)
    assert len(paths) >= 4
    missing = [path for path in paths if not path.startswith("beffroi/")]
    missing = [path for path in missing if not (ROOT / path).exists()]
    assert not missing, missing


def test_every_kind_of_entry_and_its_names_are_described() -> None:
    from deliberation.elections.sealed_protocol.bodies import BODIES

    for kind, body in BODIES.items():
        (row,) = re.findall(rf"^\| `{kind}` \| (.*) \|$", DOCUMENT, re.MULTILINE)
        assert set(body.__struct_encode_fields__) <= set(re.findall(r"`(\w+)`", row)), kind


def test_it_promises_nothing_that_cannot_be_kept() -> None:
    assert not re.findall(NEVER, DOCUMENT, re.IGNORECASE)
    for chapter in ("Reporting a flaw", "Roles", "Assumptions", "Adversaries", "File formats"):
        assert f"## {chapter}\n" in DOCUMENT
    assert DOCUMENT.rindex("\n## ") == DOCUMENT.index("\n## What is not mitigated\n")
