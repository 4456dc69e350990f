"""An enumeration is written once, and a table about it names every member.

Three or more words make an enumeration: a tuple, list or set of them, a `Literal`, an SQL `IN (…)`.
A table keyed by the words (labels, rules) is not a second writing, but must not forget one.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.architecture.sources import Sources, read, tree

FEWEST = 3
Words = frozenset[str]

# What is written twice today -> whose part of issue 8 mends it, or why it stays.
TWICE: dict[Words, str] = {}
# Tables about a part of an enumeration, by name -> why.
PARTIAL: dict[str, str] = {
    "deliberation/elections/polls/label_texts.py:MISSING_LABELS": "one rule is the grade's own",
    "deliberation/elections/polls/texts.py:_NO_PROOF": "an identity provider is a proof",
    "web/staff/consultations/texts.py:POLL_NAMES": "a poll's number is not typed",
    "web/vote/sealed/texts.py:_STEPS": "every batch is the same step",
}

_IN = re.compile(r"\bIN\s*\(((?:\s*'[\w-]+'\s*,?)+)\)")


def words(nodes: Sequence[ast.expr | None]) -> Words:
    """The strings of a display; none where anything else stands among them."""
    found = [node.value for node in nodes if isinstance(node, ast.Constant)]
    strings = [word for word in found if isinstance(word, str)]
    return frozenset(strings) if len(strings) == len(nodes) >= FEWEST else frozenset()


def written(source: ast.Module) -> Iterator[Words]:
    """Each enumeration that a module writes out."""
    exported = {
        id(one.value)
        for one in source.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"
    }
    for node in ast.walk(source):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and id(node) not in exported:
            yield words(node.elts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in _IN.finditer(node.value):
                yield frozenset(re.findall(r"'([\w-]+)'", found[1]))


def tables(source: ast.Module) -> Iterator[tuple[str, Words]]:
    """Each table of a module that is keyed by words: its name, and the words."""
    for node in source.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if keys := words(node.value.keys):
                yield ast.unparse(target), keys


def enumerations(sources: Sources) -> dict[Words, list[str]]:
    """Enumeration -> the files that write it."""
    found = defaultdict(list)
    for path, text in sources.items():
        for one in written(tree(text)):
            if len(one) >= FEWEST:
                found[one].append(path)
    return found


def repeated(sources: Sources) -> dict[Words, list[str]]:
    """Enumeration -> the files that write it, where it is written more than once."""
    return {one: paths for one, paths in enumerations(sources).items() if len(paths) > 1}


def incomplete(sources: Sources) -> dict[str, Words]:
    """Table (file:name) -> the one member of an enumeration that it does not name."""
    known = enumerations(sources)
    return {
        f"{path}:{name}": one - keys
        for path, text in sources.items()
        for name, keys in tables(tree(text))
        if keys not in known
        for one in known
        if keys < one and len(one) == len(keys) + 1
    }


def test_an_enumeration_is_written_once() -> None:
    found = repeated(read("deliberation", "api", "web"))
    twice = [
        f"{sorted(one)}: {', '.join(paths)}" for one, paths in found.items() if one not in TWICE
    ]
    assert not twice, "\n".join(twice)


def test_a_table_about_an_enumeration_names_every_member() -> None:
    found = incomplete(read("deliberation", "api", "web"))
    short = [
        f"{table}: {sorted(missing)}" for table, missing in found.items() if table not in PARTIAL
    ]
    assert not short, "\n".join(short)


def test_a_planted_second_writing_and_a_planted_forgotten_label_are_found() -> None:
    planted = {
        "a.py": 'Kind = Literal["red", "green", "blue", "grey"]',
        "b.py": "CHECK = \"kind IN ('blue', 'red', 'green', 'grey')\"",
        "c.py": 'LABELS: dict[str, str] = {"red": "", "green": "", "blue": ""}',
        "d.py": 'NAMES = {"red": "", "green": "", "blue": "", "grey": ""}',
    }
    assert repeated(planted) == {frozenset({"red", "green", "blue", "grey"}): ["a.py", "b.py"]}
    assert incomplete(planted) == {"c.py:LABELS": {"grey"}}
