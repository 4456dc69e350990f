"""Shared fixtures: one PostgreSQL per run, one database per worker, one browser.

With DATABASE_URL the databases are made on that server, by a role that may create some;
BEFFROI_POSTGRES chooses the embedded server otherwise. BEFFROI_BROWSER names a browser, and
BEFFROI_REQUIRE_BROWSER=1 makes its absence a failure instead of a skip.
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import structlog
from hypothesis import settings
from sqlalchemy.engine import make_url

from deliberation.core.database import asyncpg_url
from deliberation.devserver import server as embedded
from deliberation.migrations.grants import SITE, WORKER, grant
from deliberation.migrations.upgrade import migrate
from tests.examples import LIMIT

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytest_plugins = ["tests.plugin_site"]

# A verdict is repeatable: CI draws the same examples each time, everybody else new ones. None is
# late: on a busy machine any would be.
settings.register_profile("here", deadline=None, max_examples=min(100, LIMIT))
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
NO_BROWSER = (
    "no browser found: apt-get install chromium, or .venv/bin/playwright install chromium, "
    "or name one in BEFFROI_BROWSER"
)


@dataclass(frozen=True)
class GivenServer:
    """The server of DATABASE_URL, seen as the embedded one."""

    address: str

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        url = make_url(asyncpg_url(self.address)).set(database=database)
        return url.render_as_string(hide_password=False)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """What a test's commands and sites chose to log is forgotten after it."""
    chosen = structlog.get_config()
    yield
    structlog.configure(**chosen)


def pytest_configure() -> None:
    """One folder per run for all xdist workers; the user `nobody` can enter it, unlike pytest's."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.mkdtemp(prefix="beffroi-tests-")
        os.environ["BEFFROI_TEST_FOLDER"] = folder
        Path(folder).chmod(0o755)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Workers of `-n auto`: one more than cores, since journeys wait more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a database: older servers run nothing else."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("sql")


def pytest_unconfigure() -> None:
    """The run is over, its servers are stopped: nothing stays behind."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ.pop("BEFFROI_TEST_FOLDER"), ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[embedded.Cluster | GivenServer]:
    """The PostgreSQL of this run; `.url(database)` is an address for SQLAlchemy."""
    if address := os.environ.get("DATABASE_URL"):
        yield GivenServer(address)
    else:
        server = embedded.start(_folder() / "postgresql", durable=False)
        yield server
        server.stop()


@pytest.fixture(scope="session")
async def database_url(cluster: embedded.Cluster | GivenServer) -> AsyncIterator[str]:
    """A database of this worker with the newest schema and no row, copied from the template."""
    run = _folder().name.rpartition("-")[2]
    template = f"beffroi_{run}_template"
    name = f"beffroi_{run}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with one_worker_at_a_time("template"):
        if not (_folder() / "migrated").exists():
            await _run(cluster, f'CREATE DATABASE "{template}"')
            await asyncio.to_thread(migrate, cluster.url(template))
            await _make_roles(cluster)
            await grant(cluster.url(template))
            (_folder() / "migrated").touch()
        await _run(cluster, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    yield cluster.url(name)
    with one_worker_at_a_time("template"):
        await _run(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')
        count = "SELECT count(*) FROM pg_database WHERE datname LIKE $1"
        if await _run(cluster, count, f"beffroi\\_{run}\\_%") == 1:
            await _run(cluster, f'DROP DATABASE "{template}" WITH (FORCE)')
            (_folder() / "migrated").unlink()


@pytest.fixture(scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """A headless Chromium driven by Playwright; the tests that want one skip when there is none."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        program = _find_browser(playwright.chromium.executable_path)
        chromium = await playwright.chromium.launch(executable_path=program)
        yield chromium
        await chromium.close()


def _folder() -> Path:
    return Path(os.environ["BEFFROI_TEST_FOLDER"])


@contextmanager
def one_worker_at_a_time(what: str) -> Iterator[None]:
    """Lock across the workers of a run, for something that the first worker makes for all."""
    with (_folder() / f"{what}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _make_roles(cluster: embedded.Cluster | GivenServer) -> None:
    """The roles of the site and of the worker, where this run may make them."""
    address = cluster.url("postgres").replace("+asyncpg", "", 1)
    if isinstance(cluster, embedded.Cluster):
        address = address.replace("//app@", "//postgres@", 1)
    connection = await asyncpg.connect(address)
    for role in (SITE, WORKER):
        with suppress(asyncpg.DuplicateObjectError, asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"CREATE ROLE {role} LOGIN")
    await connection.close()


async def _run(cluster: embedded.Cluster | GivenServer, sql: str, *values: str) -> object:
    """One statement on the server's own database: databases are made outside transactions."""
    connection = await asyncpg.connect(cluster.url("postgres").replace("+asyncpg", "", 1))
    try:
        return await connection.fetchval(sql, *values)
    finally:
        await connection.close()


def _find_browser(of_playwright: str) -> str:
    named = os.environ.get("BEFFROI_BROWSER")
    installed = next(filter(None, map(shutil.which, BROWSERS)), of_playwright)
    program = named or installed
    if Path(program).is_file():
        return program
    if named or os.environ.get("BEFFROI_REQUIRE_BROWSER") == "1":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)
