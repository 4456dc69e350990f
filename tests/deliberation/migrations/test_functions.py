"""Each database function is defined once, in a file that is applied again when it changes."""

import asyncio
import re
from collections import Counter
from hashlib import sha256
from typing import Any

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from deliberation.core.database import MIGRATIONS
from deliberation.core.settings import CannotStart
from deliberation.migrations import files
from deliberation.migrations.files import FUNCTION_FILES, function_sql
from deliberation.migrations.grants import SITE
from deliberation.migrations.upgrade import migrate
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import connected, upgrade

pytestmark = pytest.mark.slow

DEFINED = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (\w+)", re.MULTILINE)
# SQL that versions run: frozen with them, never edited. File -> start of its SHA-256.
FROZEN = {
    "0017_the_first_release.sql": "58e6665a32d1f8e4",
    "0018_room_for_counts.sql": "903b44bab98a6466",
    "0019_lists_and_counts.sql": "c9c1ec9c450cd88d",
    "0020_flat_networks.sql": "31e66b584f297f74",
    "0021_words_by_block.sql": "942a5f6fc5baa2b3",
}


@pytest.fixture
async def url(cluster: Any, database_url: str) -> str:
    """A database with the newest schema, on a server that knows the roles."""
    made = await empty_database(cluster, "functions")
    await asyncio.to_thread(migrate, made)
    return made


def test_no_function_is_defined_twice() -> None:
    named = Counter(name for file in FUNCTION_FILES for name in DEFINED.findall(function_sql(file)))
    assert [name for name, times in named.items() if times > 1] == []
    assert {path.stem for path in (MIGRATIONS / "functions").iterdir()} == set(FUNCTION_FILES)


def test_functions_are_defined_in_their_files_only() -> None:
    elsewhere = {
        path.name
        for top in ("deliberation", "api", "web", "voting")
        for path in (MIGRATIONS.parent.parent / top).rglob("*")
        if path.suffix in {".sql", ".py"}
        and path.parent.name != "functions"
        and re.search(r"\bCREATE (OR REPLACE )?FUNCTION\b", path.read_text(encoding="utf-8"))
    }
    assert elsewhere <= {"0017_the_first_release.sql"}, "define it in migrations/functions/"


def test_the_sql_of_a_version_is_frozen() -> None:
    found = {path.name: path for path in (MIGRATIONS / "versions").glob("*.sql")}
    hashes = {name: sha256(path.read_bytes()).hexdigest()[:16] for name, path in found.items()}
    assert hashes == FROZEN, "a version that was applied somewhere is never edited: add another"


async def test_the_database_has_the_functions_of_the_files_and_no_other(url: str) -> None:
    connection = await connected(url)
    named = {name for file in FUNCTION_FILES for name in DEFINED.findall(function_sql(file))}
    rows = await connection.fetch(f"SELECT proname, count(*) {FUNCTIONS} GROUP BY proname")
    assert {row["proname"]: row["count"] for row in rows} == dict.fromkeys(named, 1)
    await connection.close()


async def test_a_fresh_install_and_one_upgraded_version_by_version_have_the_same_schema(
    url: str, cluster: Any
) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    upgraded = await empty_database(cluster, "upgraded")
    versions = ScriptDirectory.from_config(config).walk_revisions()
    for version in reversed([one.revision for one in versions]):
        await asyncio.to_thread(upgrade, upgraded, version)
    schema = await _schema(upgraded)
    assert len(schema) > 500
    assert schema == await _schema(url)


async def test_a_changed_file_is_applied_again_and_said(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await _schema(url)
    assert await asyncio.to_thread(migrate, url) == []
    edited = function_sql("core").replace("'% is append-only'", "'% only grows'")
    with monkeypatch.context() as patch:
        patch.setattr(files, "function_sql", lambda name: edited if name == "core" else "")
        patch.setattr(files, "FUNCTION_FILES", ("core",))
        assert await asyncio.to_thread(migrate, url) == ["core"]
        assert await asyncio.to_thread(migrate, url) == []
    connection = await connected(url)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="event only grows"):
        await connection.execute("DELETE FROM event")
    await connection.close()
    assert await asyncio.to_thread(migrate, url) == ["core"]
    assert await _schema(url) == before


async def test_only_the_owner_applies_a_changed_file(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await connected(url)
    await connection.execute(f"GRANT SELECT ON alembic_version, function_file TO {SITE}")
    await connection.close()
    as_site = make_url(url).set(username=SITE).render_as_string(hide_password=False)
    assert await asyncio.to_thread(migrate, as_site) == []
    monkeypatch.setattr(files, "function_sql", lambda _: "-- another content")
    with pytest.raises(CannotStart, match="beffroi migrate"):
        await asyncio.to_thread(migrate, as_site)


async def _schema(url: str) -> list[str]:
    """Tables, constraints, indexes, triggers and functions as the server describes them, sorted."""
    connection = await connected(url)
    rows = await connection.fetch(SCHEMA)
    await connection.close()
    return sorted(row[0] for row in rows)


FUNCTIONS = "FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
SCHEMA = f"""
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,
                     generation_expression)
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) || coalesce(proacl::text, '') {FUNCTIONS}
    UNION ALL SELECT concat_ws(' ', 'hash', name, hash) FROM function_file
"""  # noqa: S608 (nothing comes from outside)
