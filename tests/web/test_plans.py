"""No statement reads more in a larger network: of all pages, resources and periodic jobs.

Two networks are filled by SQL, one some times larger. In both, every page of `./dev bench growth`
is asked and every job run, and each statement that PostgreSQL received is explained with the values
it came with, by the plan of a first execution and by that of one after many.
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
from deliberation.process.subjects.model import BLOCK
from tests.databases import empty_database
from tests.site import ORIGIN, in_process, running
from tests.web.access import ACCESS
from tests.web.test_flat import ASKS, FILES, address
from web.app import create_site

pytestmark = pytest.mark.slow

# Large enough to fill every page, and to reach what counts and searches end at.
SMALL = Size(
    authorities=100,
    consultations=300,
    proposals=9_000,
    comments=2_000,
    ballots=2_000,
    elsewhere=20,
)
LARGE = Size(
    **{name: (1 if name == "elsewhere" else 5) * value for name, value in vars(SMALL).items()}
)
ALLOWED, BESIDES = 1.5, 100  # one more level of every index; the size of small tables
CUSTOM = 5  # executions that PostgreSQL plans for their values, before it compares with one for all


@dataclass(frozen=True)
class Filled:
    """A network: its database, the session of each role, the log of its server."""

    url: str
    tokens: dict[str, str]
    log: Path


@pytest.fixture(scope="module")
async def networks(cluster: Any) -> AsyncIterator[list[Filled]]:
    if not isinstance(cluster, Cluster):
        pytest.skip("the log of a server of our own is read")
    owner = await asyncpg.connect(cluster.dsn("postgres"), user="postgres")
    filled = {}
    for place, size in (("small", SMALL), ("large", LARGE)):
        url = await empty_database(cluster, f"plans_{place}")
        await asyncio.to_thread(migrate, url)
        connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
        tokens = await fill(connection, size)
        name = await connection.fetchval("SELECT current_database()")
        await connection.close()
        await keep_figures(url)
        await owner.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
        filled[name] = Filled(url, tokens, cluster.folder / "server.log")
    yield list(filled.values())
    for name in filled:
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


async def test_no_page_reads_more_in_a_larger_network(networks: list[Filled]) -> None:
    small, large = [await _pages(network) for network in networks]
    assert len(small) > len(PAGES)
    grown = _grown(small, large)
    assert not grown, "\n".join(grown)


# It reads a whole consultation, and the same one at most every 20 times as long as that took.
COUNTS_BY_DESIGN = {"count-figures"}


@pytest.mark.parametrize("name", [name for name in PERIODIC if name not in COUNTS_BY_DESIGN])
async def test_no_periodic_job_reads_more_in_a_larger_network(
    networks: list[Filled], name: str
) -> None:
    small, large = [await _job(network, name) for network in networks]
    grown = _grown(small, large)
    assert not grown, "\n".join(grown)


# Every GET route of the access table, as somebody who may read it asks.
_ROUTES = [
    (ASKS.get(audience, "visitor"), path)
    for route, audience in ACCESS.items()
    if route.startswith("GET /") and route not in FILES and (path := address(route))
]

Reads = dict[tuple[str, str], int]  # who sends a statement, the statement -> what it reads


def _grown(small: Reads, large: Reads) -> list[str]:
    return [
        f"{sender}: {small.get((sender, statement), 0)}, then {read}: {statement[:600]}"
        for (sender, statement), read in large.items()
        if read
        > ALLOWED * small.get((sender, statement), 0) + (BLOCK if "?q=" in sender else BESIDES)
    ]


async def _pages(network: Filled) -> Reads:
    settings = Settings(database_url=network.url, secret="b" * 40)
    sent: dict[tuple[str, str], str] = {}
    async with running(create_site(settings)) as site:
        transport = in_process(site)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            for who, path in [*PAGES, *_ROUTES]:
                token = network.tokens.get(who)
                headers = {"cookie": f"session={token}"} if token else {}
                start = network.log.stat().st_size
                answer = await client.get(path, headers=headers)
                if (who, path) in PAGES:
                    assert answer.status_code == 200, f"{answer.status_code} {who} {path}"
                for one in _statements(network.log, start):
                    sent.setdefault(one, f"{who} {path}")
    return await _read(network, sent)


async def _job(network: Filled, name: str) -> Reads:
    engine = connect(network.url)
    app = AppContext(settings=Settings(database_url=network.url), engine=engine, secret=b"b" * 40)
    start = network.log.stat().st_size
    async with transaction(engine) as db:
        await PERIODIC[name].job(RequestContext(app=app, db=db, now=await clock.now(db)))
    await disconnect(engine)
    return await _read(network, dict.fromkeys(_statements(network.log, start), name))


async def _read(network: Filled, sent: dict[tuple[str, str], str]) -> Reads:
    """What each statement reads: pages of tables and indexes, and rows.

    `sent`: statement and the values it came with, both as the log has them -> who sent it first.
    """
    connection = await asyncpg.connect(network.url.replace("+asyncpg", "", 1))
    found: Reads = {}
    for (statement, values), sender in sent.items():
        undone = connection.transaction()
        await undone.start()
        await connection.execute(f"PREPARE asked AS {statement}")
        asked = f"EXECUTE asked({values})" if values else "EXECUTE asked"
        explained = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {asked}"
        first = json.loads(await connection.fetchval(explained))[0]["Plan"]
        for _ in range(CUSTOM):
            await connection.execute(f"EXPLAIN {asked}")
        later = json.loads(await connection.fetchval(explained))[0]["Plan"]
        await connection.execute("DEALLOCATE asked")
        await undone.rollback()
        read = max(map(_cost, (first, later)))
        key = sender, " ".join(statement.split())
        found[key] = max(read, found.get(key, 0))
    await connection.close()
    return found


def _cost(plan: dict[str, Any]) -> int:
    pages: int = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages + sum(map(_rows, _scans(plan)))


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan or "Index Name" in plan:
        yield plan
    for one in plan.get("Plans", []):
        yield from _scans(one)


def _rows(scan: dict[str, Any]) -> int:
    rows: float = scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
    loops: float = scan["Actual Loops"]
    return round(rows * loops)


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
