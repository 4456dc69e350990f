"""Each value that a page is given by name is read by its templates: a misspelt option is none."""

import ast
from collections.abc import Iterator
from inspect import signature

from jinja2 import meta

from web.shell.render import render
from web.shell.templating import TEMPLATES, environment

OPTIONS = set(signature(render).parameters)
JINJA = environment("fr")


def test_each_value_given_to_a_page_is_read_by_it() -> None:
    calls = list(_calls())
    assert len(calls) > 50
    unread = [
        f"{where}: {name}"
        for where, template, names in calls
        for name in names - OPTIONS - JINJA.globals.keys() - _read_by(template, set())
    ]
    assert not unread


def _calls() -> Iterator[tuple[str, str, set[str]]]:
    """Where `render` is called with a template's name, and the names of the values."""
    for path in sorted(TEMPLATES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Name("render"), [_, ast.Constant(str() as template), *_], keywords
                ):
                    names = {one.arg for one in keywords if one.arg}
                    yield f"{path.relative_to(TEMPLATES)}:{node.lineno}", template, names


def _read_by(template: str, seen: set[str]) -> set[str]:
    """The names that a template reads, or those that it extends and includes."""
    tree = JINJA.parse((TEMPLATES / template).read_text(encoding="utf-8"))
    seen.add(template)
    others = {one for one in meta.find_referenced_templates(tree) if one} - seen
    found = set(meta.find_undeclared_variables(tree))
    return found.union(*(_read_by(one, seen) for one in sorted(others)))
