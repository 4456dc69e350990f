"""A voting method is named in its file, its row and its texts, and nowhere else in the product."""

import re
from pathlib import Path

from voting.methods import METHODS

ROOT = Path(__file__).parents[2]
PRODUCT = ("deliberation", "api", "web")
TEXTS = "deliberation/explanations/methods/"
# Where a method is chosen, not told apart: a command's default for each kind of ballots.
CHOSEN = {"api/cli/tally/count.py"}
# Names of methods that are words of their own.
WORDS = {"approval", "score", "star"}
NAMED = re.compile("[\"'](" + "|".join(METHODS.keys() - WORDS) + ")[\"']")


def test_a_method_is_named_by_its_row_and_its_texts_only() -> None:
    found = {
        str(path.relative_to(ROOT)): NAMED.findall(path.read_text())
        for folder in PRODUCT
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".sql")
    }
    told = {path for path, names in found.items() if names and not path.startswith(TEXTS)}
    assert told == CHOSEN


def test_every_method_has_its_file_its_row_and_its_texts() -> None:
    texts = "".join(path.read_text() for path in (ROOT / TEXTS).glob("*.py"))
    for name, method in METHODS.items():
        assert (ROOT / "voting" / "methods" / method.family / f"{name}.py").exists()
        assert f'"{name}": MethodText(' in texts
