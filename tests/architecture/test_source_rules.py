"""Rules of ARCHITECTURE.md that a program can check, each as a test."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("voting", "deliberation", "api", "web")

# What each rule forbids -> where it is allowed, and why.
FORBIDDEN: dict[str, dict[str, set[str]]] = {
    r"\b(datetime|date)\.(now|utcnow|today)\(|\btime\.time(_ns)?\(": {
        "only the database's clock decides; core/clock.py compares the machine's with it": {
            "deliberation/core/clock.py",
        },
    },
    r"\bCURRENT_TIMESTAMP\b|(?<![_.\w])now\(\)(?! AS)": {
        "SQL asks clock_now(), which tests and the demo can move": set(),
    },
    r"^\s*(import random|from random import)|\brandom\.(random|choice|shuffle)\(": {
        "chance has a seed; only the demo's story draws, from a fixed one": {
            "deliberation/demo/player.py",
            "deliberation/demo/electorate.py",
            "deliberation/demo/rolls.py",
            "deliberation/demo/sealed_votes.py",
            "deliberation/demo/state.py",
        },
    },
    r"\.commit\(\)": {
        "only core.database.transaction() commits": set(),
    },
    r"\bautocommit_connection\(": {
        "only a cast, and a mail's claim and end, are transactions of one statement": {
            "deliberation/core/pools.py",
            "deliberation/elections/ballots/casting.py",
            "deliberation/operations/mail.py",
        },
    },
    r"unicodedata\.normalize|import normalize|is_normalized": {
        "composing accents can take the square of a text's length: normal_form() bounds it": {
            "voting/names/normal_forms.py",
        },
    },
    r"\bos\.environ\b|\bos\.getenv\b": {
        "settings.py reads the environment; a terminal's language is not a setting": {
            "deliberation/core/settings.py",
            "deliberation/devserver/server.py",
            "deliberation/devserver/binaries.py",
            "api/cli/support.py",
            "api/cli/site/serve.py",
        },
    },
    r"\bbody(\[[\"a-z]|\.get\()": {
        "entries of a bulletin board are read as the type of their kind: body_of()": {
            "deliberation/elections/sealed_protocol/board.py",
        },
    },
}


def sources(*packages: str) -> Iterator[tuple[str, str]]:
    """(path, text) of our Python files."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def forbidden(pattern: str, files: Iterable[tuple[str, str]]) -> list[str]:
    """Each line that a rule forbids, with its file and number."""
    (allowed,) = FORBIDDEN[pattern].values()
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in files
        if path not in allowed
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line) and not line.lstrip().startswith("#")
    ]


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_what_is_forbidden_stands_nowhere_else(pattern: str) -> None:
    (rule,) = FORBIDDEN[pattern]
    found = forbidden(pattern, sources())
    assert not found, f"{rule}\n" + "\n".join(found)


def test_a_planted_read_of_a_board_entry_by_field_name_is_found() -> None:
    (pattern,) = (one for one in FORBIDDEN if "body" in one)
    lines = ['a = opening.body["key"]', 'b = closing.body.get("roll")', "c = body_of(entry, Kind)"]
    planted = [("deliberation/elections/results/a.py", "\n".join(lines))]
    assert [one.split(":")[1] for one in forbidden(pattern, planted)] == ["1", "2"]


def test_every_table_is_in_the_one_list() -> None:
    from deliberation.core.database import Row
    from deliberation.tables import TABLES

    assert {str(row.__tablename__) for row in TABLES} == set(Row.metadata.tables)


def test_every_package_says_its_duty_and_every_public_name_what_it_does() -> None:
    silent = []
    for path, text in sources():
        tree = ast.parse(text)
        if ast.get_docstring(tree) is None:
            silent.append(path)
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and ast.get_docstring(node) is None:
                silent.append(f"{path}:{node.lineno} {node.name}")
    assert not silent, "\n".join(silent)


def test_no_row_reaches_a_template() -> None:
    """Pages are given structs: `render(` is never handed a model class's row."""
    rows = [
        f"{path}: {line.strip()}"
        for path, text in sources("web")
        for line in text.splitlines()
        if re.match(r"from deliberation(\.\w+)+\.model import", line)
    ]
    assert not rows, "\n".join(rows)


def test_no_address_of_elsewhere_is_loaded_by_a_page() -> None:
    loaded = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "web").rglob("*")
        if path.suffix in {".html", ".css", ".js"}
        for found in re.findall(
            r"""(?:src|action)=["']https?://[^"']+|url\(["']?https?://[^)]+|@import""",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert not loaded, "\n".join(loaded)


def test_no_page_holds_inline_style_or_script() -> None:
    inline = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "web").rglob("*.html")
        for found in re.findall(
            r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)[^>]*>",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert not inline, "\n".join(inline)
