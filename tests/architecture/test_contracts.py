"""Each import contract holds, and a planted violation breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A contract -> a file and the line planted in it.
VIOLATIONS = {
    "one-direction": ("voting/ties.py", "import deliberation.core.errors"),
    "areas": ("deliberation/journal/commands.py", "import deliberation.process.proposals.model"),
    "rooms-process": (
        "deliberation/process/consultations/phases.py",
        "import deliberation.process.proposals.model",
    ),
    "doors": ("web/network/home/handlers.py", "import api.resources.proposals"),
    "pure-counting": ("voting/ties.py", "import random"),
    "sealed-is-pure": (
        "deliberation/elections/sealed_protocol/board.py",
        "import deliberation.core.clock",
    ),
    "no-circles": (
        "deliberation/process/proposals/model.py",
        "import deliberation.process.proposals.commands",
    ),
    "no-http-inside": ("deliberation/process/proposals/commands.py", "import litestar"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources to plant in."""
    copy = tmp_path_factory.mktemp("tree")
    for package in ("voting", "deliberation", "api", "web"):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.toml")
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(app: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on a copy."""
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    chosen = [word for name in contracts for word in ("--contract", name)]
    return subprocess.run([*program, *chosen], cwd=app, capture_output=True, text=True, check=False)


def test_every_contract_holds(app: Path) -> None:
    verdict = lint(app)
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_breaks_its_contract(app: Path, contract: str) -> None:
    path, line = VIOLATIONS[contract]
    source = app / path
    kept = source.read_text(encoding="utf-8")
    source.write_text(kept + f"\n{line}\n", encoding="utf-8")
    try:
        verdict = lint(app, contract)
    finally:
        source.write_text(kept, encoding="utf-8")
    assert verdict.returncode == 1, verdict.stdout
    assert "BROKEN" in verdict.stdout
