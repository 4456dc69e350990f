"""SQL names tables of its own room or lower ones, and writes only its own.

`views/` and `notices/` may read every room. A table belongs to the room whose model describes it.
`migrations/functions/<room>.sql` is that room's SQL; its own room and those above call a function.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.core.database import Row
from deliberation.migrations.files import BY_HAND
from tests.architecture.sources import Sources, package_of, read, stands_above, tree

# Tables that SQL files make -> the room that owns them.
BY_HAND_ROOMS = {
    "function_file": "deliberation.migrations",
    "install": "deliberation.core",
    "rate_count": "deliberation.core",
    "revote_pace": "deliberation.elections.ballots",
}
# Functions of the database that a room below their own calls -> why.
CALLS_ABOVE = {
    ("deliberation.elections.electorate", "urn_is_open"): "an open ballot box freezes the roll",
}
READ_ALL = ("deliberation.views", "deliberation.notices")

_STATEMENT = re.compile(
    r"\b(?P<verb>DELETE FROM|INSERT INTO|TRUNCATE(?: TABLE)?|(?<!FOR )(?<!KEY )(?<!DO )UPDATE"
    r"|FROM|JOIN|USING)(?: ONLY)?\s+(?P<tables>(?:\w+(?: AS)?(?: \w+)?,\s*)*\w+)"
)
_READS = {"FROM", "JOIN", "USING"}


@cache
def rooms() -> dict[str, str]:
    """Table -> the package whose model describes it."""
    described = {
        str(mapper.local_table): mapper.class_.__module__.rpartition(".")[0]
        for mapper in Row.registry.mappers
    }
    return described | BY_HAND_ROOMS


@cache
def models() -> dict[tuple[str, str], str]:
    """(module, model class) -> its table."""
    return {
        (m.class_.__module__, m.class_.__name__): str(m.local_table) for m in Row.registry.mappers
    }


@cache
def functions() -> dict[str, str]:
    """Function of the database -> the room that defines it."""
    return {
        name: room_of(path)
        for path, text in read("deliberation", suffixes=(".sql",)).items()
        for name in re.findall(r"CREATE OR REPLACE FUNCTION (\w+)", text)
    }


def calls_of(sql: str) -> set[str]:
    """The functions of the database that SQL text calls."""
    code = re.sub(r"--.*", "", sql)
    return {name for name in re.findall(r"\b(\w+)\(", code) if name in functions()}


def tables_of(sql: str) -> Iterator[tuple[str, bool]]:
    """Each table that SQL text names after a keyword, and whether it is written."""
    for found in _STATEMENT.finditer(sql):
        for part in found["tables"].split(","):
            name = part.split()[0] if part.strip() else ""
            if name in rooms() and not re.search(rf"\b{name} AS \(", sql):
                yield name, found["verb"] not in _READS


def _texts(source: ast.Module) -> Iterator[str]:
    """Every string of a module; what an f-string inserts becomes one letter."""
    parts = set()
    for node in ast.walk(source):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(value) for value in node.values}
            yield "".join(
                str(value.value) if isinstance(value, ast.Constant) else "?"
                for value in node.values
            )
    for node in ast.walk(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def _statements(source: ast.Module) -> Iterator[str]:
    """Each table that an ORM call writes: `insert`, `update`, `delete`, a new row, `row.x = `.

    A row is a name that is annotated with a model, or assigned from an expression that names one.
    """
    foreign = {
        alias.asname or alias.name: models()[node.module or "", alias.name]
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module or "", alias.name) in models()
    }
    rows: dict[str, str] = {}
    for node in ast.walk(source):
        match node:
            case (
                ast.arg(arg=name, annotation=ast.expr() as origin)
                | ast.Assign(targets=[ast.Name(id=name)], value=origin)
            ):
                for one in ast.walk(origin):
                    if isinstance(one, ast.Name) and one.id in foreign:
                        rows[name] = foreign[one.id]
    for node in ast.walk(source):
        match node:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()) if name in rows:
                yield rows[name]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            made = node.func
            if made.id in ("insert", "update", "delete") and isinstance(node.args[0], ast.Name):
                made = node.args[0]
            if made.id in foreign:
                yield foreign[made.id]


def texts(path: str, text: str) -> Iterator[str]:
    """The SQL that a file may hold: all of an SQL file, every string of a module."""
    if path.endswith(".sql"):
        yield text
    else:
        yield from _texts(tree(text))


def uses(path: str, text: str) -> Iterator[tuple[str, bool]]:
    """Each table that a file names, and whether it is written there."""
    for one in texts(path, text):
        yield from tables_of(one)
    if path.endswith(".py"):
        for table in _statements(tree(text)):
            yield table, True


def room_of(path: str) -> str:
    """The package that a file stands in; of a file of database functions, the room it is named by.

    Raises `KeyError` when no such room has a table.
    """
    if path.startswith("deliberation/migrations/functions/"):
        room = path.rpartition("/")[2].removesuffix(".sql")
        return {owner.rpartition(".")[2]: owner for owner in rooms().values()}[room]
    return package_of(path)


def violations(sources: Sources) -> dict[tuple[str, str], str]:
    """(file, table or function) -> what the file may not do with it."""
    found = {}
    for path, text in sources.items():
        package = room_of(path)
        for table, written in uses(path, text):
            owner = rooms()[table]
            if package == owner:
                continue
            if written:
                found[path, table] = f"writes {table} of {owner}"
            elif not (stands_above(package, owner) or package.startswith(READ_ALL)):
                found.setdefault((path, table), f"reads {table} of {owner}")
        for name in set().union(*map(calls_of, texts(path, text))):
            owner = functions()[name]
            called = package == owner or package.startswith(READ_ALL)
            if not (called or (package, name) in CALLS_ABOVE or stands_above(package, owner)):
                found[path, name] = f"calls {name} of {owner}"
    return found


def test_every_table_made_by_hand_has_its_room() -> None:
    assert set(BY_HAND_ROOMS) == BY_HAND


def test_sql_names_tables_of_its_room_or_lower_ones_and_writes_its_own() -> None:
    files = read("deliberation", suffixes=(".py", ".sql")) | read("api", "web")
    found = violations(files)
    assert not found, "\n".join(f"{path} {said}" for (path, _), said in found.items())


def test_a_planted_statement_about_a_foreign_table_is_found() -> None:
    below, above = "deliberation/process/consultations/a.py", "deliberation/followup/answers/b.py"
    orm = "from deliberation.process.comments.model import Comment\ninsert(Comment)"
    row = "from deliberation.elections.polls.model import Poll\na = get(Poll)\na.seats = 2"
    planted = {
        below: 'A = "SELECT 1 FROM consultation c, proposal p"',
        above: 'B = f"SELECT {1} FROM proposal"\nC = "UPDATE proposal SET title = 1"',
        "deliberation/views/todo/c.py": 'D = "SELECT 1 FROM mail FOR UPDATE"',
        "deliberation/notices/mails/d.py": orm,
        "deliberation/elections/results/g.py": row,
        "web/e.py": 'E = "DELETE FROM person"',
        "deliberation/migrations/functions/paper.sql": "INSERT INTO roll_mark",
        "deliberation/migrations/functions/polls.sql": "SELECT FROM poll JOIN elector; UPDATE poll",
        "deliberation/migrations/functions/core.sql": "SELECT fold(board_is_open(the_poll))",
        "deliberation/network/people/f.py": 'F = "SELECT vote_refusal(:poll)"',
    }
    assert violations(planted).keys() == {
        (below, "proposal"),
        (above, "proposal"),
        ("deliberation/notices/mails/d.py", "comment"),
        ("deliberation/elections/results/g.py", "poll"),
        ("web/e.py", "person"),
        ("deliberation/migrations/functions/paper.sql", "roll_mark"),
        ("deliberation/migrations/functions/polls.sql", "elector"),
        ("deliberation/migrations/functions/core.sql", "board_is_open"),
        ("deliberation/network/people/f.py", "vote_refusal"),
    }
