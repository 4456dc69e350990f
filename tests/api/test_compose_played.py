"""`docker-compose.yml` played without containers: its roles, its settings, its shared folder.

PostgreSQL's start-up script, the migration, a site and a worker are run as the file says, each with
its own role; where the system allows it, over a tree that cannot be written. A sealed and a plain
vote go from the open ballot box to the count, and every job of the worker comes to its end.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from sqlalchemy import text

from api.app_context import open_app
from benchmarks.processes import free_port
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import read_settings
from deliberation.devserver import server
from deliberation.elections.pseudonyms.keys import folder_of, kept_keys
from deliberation.jobs import PERIODIC
from tests.builders import TITLES, a_poll
from tests.faults.services import a_post_office
from tests.journeys.demo import wait_for
from tests.sealed import a_roll, a_sealed_vote, archive_of, counted

PROJECT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
BEFFROI = [sys.executable, "-c", "from api.cli import main; main()"]
PATIENCE = 120.0  # seconds for what a worker does within twenty on a quiet machine
# A namespace of its own, in which nothing but the data folder and a temporary one can be written.
READ_ONLY = (
    'mount --make-rprivate / && mount --bind "$0" "$0" && mount -t tmpfs tmpfs /mnt'
    ' && mount -o remount,ro,bind / && exec "$@"'
)


@dataclass
class Place:
    """The machine that plays: its database server, its volume, what was chosen in `.env`."""

    cluster: server.Cluster
    data: Path
    chosen: dict[str, str]

    def environment(self, service: str, **values: str) -> dict[str, str]:
        """The variables that Compose gives a service, its database being here."""
        given = COMPOSE["services"][service]["environment"]
        found = {name: substituted(str(value), self.chosen) for name, value in given.items()}
        role = re.search(r"//(\w+):", found["DATABASE_URL"])
        assert role
        found["DATABASE_URL"] = f"postgresql://{role[1]}@/beffroi?host={self.cluster.sockets}"
        found |= {"BEFFROI_FOLDER": str(self.data), "BEFFROI_HOST": "127.0.0.1"}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "TMPDIR": "/mnt" if confined() else str(self.data), **found, **values}

    @contextmanager
    def running(self, service: str, **values: str) -> Iterator["subprocess.Popen[str]"]:
        """A service, until the block ends."""
        command = COMPOSE["services"][service]["command"]
        assert command[0] == "beffroi"
        process = subprocess.Popen(
            [*self.walls(), *BEFFROI, *command[1:]],
            env=self.environment(service, **values),
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            sys.stdout.write(process.communicate(timeout=60)[0])  # seen when the test fails

    def done(self, service: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of a service to its end."""
        return subprocess.run(
            [*self.walls(), *BEFFROI, *words],
            env=self.environment(service),
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )

    def walls(self) -> list[str]:
        """Command prefix that makes all but the volume read-only for a process, where the system
        allows it.
        """
        return ["unshare", "--mount", "sh", "-c", READ_ONLY, str(self.data)] if confined() else []


