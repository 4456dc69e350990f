"""Every refusal that can be raised has one sentence, and every sentence is of a code in use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.core.refusals import REFUSALS, ROOMS, merged
from deliberation.core import errors
from deliberation.elections.findings.texts import FAULTS

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CLASSES = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.Refusal)
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """(path, tree) of every Python file of the doors and the rooms."""
    for package in ("deliberation", "api", "web"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.AST | None) -> Iterator[str]:
    """The codes that an expression may give: a text, one of two, or the first of a pair."""
    match node:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from literals(one)
            yield from literals(other)
        case ast.BoolOp(values=values):
            for value in values:
                yield from literals(value)
        case ast.Tuple(elts=[first, ast.Dict()]):
            yield from literals(first)
        case ast.Dict(values=values):
            for value in values:
                yield from literals(value)


def raised(tree: ast.AST) -> Iterator[str]:
    """The codes that a file gives to a refusal, or to the faults of the fields of a form."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[code, *_]) if name in CLASSES:
                yield from literals(code)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))], value=code):
                yield from literals(code)


def uses() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text that could be a code, outside the sentences; and patterns of composed ones."""
    whole: set[str] = set()
    composed = []
    for _path, tree in sources():
        keys = {
            key
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "REFUSALS"
            for key in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in keys:
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    str(getattr(one, "value", "")) if isinstance(one, ast.Constant) else None
                    for one in node.values
                ]
                if any(part and re.fullmatch(r"-?[a-z]+(-[a-z]+)*-?", part) for part in parts):
                    composed.append(
                        re.compile("".join("[a-z-]+" if p is None else re.escape(p) for p in parts))
                    )
    for path in (ROOT / "deliberation/migrations").rglob("*.sql"):
        whole |= set(re.findall(r"'([a-z0-9-]+)'", path.read_text(encoding="utf-8")))
    return whole, composed


def test_every_refusal_raised_has_its_sentence() -> None:
    codes = {code: path for path, tree in sources() for code in raised(tree)}
    assert len(codes) > 100  # the search finds them
    missing = {code: path for code, path in codes.items() if code not in {**REFUSALS, **FAULTS}}
    assert not missing


def test_no_sentence_is_left_without_its_refusal() -> None:
    whole, composed = uses()
    orphans = [
        code
        for code in REFUSALS
        if code not in whole and not any(one.fullmatch(code) for one in composed)
    ]
    assert not orphans


def test_no_code_is_worded_twice() -> None:
    assert not REFUSALS.keys() & FAULTS.keys()
    with pytest.raises(ValueError, match="worded twice: not-found"):
        merged([*ROOMS, {"not-found": "Rien ici."}])
