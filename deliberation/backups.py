"""Logical backups: PostgreSQL's own dump, and a manifest that a restore is checked against.

A backup is a folder with `database.dump` (pg_dump's custom format) and `manifest.json`. Neither the
site's secret nor the pseudonym keys are in it: they are in no table.
"""

import asyncio
import hashlib
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import make_url

from deliberation.core.database import connection_factory
from deliberation.devserver.binaries import EmbeddedError, environment, find_server
from deliberation.elections.ballot_box.under_way import OPEN_SEALED_VOTES
from deliberation.network.people.commands import FORGET_ALL_CODES
from deliberation.network.sessions.commands import END_ALL_SESSIONS
from deliberation.operations.health import newest_version

KIND = "beffroi/1/backup"
DUMP, MANIFEST = "database.dump", "manifest.json"


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Manifest of a database dump. `dump`: its SHA-256; `rows`: table -> number of rows; `schema`:
    its version; `open_ballot_boxes`: the sealed votes that were open, as slug/number.
    """

    kind: str
    made_at: datetime
    schema: str
    secret_check: str | None
    open_ballot_boxes: list[str]
    rows: dict[str, int]
    dump: str


class BackupError(Exception):
    """A backup cannot be made, or not be put into this database; the message says why."""


async def open_ballot_boxes(url: str) -> list[str]:
    """The sealed votes that are open now, as slug/number."""
    async with _connected(url) as db:
        return [row[0] for row in await db.fetch(OPEN_SEALED_VOTES)]


async def back_up(url: str, folder: Path) -> BackupManifest:
    """Dump the database at `url` into an empty folder, with its manifest: both of one moment."""
    async with _connected(url) as db, db.transaction(isolation="repeatable_read", readonly=True):
        tool = await _tool("pg_dump", db)
        snapshot = await db.fetchval("SELECT pg_export_snapshot()")
        await _run(
            url,
            [tool, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"],
            f"--file={folder / DUMP}",
        )
        (folder / DUMP).chmod(0o600)
        manifest = BackupManifest(
            kind=KIND,
            dump=digest_of(folder / DUMP),
            rows=await _rows(db),
            open_ballot_boxes=[row[0] for row in await db.fetch(OPEN_SEALED_VOTES)],
            **dict(await db.fetchrow(_OF)),
        )
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup whose dump is whole. Raises `BackupError`."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=BackupManifest)
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST}.") from None
    except msgspec.DecodeError as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}.") from None
    if manifest.kind != KIND:
        raise BackupError(f"{folder / MANIFEST} is of another kind: {manifest.kind}.")
    if manifest.schema > newest_version():
        raise BackupError(
            f"The backup has schema {manifest.schema} and this program knows {newest_version()}: "
            "restore it with the version of Beffroi that made it, or a newer one."
        )
    if digest_of(folder / DUMP) != manifest.dump:
        raise BackupError(f"{folder / DUMP} is damaged: it is not the file of the manifest.")
    return manifest


async def restore(url: str, folder: Path, manifest: BackupManifest) -> None:
    """Put a backup into an empty database, whole or not at all, then count its rows again.

    Nobody stays signed in: sessions and sign-in codes of then are thrown away. Raises
    `BackupError`.
    """
    async with _connected(url) as db:
        if await db.fetchval(_TABLES):
            raise BackupError("The database is not empty, and a backup goes into an empty one.")
        tool = await _tool("pg_restore", db)
        await _run(
            url,
            [tool, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"],
            str(folder / DUMP),
        )
        there = await _rows(db)
        if wrong := [name for name in manifest.rows if there.get(name) != manifest.rows[name]]:
            raise BackupError(f"Not as many rows as in the backup: {', '.join(sorted(wrong))}.")
        await db.execute(END_ALL_SESSIONS)
        await db.execute(FORGET_ALL_CODES)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; empty when there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    connection = await connection_factory(url)()
    try:
        yield connection
    finally:
        await connection.close()


async def _rows(db: Any) -> dict[str, int]:
    found = {}
    for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        name: str = row["tablename"]
        found[name] = await db.fetchval(f'SELECT count(*) FROM "{name}"')  # noqa: S608 (a table's)
    return dict(sorted(found.items()))


async def _tool(name: str, db: Any) -> Path:
    """One of PostgreSQL's programs that is new enough for the server. Raises `BackupError`."""
    wanted = int(await db.fetchval("SHOW server_version_num")) // 10000
    for path in _candidates(name):
        said = await asyncio.create_subprocess_exec(
            path, "--version", stdout=asyncio.subprocess.PIPE, env=environment()
        )
        found = re.search(rb"(\d+)", (await said.communicate())[0])
        if found and int(found[1]) >= wanted:
            return path
    raise BackupError(
        f"No {name} of PostgreSQL {wanted} or newer is here: install PostgreSQL's client programs."
    )


def _candidates(name: str) -> Iterator[Path]:
    """On the path, in the embedded server's package, in Debian's folders."""
    if found := shutil.which(name):
        yield Path(found)
    with suppress(EmbeddedError):
        yield find_server().bin / name
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)


async def _run(url: str, command: Sequence[str | Path], last: str) -> None:
    """Run a program on the database; its password is in no list of processes."""
    address = make_url(url).set(drivername="postgresql")
    password = address.password
    plain = address.set(password=None).render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        *command,
        f"--dbname={plain}",
        last,
        stderr=asyncio.subprocess.PIPE,
        env=environment() | ({"PGPASSWORD": str(password)} if password else {}),
    )
    said = (await process.communicate())[1].decode(errors="replace").strip()
    if process.returncode:
        raise BackupError(f"{Path(command[0]).name}: {said or process.returncode}")


_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
_OF = """
    SELECT clock_timestamp() AS made_at, secret_check,
           (SELECT version_num FROM alembic_version) AS schema
    FROM install
"""
