"""The SQL files of the migrations.

`versions/*.sql` belong to one version each and are frozen with it. `functions/<room>.sql` define
each database function once and are applied again whenever their content changes.
"""

from hashlib import sha256
from pathlib import Path

from alembic import op
from sqlalchemy import Connection, text

HERE = Path(__file__).parent
# Tables that have no model: versions create them with SQL.
BY_HAND = {"function_file", "install", "rate_count", "revote_pace"}
# The files of `functions/`, in the order of their application.
FUNCTION_FILES = (
    "core",
    "operations",
    "people",
    "polls",
    "electorate",
    "bulletin_board",
    "ballots",
    "paper",
    "ballot_box",
)


def run_file(name: str) -> None:
    """Run a SQL file of `versions/` on the migration's connection and transaction."""
    _run(op.get_bind(), (HERE / "versions" / name).read_text(encoding="utf-8"))


def changed_functions(connection: Connection) -> list[str]:
    """The function files whose content is not the one that this database applied last."""
    known = connection.exec_driver_sql("SELECT to_regclass('function_file') IS NOT NULL").scalar()
    applied: dict[str, str] = {}
    if known:
        rows = connection.exec_driver_sql("SELECT name, hash FROM function_file")
        applied = {row.name: row.hash for row in rows}
    return [name for name in FUNCTION_FILES if applied.get(name) != _hash(name)]


def apply_functions(connection: Connection) -> list[str]:
    """Create or replace the functions of the changed files; the names of these files.

    Running calls finish with the old functions; calls after the commit use the new ones.
    """
    changed = changed_functions(connection)
    for name in changed:
        _run(connection, function_sql(name))
        connection.execute(_REMEMBER, {"name": name, "hash": _hash(name)})
    return changed


def function_sql(name: str) -> str:
    """The text of a function file."""
    return (HERE / "functions" / f"{name}.sql").read_text(encoding="utf-8")


def _hash(name: str) -> str:
    return sha256(function_sql(name).encode()).hexdigest()


def _run(connection: Connection, sql: str) -> None:
    connection.connection.run_async(lambda driver: driver.execute(sql))


_REMEMBER = text(
    "INSERT INTO function_file (name, hash) VALUES (:name, :hash)"
    " ON CONFLICT (name) DO UPDATE SET hash = excluded.hash"
)
