"""Identifiers use the words of GLOSSARY.md: what its column "not" has in code type stands nowhere.

Looked at: names in Python, file names, Jinja variables and blocks, commands and options of the
command line, routes and JSON fields (they are names in Python), tables and columns.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import click

import deliberation.tables  # noqa: F401 (all tables must be known)
from api.cli import main
from deliberation.core.database import Row
from tests.architecture.sources import ROOT, Sources, read, tree

# Name -> why it keeps an avoided word: it is written in databases, files and events of old.
STORED = {
    "SlotKeyRenewed": "the kind of events that are recorded under this name",
    "board_line": "a table: renaming one is refused while a vote is open",
    "bundle": "a column",
    "roll_mark": "a table",
    "urn_ballot": "a table",
}

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JINJA = re.compile(r"{[{%](.*?)[%}]}", re.DOTALL)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")


@cache
def avoided() -> frozenset[str]:
    """The words of the column "not" in code type, as snake_case."""
    rows = re.findall(r"^\|.*\|(.*)\|$", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)
    return frozenset(word for row in rows for word in re.findall(r"`(\w+)`", row))


def snake(name: str) -> str:
    """`OpenURNNow`, `open-urn-now` and `open_urn_now` alike, as `open_urn_now`."""
    return "_".join(part.lower() for part in _PARTS.findall(name))


def breaks(name: str) -> set[str]:
    """The avoided words in a name; a letter and a digit (`p0`) count where they stand together."""
    if name in STORED:
        return set()
    whole = f"_{snake(name)}_"
    return {word for word in avoided() if f"_{snake(word)}_" in whole}


def names_in(source: ast.Module) -> Iterator[str]:
    """Every identifier of a module."""
    for node in ast.walk(source):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.alias(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def names_of(path: str, text: str) -> set[str]:
    """The identifiers of a source file, its own name included."""
    stem = path.rpartition("/")[2].partition(".")[0]
    if path.endswith(".py"):
        return {stem, *names_in(tree(text))}
    if path.endswith(".html"):
        code = " ".join(_STRING.sub(" ", block) for block in _JINJA.findall(text))
        return {stem, *re.findall(r"[A-Za-z_]\w*", code)}
    return {stem}


def misnamed(sources: Sources) -> set[str]:
    """`file: identifier (word)` for each identifier that holds an avoided word."""
    return {
        f"{path}: {name} ({word})"
        for path, text in sources.items()
        for name in names_of(path, text)
        for word in breaks(name)
    }


def commands(group: click.Group, context: click.Context) -> Iterator[str]:
    """The names of all commands and options below a group."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name
        yield from (option for one in command.params for option in (*one.opts, one.name or ""))
        if isinstance(command, click.Group):
            yield from commands(command, context)


def test_no_identifier_holds_an_avoided_word() -> None:
    found = misnamed(read(suffixes=(".py", ".html", ".css", ".js", ".sql")))
    assert not found, "\n".join(sorted(found))


def test_no_table_and_no_column_holds_an_avoided_word() -> None:
    names = {str(table) for table in Row.metadata.tables}
    names |= {column.name for table in Row.metadata.tables.values() for column in table.columns}
    found = {f"{name} ({word})" for name in names for word in breaks(name)}
    assert not found, "\n".join(sorted(found))


def test_no_command_holds_an_avoided_word() -> None:
    names = set(commands(main, click.Context(main)))
    found = {f"{name} ({word})" for name in names for word in breaks(name)}
    assert not found, "\n".join(sorted(found))


def test_a_planted_avoided_word_is_found() -> None:
    assert {"urn", "duel", "law_book", "p0"} <= avoided()
    planted = {
        "web/a.py": "class OpenUrn: ...\ndef f(turn: int) -> None: ...",
        "web/law_book.html": "{% for urn in boxes %}{{ _('urn') }}{% endfor %}urn",
    }
    assert misnamed(planted) == {
        "web/a.py: OpenUrn (urn)",
        "web/law_book.html: law_book (law_book)",
        "web/law_book.html: urn (urn)",
    }
