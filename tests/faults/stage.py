"""Environment of a run: a private PostgreSQL, a site and a worker, all children of this process.

Everything lies in one folder and listens on the loopback; leaving the stage ends it all.
"""

# ruff: noqa: ASYNC221, ASYNC240 (nobody else waits for these steps)

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import asyncpg

from api.app_context import open_app
from benchmarks.processes import family, free_port, postmaster_of
from deliberation.core.context import AppContext
from deliberation.core.settings import Settings, environment_of
from deliberation.devserver import server
from deliberation.migrations.upgrade import migrate

ROOT = Path(__file__).parents[2]
SECRET = "the secret of runs that are full of faults"
READY = 60.0  # seconds given to a process to answer


@dataclass
class Stage:
    """One run's place. `settings` name the database as the site reaches it, `dsn` directly."""

    folder: Path
    cluster: server.Cluster
    settings: Settings
    durable: bool
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def dsn(self) -> str:
        """The database's own address, beside any proxy."""
        return self.cluster.dsn()

    @asynccontextmanager
    async def app(self, **values: Any) -> AsyncIterator[AppContext]:
        """A context of our own, with fresh connections that pass by no proxy."""
        settings = replace(self.settings, database_url=self.cluster.url(), **values)
        async with open_app(settings) as app:
            yield app

    async def sql(self, statement: str, *values: Any, user: str = "app") -> Any:
        """One statement beside the site; the first value it gives."""
        address = self.dsn.replace("app@", f"{user}@", 1)
        connection = await asyncpg.connect(address, timeout=10)
        try:
            if ";" in statement:
                return await connection.execute(statement)
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    def start(
        self, what: str, *, log: "IO[bytes] | int | None" = None, **values: Any
    ) -> "subprocess.Popen[bytes]":
        """Start `site`, `worker` or a site with a seeded bug; `values` replace settings."""
        settings = replace(self.settings, **values)
        with (self.folder / f"{what}.log").open("ab") as own:
            child = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.process", what],
                env=os.environ | environment_of(settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=own if log is None else log,
                stderr=own if log is None else log,
                start_new_session=True,
            )
        self.children.append(child)
        return child

    async def site(self, **values: Any) -> "subprocess.Popen[bytes]":
        """A site that answers."""
        child = self.start(values.pop("what", "site"), **values)
        await self.answering(child, values.get("port", self.settings.port))
        return child

    async def answering(
        self, child: "subprocess.Popen[bytes] | None" = None, port: int | None = None
    ) -> float:
        """Wait until the site answers a request that needs the database; seconds it took."""
        begun, port = time.monotonic(), port or self.settings.port
        while time.monotonic() < begun + READY:
            if child is not None and child.poll() is not None:
                said = "".join(p.read_text()[-2000:] for p in self.folder.glob("*.log"))
                raise RuntimeError(f"the site ended with {child.returncode}: {said}")
            if await _answers(port):
                return time.monotonic() - begun
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the site does not answer after {READY:.0f} s")

    def kill_database(self) -> None:
        """SIGKILL to the postmaster, as a fault would."""
        os.kill(postmaster_of(self.cluster), signal.SIGKILL)

    def start_database(self) -> None:
        """Start it again as `beffroi serve` does; it recovers by itself. Blocking."""
        held = server.start(self.folder / "postgresql", durable=self.durable)
        self.cluster.held.close()  # another client of the folder would stop nothing any more
        self.cluster = held

    def end(self, child: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> None:
        """Signal a child and all its descendants, by their pids, and wait."""
        for pid in family(child.pid) if number == signal.SIGKILL else [child.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            self.end(child, signal.SIGKILL)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that the database's account may pass, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-faults-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_template(folder: Path) -> Path:
    """An empty, migrated cluster of a test install, stopped: each stage copies it."""
    cluster = server.start(folder / "template", durable=False)
    migrate(cluster.url())
    subprocess.run(
        [
            cluster.server.bin / "psql",
            "-Xqd",
            cluster.dsn(),
            "-c",
            "UPDATE install SET kind='test'",
        ],
        check=True,
    )
    cluster.stop()
    return folder / "template" / "data"


@asynccontextmanager
async def a_stage(
    folder: Path, template: Path, *, durable: bool = False, disk: Path | None = None, **values: Any
) -> AsyncIterator[Stage]:
    """A stage on a copy of the template; `disk`: where its data lies, if not in the folder."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    place = folder / "postgresql"
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    subprocess.run(["cp", "-a", template, (disk or place) / "data"], check=True)
    if disk is not None:
        (place / "data").symlink_to(disk / "data")
    cluster = server.start(folder / "postgresql", durable=durable)
    settings = Settings(
        database_url=cluster.url(),
        folder=str(folder / "site"),
        origin="http://localhost:8000",
        secret=SECRET,
        port=free_port(),
        trusted_proxies=1,
        log_level="error",
    )
    stage = Stage(folder, cluster, replace(settings, **values), durable)
    try:
        yield stage
    finally:
        for child in stage.children:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGCONT)
            stage.end(child, signal.SIGKILL)
        stage.cluster.stop()


async def _answers(port: int) -> bool:
    with suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /api/v1/consultations HTTP/1.1\r\nhost: localhost\r\n\r\n")
            line = await reader.readline()
            writer.close()
            return b" 200 " in line
    return False
