"""A new version is applied while votes are open, unless it says that it must wait."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import MIGRATIONS
from deliberation.core.errors import NotAllowed
from deliberation.core.ids import new_id
from deliberation.migrations.files import FUNCTION_FILES
from deliberation.migrations.upgrade import migrate
from tests.builders import request_context
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import connected, first_release, insert
from tests.sealed import a_sealed_vote


async def test_a_version_that_is_not_safe_waits_for_the_close(app: AppContext) -> None:
    await a_sealed_vote(app)
    url = app.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(migrate, url)  # nothing is pending: a restart is always possible
    before = await _at_version(app, None)  # then the first one is pending, which makes the tables
    try:
        with pytest.raises(NotAllowed) as refused:
            await asyncio.to_thread(migrate, url)
    finally:
        await _at_version(app, before)
    assert refused.value.code == "urn-is-open-for-migration"


async def _at_version(app: AppContext, version: str | None) -> str | None:
    """Have the database say that its schema has this version; the one it said before."""
    async with request_context(app) as ctx:
        dropped = text("DELETE FROM alembic_version RETURNING version_num")
        before: str | None = await ctx.db.scalar(dropped)
        if version is not None:
            await ctx.db.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
    return before


def test_every_version_after_the_first_is_safe_while_a_vote_is_open() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    versions = ScriptDirectory.from_config(config).walk_revisions("0017", "heads")
    unsafe = [
        version.revision
        for version in versions
        if not getattr(version.module, "safe_while_voting", version.revision == "0017")
    ]
    assert unsafe == [], "in a network a vote is always open: such a version could never be applied"


async def test_a_database_of_the_first_release_is_upgraded_while_people_vote(cluster: Any) -> None:
    """And while lists are read; with casts in turns of all kinds."""
    url = await empty_database(cluster, "voting")
    connection = await first_release(url)
    votes = [await _an_open_vote(connection, profile) for profile in ("P0", "P1")]
    before = await connection.fetch(_BOARD)
    over = asyncio.Event()
    casts = [asyncio.create_task(_vote_until(over, url, *vote)) for vote in votes]
    casts.append(asyncio.create_task(_read_until(over, url)))
    try:
        await asyncio.to_thread(migrate, url)
        for _ in range(5):
            files = "UPDATE function_file SET hash = '' WHERE name NOT IN ('release', 'oldest')"
            await connection.execute(files)
            assert await asyncio.to_thread(migrate, url) == list(FUNCTION_FILES)
    finally:
        over.set()
    *online, read = [await cast for cast in casts]
    assert min(*online, read) > 0
    assert await connection.fetchval("SELECT count(*) FROM urn_ballot") == online[0]
    assert await connection.fetchval("SELECT count(*) FROM sealed_ballot") == online[1]
    assert await connection.fetchval("SELECT count(*) FROM roll_mark") == sum(online)
    assert await connection.fetch(_BOARD) == before
    await connection.close()


# What is published; other columns may be added beside it.
_BOARD = "SELECT poll_id, number, kind, line FROM board_line ORDER BY poll_id, number"


async def _an_open_vote(connection: asyncpg.Connection, profile: str) -> tuple[str, UUID, UUID]:
    """A poll of a profile that is open, with a roll: profile, consultation and poll."""
    authority, consultation, poll = (new_id() for _ in range(3))
    slug = f"vote-{profile}"
    await insert(connection, "authority", {"id": authority, "slug": slug, "kind": "commune"})
    await insert(
        connection,
        "consultation",
        {"id": consultation, "authority_id": authority, "slug": slug, "state": "open"},
    )
    await connection.execute(
        "INSERT INTO phase (id, consultation_id, kind, opens_at, closes_at, sealed)"
        " VALUES ($1, $2, 'vote', now() - interval '1 day', now() + interval '1 day', $3)",
        *(new_id(), consultation, profile == "P1"),
    )
    subject = {"id": poll, "authority_id": authority, "consultation_id": consultation}
    await insert(connection, "subject", subject | {"kind": "poll", "state": "published"})
    about = {"id": poll, "consultation_id": consultation, "eligibility": "link"}
    if profile == "P1":
        about |= {"eligibility": "code"}
    await insert(connection, "poll", about | {"profile": profile})
    if profile == "P1":
        await connection.execute(
            "INSERT INTO elector (id, consultation_id, number, name)"
            " SELECT gen_random_uuid(), $1, number, '' FROM generate_series(1, $2) AS number",
            *(consultation, ELECTORS),
        )
        await connection.execute(
            "INSERT INTO board_line (poll_id, number, kind, line) VALUES ($1, 1, 'open', '')", poll
        )
    return profile, consultation, poll


async def _vote_until(
    over: asyncio.Event, url: str, profile: str, consultation: UUID, poll: UUID
) -> int:
    """Cast one ballot after another, each of another voter, until the event; how many."""
    connection = await connected(url)
    of_roll = "SELECT id FROM elector WHERE consultation_id = $1"
    voters = [row["id"] for row in await connection.fetch(of_roll, consultation)]
    voters = voters or [new_id() for _ in range(ELECTORS)]
    online = 0
    for voter in voters:
        if profile == "P0":
            cast = "SELECT * FROM cast_ballot($1, $2, $3, $4, '', $5, NULL)"
            cast_row = await connection.fetchrow(cast, poll, voter, voter.bytes, b"", voter.hex)
        else:
            cast = "SELECT * FROM cast_sealed($1, $2, $3, $4, 1, '', $5, NULL)"
            cast_row = await connection.fetchrow(cast, poll, voter, voter.bytes, b"", voter.bytes)
        assert (cast_row["refusal"], cast_row["version"]) == (None, 1)
        online += 1
        if over.is_set():
            break
    await connection.close()
    return online


async def _read_until(over: asyncio.Event, url: str) -> int:
    """Read a list again and again, which locks its tables one after the other; how often."""
    connection, count = await connected(url), 0
    while not over.is_set():
        await connection.fetch("SELECT FROM subject JOIN proposal USING (id) LIMIT 20")
        count += 1
    await connection.close()
    return count


ELECTORS = 20_000
