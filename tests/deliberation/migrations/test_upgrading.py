"""Two releases side by side: what the older one may rely on, and what it leaves alone."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from benchmarks.processes import free_port
from deliberation.core.settings import CannotStart, Settings, environment_of
from deliberation.migrations import files
from deliberation.migrations.files import OLDEST_BESIDE, release
from deliberation.migrations.grants import SITE
from deliberation.migrations.upgrade import Schema, migrate, schema_of
from tests.cli import beffroi_here, beffroi_process
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import connected, upgrade

pytestmark = pytest.mark.slow
SHAPE = Path(__file__).with_name("oldest_beside.txt")


@pytest.fixture
async def url(cluster: Any) -> str:
    """An empty database."""
    return await empty_database(cluster, "upgrading")


async def test_p9_migrate_check_says_what_is_to_be_done_and_does_nothing(url: str) -> None:
    await asyncio.to_thread(upgrade, url, "0017")
    environment = environment_of(Settings(database_url=url))
    for _ in range(2):
        said = await asyncio.to_thread(beffroi_here, "migrate", "--check", environment=environment)
        assert said.exit_code == 5, said.stderr
        assert said.stdout.startswith("0018: ")
        assert "\ncore\n" in said.stdout  # a file of functions
    await asyncio.to_thread(migrate, url)
    said = await asyncio.to_thread(beffroi_here, "migrate", "--check", environment=environment)
    assert (said.exit_code, said.stdout) == (0, "")


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_p9_no_process_starts_with_its_own_role_on_a_schema_that_waits(
    url: str, database_url: str, command: str
) -> None:
    as_site = make_url(url).set(username=SITE).render_as_string(hide_password=False)
    settings = Settings(database_url=as_site, secret="s" * 40, port=free_port())
    environment = environment_of(settings)
    said = await asyncio.to_thread(beffroi_process, command, environment=environment)
    assert (said.returncode, "run `beffroi migrate` first" in said.stderr) == (2, True), said.stderr


async def test_p9_an_older_release_starts_beside_a_newer_one_and_changes_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(migrate, url)
    connection = await connected(url)
    await connection.execute("UPDATE function_file SET hash = '99.0.0' WHERE name = 'release'")
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setattr(files, "function_sql", lambda name: "SELECT of_before()")
    assert await asyncio.to_thread(schema_of, url, check=False) == Schema(newer="99.0.0")
    said = await asyncio.to_thread(
        beffroi_here, "migrate", environment=environment_of(Settings(database_url=url))
    )
    assert said.exit_code == 5
    assert "Release 99.0.0 of Beffroi has migrated this database" in said.stderr
    await connection.execute("UPDATE function_file SET hash = '98.0.0' WHERE name = 'oldest'")
    with pytest.raises(CannotStart, match=r"no release before 98\.0\.0 works"):
        await asyncio.to_thread(schema_of, url)
    await connection.execute("DELETE FROM function_file WHERE name IN ('release', 'oldest')")
    with pytest.raises(CannotStart, match="9999 is unknown to this program"):
        await asyncio.to_thread(schema_of, url)
    await connection.close()


async def test_p9_all_that_the_oldest_release_beside_this_one_uses_is_still_there(url: str) -> None:
    """When `OLDEST_BESIDE` moves on, the file is written anew: the release, the lines of `USED`."""
    await asyncio.to_thread(migrate, url)
    connection = await connected(url)
    known = SHAPE.read_text(encoding="utf-8").splitlines()
    assert known[0] == OLDEST_BESIDE
    now = {row["line"]: row["optional"] for row in await connection.fetch(USED)}
    await connection.close()
    assert [line for line in known[1:] if line not in now] == []
    tables = {line.split(".")[0] for line in known[1:]}
    asked = [one for one, optional in now.items() if not optional and one not in known]
    # An INSERT of the older release names no new column.
    assert [one for one in asked if one.split(".")[0] in tables] == []


def test_p9_releases_are_numbered_and_each_says_what_to_do_before_an_upgrade() -> None:
    text = (Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *released = [part.splitlines() for part in text.split("\n## ")[1:]]
    assert first[0] == "Unreleased"
    numbers = [lines[0].split(" - ")[0] for lines in released]
    assert numbers[0] == release()
    assert sorted(numbers, key=files._number, reverse=True) == numbers
    assert OLDEST_BESIDE in numbers
    for lines in (first, *released):
        assert "### Before you upgrade" in lines, lines[0]


# Columns, and database functions by their arguments.
USED = """
    SELECT table_name || '.' || column_name || ' ' || udt_name AS line,
           is_nullable = 'YES' OR column_default IS NOT NULL OR is_generated = 'ALWAYS'
               OR is_identity = 'YES' AS optional
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')', true
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = 'public'
    ORDER BY 1
"""
