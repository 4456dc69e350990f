"""Sentences stand in texts, and languages come from the catalogues: no code decides by either."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The source language is named once; "en" is also a French word that a search leaves out.
NAMED = {
    "deliberation/i18n/catalogue.py": {"fr"},
    "deliberation/text/search_terms.py": {"en"},
}


def files(pattern: str, *folders: str) -> Iterator[tuple[str, str]]:
    """(path, text) of the files of some folders."""
    for folder in folders or ("deliberation", "api", "web"):
        for path in sorted((ROOT / folder).rglob(pattern)):
            if "versions" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def wording(text: str) -> list[str]:
    """The lines of a module that ask for the reader's language, or for a sentence."""
    return re.findall(r"^from deliberation\.i18n.*|.*\bctx\.lang\b.*", text, re.MULTILINE)


def languages(text: str) -> set[str]:
    """The languages that a module names."""
    constants = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return {str(one.value) for one in constants if one.value in ("fr", "en", "fr_FR", "en_GB")}


def test_queries_return_codes_and_values() -> None:
    found = {path: wording(text) for path, text in files("queries.py", "deliberation")}
    assert len(found) > 15
    assert not {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize("planted", ["from deliberation.i18n import formats", "  x = ctx.lang"])
def test_a_query_that_words_is_found(planted: str) -> None:
    assert wording(f"import re\n{planted}\n")


def test_code_names_no_language() -> None:
    found = {path: languages(text) for path, text in files("*.py")}
    assert {path: named for path, named in found.items() if named} == NAMED


def test_templates_name_no_language() -> None:
    compared = re.compile(r"lang\s*(?:==|!=)\s*\"|hreflang=\"(?!\{)|<[a-z]+ lang=\"(?!\{)")
    assert not [path for path, text in files("*.html", "web") if compared.search(text)]
