"""No page, resource or periodic job reads more than a bounded number of rows, whatever there is.

A network is filled by SQL, every page of `./dev bench growth` is asked and every job run, and each
statement that PostgreSQL received is explained with the values it came with.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from benchmarks.filling import Size, fill, keep_figures
from benchmarks.growth import PAGES
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, transaction
from deliberation.core.pools import disconnect
from deliberation.core.settings import Settings
from deliberation.devserver.server import Cluster
from deliberation.jobs import PERIODIC
from deliberation.migrations.upgrade import migrate
from tests.databases import empty_database
from tests.site import ORIGIN, in_process, running
from web.app import create_site

pytestmark = pytest.mark.slow

NETWORK = Size(
    authorities=100,
    consultations=300,
    proposals=20_000,
    comments=2_000,
    ballots=20_000,
    elsewhere=100,
)
MOST_ROWS = 2_500  # read by one scan of one statement: a search ends at 2,000 matches


@dataclass(frozen=True)
class Filled:
    """The network: its database, the session of each role, the log of its server."""

    url: str
    tokens: dict[str, str]
    log: Path


@pytest.fixture(scope="module")
async def filled(cluster: Any) -> AsyncIterator[Filled]:
    if not isinstance(cluster, Cluster):
        pytest.skip("the log of a server of our own is read")
    url = await empty_database(cluster, "plans")
    await asyncio.to_thread(migrate, url)
    dsn = url.replace("+asyncpg", "", 1)
    connection = await asyncpg.connect(dsn)
    tokens = await fill(connection, NETWORK)
    name = await connection.fetchval("SELECT current_database()")
    await connection.close()
    await keep_figures(url)
    owner = await asyncpg.connect(cluster.dsn("postgres"), user="postgres")
    await owner.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
    yield Filled(url, tokens, cluster.folder / "server.log")
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


async def test_every_page_reads_a_bounded_number_of_rows(filled: Filled) -> None:
    settings = Settings(database_url=filled.url, secret="b" * 40)
    asked: dict[tuple[str, str], str] = {}
    unanswered: list[str] = []
    async with running(create_site(settings)) as site:
        transport = in_process(site)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            for who, path in PAGES:
                token = filled.tokens.get(who)
                headers = {"cookie": f"session={token}"} if token else {}
                start = filled.log.stat().st_size
                answer = await client.get(path, headers=headers)
                if answer.status_code != 200:
                    unanswered.append(f"{answer.status_code} {who} {path}")
                for one in _statements(filled.log, start):
                    asked.setdefault(one, f"{who} {path}")
    assert len(asked) > len(PAGES)
    faults = unanswered + await _faults(filled, asked)
    assert not faults, "\n".join(faults)


# It reads a whole consultation, and the same one at most every 20 times as long as that took.
COUNTS_BY_DESIGN = {"count-figures"}


@pytest.mark.parametrize("name", [name for name in PERIODIC if name not in COUNTS_BY_DESIGN])
async def test_every_periodic_job_reads_a_bounded_number_of_rows(filled: Filled, name: str) -> None:
    engine = connect(filled.url)
    app = AppContext(settings=Settings(database_url=filled.url), engine=engine, secret=b"b" * 40)
    start = filled.log.stat().st_size
    async with transaction(engine) as db:
        await PERIODIC[name].job(RequestContext(app=app, db=db, now=await clock.now(db)))
    await disconnect(engine)
    asked = dict.fromkeys(_statements(filled.log, start), name)
    assert await _faults(filled, asked) == []


async def _faults(filled: Filled, asked: dict[tuple[str, str], str]) -> list[str]:
    """The statements whose plan reads too much, with who sent them first and what is read.

    `asked`: statement and the values it came with, both as the log has them.
    """
    connection = await asyncpg.connect(filled.url.replace("+asyncpg", "", 1))
    faults = []
    for (statement, values), sender in asked.items():
        undone = connection.transaction()
        await undone.start()
        await connection.execute(f"PREPARE asked AS {statement}")
        given = f"({values})" if values else ""
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked{given}"
        plan = json.loads(await connection.fetchval(explained))[0]["Plan"]
        await connection.execute("DEALLOCATE asked")
        await undone.rollback()
        for node in _nodes(plan):
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read = rows * node["Actual Loops"]
            if "Relation Name" in node and read > MOST_ROWS:
                what = f"{node['Node Type']} of {node['Relation Name']}, {read:.0f} rows"
                faults.append(f"{sender}: {what}: {' '.join(statement.split())[:200]}")
    await connection.close()
    return faults


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", []):
        yield from _nodes(one)


def _statements(log: Path, start: int) -> Iterator[tuple[str, str]]:
    """The statements and their values, in the log since `start`."""
    said = log.read_bytes()[start:].decode(errors="replace")
    for statement, values in _LOGGED.findall(said):
        if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", statement):
            given = {int(number): value for number, value in _VALUE.findall(values)}
            yield statement, ", ".join(value for _, value in sorted(given.items()))


# A statement, whose further lines begin with a tabulator, and the values that it came with.
_LOGGED = re.compile(
    r"LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)"
    r"(?:\n.*DETAIL:  [Pp]arameters: (.*(?:\n\t.*)*))?"
)
_VALUE = re.compile(r"\$(\d+) = ((?:'(?:[^']|'')*')|NULL)")
