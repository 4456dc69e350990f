"""A connection pooler before the database: refused in transaction mode, allowed in session mode."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.app_context import check_start
from api.cli.support import database_trouble
from benchmarks.processes import free_port
from deliberation.core.context import AppContext
from deliberation.core.settings import CannotStart, Settings
from deliberation.devserver.binaries import running_account

# What we ask for when a connection begins; a pooler that does not know it has to let it pass.
ASKED = "jit,idle_in_transaction_session_timeout,synchronous_commit"

pytestmark = pytest.mark.skipif(
    not shutil.which("pgbouncer"), reason="needs PgBouncer (Debian: pgbouncer)"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PgBouncer can enter: under root it is another account's."""
    with TemporaryDirectory(dir=os.environ["BEFFROI_TEST_FOLDER"]) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@asynccontextmanager
async def pooled(app: AppContext, folder: Path, mode: str, asked: str) -> AsyncIterator[Settings]:
    """Settings whose database is reached through PgBouncer in a mode."""
    url, port = app.engine.url, free_port()
    host = url.query.get("host") or url.host
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n* = host={host} port={url.port or 5432} user={url.username}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = {mode}\nignore_startup_parameters = {asked}\n"
    )
    account = running_account()
    process = subprocess.Popen(  # noqa: ASYNC220
        ["pgbouncer", "-q", config], stdin=subprocess.DEVNULL, **account.options
    )
    try:
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        address = f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}"
        yield replace(app.settings, database_url=address)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def test_transaction_mode_is_refused_at_the_start(app: AppContext, folder: Path) -> None:
    async with pooled(app, folder, "transaction", ASKED) as settings:
        with pytest.raises(CannotStart, match="in transaction mode"):
            await check_start(settings)


async def test_session_mode_is_allowed(app: AppContext, folder: Path) -> None:
    async with pooled(app, folder, "session", ASKED) as settings:
        await check_start(settings)


async def test_a_pooler_that_refuses_what_we_ask_for_is_told_of(
    app: AppContext, folder: Path
) -> None:
    async with pooled(app, folder, "session", "") as settings:
        with pytest.raises(Exception, match="unsupported startup parameter") as refused:
            await check_start(settings)
        assert "ignore_startup_parameters" in database_trouble(settings.database_url, refused.value)
