"""The SQL files of the migrations.

`versions/*.sql` belong to one version each and are frozen with it. `functions/<room>.sql` define
each database function once and are applied again whenever their content changes.
"""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from alembic import op
from sqlalchemy import Connection, text

from deliberation.core.settings import CannotStart

HERE = Path(__file__).parent
# Tables that have no model: versions create them with SQL.
BY_HAND = {"function_file", "install", "rate_count", "revote_pace"}
# The oldest release whose processes still work on this schema: as a rule the one before, so that
# two releases run side by side during an upgrade.
OLDEST_BESIDE = "0.1.0"
# The files of `functions/`, in the order of their application.
FUNCTION_FILES = (
    "core",
    "journal",
    "operations",
    "people",
    "consultations",
    "polls",
    "subjects",
    "proposals",
    "comments",
    "electorate",
    "bulletin_board",
    "ballots",
    "paper",
    "ballot_box",
)


def run_file(name: str) -> None:
    """Run a SQL file of `versions/` on the migration's connection and transaction."""
    _run(op.get_bind(), (HERE / "versions" / name).read_text(encoding="utf-8"))


def run_functions(name: str) -> None:
    """Run a file of `functions/` before the others, for a version whose tables use it."""
    _run(op.get_bind(), function_sql(name))


def lock_together(tables: str, mode: str) -> None:
    """Lock tables of a version until its transaction ends: all at once, or none.

    Whoever writes holds some of them and wants others. Each try ends before the server would look
    for a deadlock (one second).
    """
    op.execute(_LOCK.format(tables=tables, mode=mode))


def changed_functions(connection: Connection) -> list[str]:
    """The function files whose content is not the one that this database applied last."""
    applied = _applied(connection)
    return [name for name in FUNCTION_FILES if applied.get(name) != _hash(name)]


def newer_release(connection: Connection) -> str:
    """The release that migrated this database, if it is newer than this one; else empty.

    This one then changes nothing. Raises `CannotStart` when it is too old to run beside it.
    """
    applied, own = _applied(connection), release()
    newest = applied.get("release", own)
    if _number(own) >= _number(newest):
        return ""
    if _number(own) < _number(oldest := applied["oldest"]):
        raise CannotStart(
            f"Release {newest} of Beffroi has migrated this database, on which no release before "
            f"{oldest} works: start that one or a newer one instead of {own}."
        )
    return newest


def apply_functions(connection: Connection) -> list[str]:
    """Create or replace the functions of the changed files; the names of these files.

    Running calls finish with the old functions; calls after the commit use the new ones.
    """
    changed = changed_functions(connection)
    for name in changed:
        _run(connection, function_sql(name))
        connection.execute(_REMEMBER, {"name": name, "hash": _hash(name)})
    return changed


def remember_release(connection: Connection) -> None:
    """Write down which release migrated the database, and which older ones work on it."""
    for name, number in (("release", release()), ("oldest", OLDEST_BESIDE)):
        connection.execute(_REMEMBER, {"name": name, "hash": number})


def release() -> str:
    """The number of this release."""
    return version("beffroi")


def function_sql(name: str) -> str:
    """The text of a function file."""
    return (HERE / "functions" / f"{name}.sql").read_text(encoding="utf-8")


def _applied(connection: Connection) -> dict[str, str]:
    """The rows of `function_file`: a file's hash, or a release under `release` and `oldest`."""
    if not connection.exec_driver_sql("SELECT to_regclass('function_file') IS NOT NULL").scalar():
        return {}
    rows = connection.exec_driver_sql("SELECT name, hash FROM function_file")
    return {row.name: row.hash for row in rows}


def _number(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def _hash(name: str) -> str:
    return sha256(function_sql(name).encode()).hexdigest()


def _run(connection: Connection, sql: str) -> None:
    connection.connection.run_async(lambda driver: driver.execute(sql))


_LOCK = """
DO $$
BEGIN
    SET LOCAL lock_timeout = '50ms';
    FOR attempt IN 1..1000 LOOP
        BEGIN
            LOCK TABLE {tables} IN {mode} MODE;
            SET LOCAL lock_timeout = 0;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.1 * random());
        END;
    END LOOP;
    RAISE EXCEPTION 'the tables are busy: migrate again' USING ERRCODE = 'lock_not_available';
END $$
"""
_REMEMBER = text(
    "INSERT INTO function_file (name, hash) VALUES (:name, :hash)"
    " ON CONFLICT (name) DO UPDATE SET hash = excluded.hash"
)