@pytest.fixture
def place() -> Iterator[Place]:
    """A server of its own, on which the image's start-up script has run."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-compose-"))
    folder.chmod(0o755)
    cluster = server.start(folder / "postgresql", durable=False)
    try:
        (folder / "data").mkdir()
        script = (PROJECT / "deploy" / "postgresql" / "roles.sh").read_text()
        where = {"PGHOST": str(cluster.sockets), "PGPORT": "5432", "POSTGRES_USER": "postgres"}
        passwords = dict.fromkeys(
            ("POSTGRES_PASSWORD", "SITE_PASSWORD", "WORKER_PASSWORD"), "p" * 24
        )
        path = f"{cluster.server.bin}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(["sh", "-c", script], check=True, env={"PATH": path, **where, **passwords})
        chosen = {
            "BEFFROI_ORIGIN": "http://localhost:8000",
            "BEFFROI_SECRET": "the secret of an installation that is played",
            "BEFFROI_WORKERS": "1",
            "BEFFROI_LOG_LEVEL": "warning",
            **{f"BEFFROI_{one}_PASSWORD": "p" * 24 for one in ("DATABASE", "SITE", "WORKER")},
        }
        yield Place(cluster, folder / "data", chosen)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def test_m8_compose_up_then_votes_from_the_open_ballot_box_to_the_count(place: Place) -> None:
    async with a_post_office() as office:
        office.troubles.clear()
        place.chosen["BEFFROI_SMTP"] = f"smtp://127.0.0.1:{office.port}"
        early = place.done("site", "serve")
        assert early.returncode == 2, early.stderr  # before the owner has migrated
        migrated = place.done("migrate", "migrate")
        assert migrated.returncode == 0, migrated.stderr
        assert "no roles" not in migrated.stderr
        assert place.done("worker", "worker", "--check").returncode == 1
        port = free_port()
        with (
            place.running("worker") as worker,
            place.running("site", BEFFROI_PORT=str(port)) as site,
        ):
            address = f"http://127.0.0.1:{port}"
            await asyncio.to_thread(wait_for, f"{address}/sante", site)
            async with (
                as_owner(place) as app,
                httpx.AsyncClient(base_url=address, verify=False) as http,
            ):
                await _votes(app, http)
                await _mailed(http, office.delivered)
                await _idle(app)
                assert worker.poll() is None
        assert place.done("worker", "worker", "--check").returncode == 0


async def _votes(app: AppContext, http: httpx.AsyncClient) -> None:
    """A sealed and a plain vote, opened, taken, closed and counted by the two processes."""
    sealed = await a_sealed_vote(app, opened=False, electors=7, vote=(-0.01, 1))
    page, plain = await a_poll(app, TITLES, vote=(-0.01, 1), eligibility="code")
    codes = await a_roll(app, page, 7)
    where = {"poll": sealed.poll.id, "plain": plain.id}
    await until(app, "SELECT board_is_open(:poll)", where)
    assert kept_keys(app) == [sealed.poll.id]
    for vote, letters in ((sealed, sealed.codes), ((page, plain), codes)):
        path = f"/api/v1/consultations/{vote[0].card.slug}/polls/1/ballot"
        for code in letters:
            body = {"choice": {"1": 7, "2": 2}, "submission": code, "code": code}
            answer = await http.put(path, json=body, headers={"authorization": "Bearer nobody"})
            assert answer.status_code == 200, answer.text
    async with transaction(app.engine) as db:
        await db.execute(text("ALTER TABLE phase DISABLE TRIGGER USER"))
        await db.execute(text("UPDATE phase SET closes_at = clock_now() WHERE kind = 'vote'"))
        await db.execute(text("ALTER TABLE phase ENABLE TRIGGER USER"))
    await until(app, "SELECT board_is_closed(:poll)", where)
    await until(
        app, "SELECT EXISTS (SELECT FROM result WHERE poll_id = :plain AND ballots = 7)", where
    )
    async with asyncio.timeout(PATIENCE):
        while kept_keys(app):  # noqa: ASYNC110 (a file goes, nobody tells)
            await asyncio.sleep(0.2)
    minutes = counted(await archive_of(app, sealed.poll.id))
    assert b'"slots":7' in minutes.minutes


async def _mailed(http: httpx.AsyncClient, delivered: list[Any]) -> None:
    """Somebody asks for a code, and the worker mails it."""
    body = {"email": "ana@example.org"}
    answer = await http.post(
        "/api/v1/sign-in-codes", json=body, headers={"authorization": "Bearer nobody"}
    )
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(PATIENCE):
        while not delivered:  # noqa: ASYNC110 (the mail server is another's)
            await asyncio.sleep(0.1)


async def _idle(app: AppContext) -> None:
    """Every job is done and every periodic one came to its end, with the worker's rights."""
    await until(app, "SELECT NOT EXISTS (SELECT FROM job WHERE run_at <= clock_now())", {})
    await until(app, "SELECT count(*) = :jobs FROM periodic_run", {"jobs": len(PERIODIC)})
    async with transaction(app.engine) as db:
        failed = (await db.execute(text("SELECT name, failure FROM job WHERE tries > 0"))).all()
        assert failed == []


async def until(app: AppContext, question: str, values: dict[str, Any]) -> None:
    """Wait for the database to answer a question with yes."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with transaction(app.engine) as db:
                if await db.scalar(text(question), values):
                    return
            await asyncio.sleep(0.2)


@asynccontextmanager
async def as_owner(place: Place) -> AsyncIterator[AppContext]:
    """The context of the tables' owner, as an operator's command has it."""
    async with open_app(read_settings(place.environment("migrate"))) as app:
        assert folder_of(app.settings) == place.data / "slot-keys"
        yield app


def substituted(value: str, chosen: dict[str, str]) -> str:
    """A value of the file with `${NAME}`, `${NAME:-default}` and `${NAME:?asked}` filled in."""
    return re.sub(
        r"\$\{(\w+)(?::[-?]([^}]*))?\}",
        lambda found: chosen.get(found[1], "" if "?" in found[0] else found[2] or ""),
        value,
    )


def confined() -> bool:
    """Whether this account may make a namespace of mounts."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "--make-rprivate", "/"], capture_output=True
    )
    return tried.returncode == 0
