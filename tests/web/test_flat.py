"""No answer grows with the network: every GET route of the access table, in a network and in one
three times as large.

The smaller network is larger than a page of any list, so that both fill it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from benchmarks.filling import LARGE, VOTE, Size, fill, keep_figures
from deliberation.core.settings import Settings
from deliberation.devserver import server
from deliberation.migrations.upgrade import migrate
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.site import ORIGIN, in_process, running
from tests.web.access import ACCESS
from web.app import create_site

SMALL = Size(
    authorities=60, consultations=180, proposals=1_200, comments=220, ballots=250, elsewhere=2
)
TIMES = 3
ALLOWED = 1.1  # longer numbers, another choice of texts
# Whole files, of one vote or one account; and what the process itself did, which grows by asking.
FILES = {
    "GET /metrics",
    "GET /api/v1/consultations/{slug}/polls/{number}/board",
    "GET /api/v1/consultations/{slug}/polls/{number}/archive",
    "GET /fr/gestion/c/{slug}/urne/{number}/urne.tar",
    "GET /api/v1/account/data",
    "GET /fr/compte/donnees.json",
}
# Audience -> who of the filled network asks.
ASKS = {
    "signed-in": "citizen",
    "author": "citizen",
    "moderator": "moderator",
    "agent": "agent",
    "agent-or-official": "agent",
    "official": "official",
    "official-anywhere": "official",
    "team": "administrator",
    "administrator": "administrator",
}
# The address, or the cursor, of a list's next page.
HAS_NEXT = re.compile(r'suite=[\w-]|"next":"[^"]')
LISTS = 24  # at least, in the network
# They hold the beginning of a list that goes on elsewhere.
BEGINNINGS = {
    "GET /api/v1/consultations/{slug}/overview",
    "GET /api/v1/consultations/{slug}/proposals/{number}/page",
}
OF_VOTES = re.compile(r"/(voter|resultats|polls|urne|ballot-box)\b")


def address(route: str) -> str | None:
    """The address of a route in the filled network; None when it names one row by its id."""
    path = route.removeprefix("GET ")
    slug = VOTE if OF_VOTES.search(path) else LARGE
    if re.match(r"(/fr)?/a/|/api/v1/authorities/", path):
        slug = "commune-1"
    names = {"slug": slug, "authority": "commune-1", "number": "1", "kind": "proposal"}
    for name, value in names.items():
        path = path.replace("{" + name + "}", value)
    return None if "{" in path else path


@asynccontextmanager
async def network(
    cluster: server.Cluster | GivenServer, settings: Settings, name: str, size: Size
) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """A site of a filled network, and the sessions of its people by role."""
    url = await empty_database(cluster, name)
    await asyncio.to_thread(migrate, url)
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
    tokens = await fill(connection, size)
    await connection.execute("UPDATE install SET kind = 'test'")
    await connection.close()
    await keep_figures(url)
    folder = Path(settings.folder) / name
    folder.mkdir(exist_ok=True)
    own = replace(settings, database_url=url, folder=str(folder))
    async with (
        running(create_site(own)) as site,
        httpx.AsyncClient(transport=in_process(site), base_url=ORIGIN) as client,
    ):
        yield client, tokens


async def answers(client: httpx.AsyncClient, tokens: dict[str, str]) -> dict[str, httpx.Response]:
    """The answer of each route that a reader of the network may ask for."""
    found = {}
    for route, audience in ACCESS.items():
        path = address(route) if route.startswith("GET ") and route not in FILES else None
        if path is None or audience in ("invited", "demo", "nowhere"):
            continue
        token = tokens.get(ASKS.get(audience, ""))
        cookies = {"cookie": f"session={token}"} if token else {}
        answer = await client.get(path, headers=cookies)
        assert answer.status_code < 500, f"{route}: {answer.status_code}"
        assert answer.status_code != 401, route
        if answer.status_code == 200:
            found[route] = answer
    return found


async def test_no_answer_grows_with_the_network(
    cluster: server.Cluster | GivenServer, settings: Settings
) -> None:
    async with network(cluster, settings, "flat_small", SMALL) as (client, tokens):
        small = await answers(client, tokens)
        await refuse_what_follows_no_row(client, small)
    larger = Size(**{name: TIMES * value for name, value in vars(SMALL).items()})
    async with network(cluster, settings, "flat_large", larger) as (client, tokens):
        large = await answers(client, tokens)
    assert len(small) > 100
    grown = {
        route: sizes
        for route, answer in small.items()
        if (sizes := (len(answer.content), len(large[route].content)))
        and sizes[1] > ALLOWED * sizes[0] + 200
    }
    assert not grown, "\n".join(f"{route}: {sizes}" for route, sizes in grown.items())


async def refuse_what_follows_no_row(
    client: httpx.AsyncClient, found: dict[str, httpx.Response]
) -> None:
    """Each list, asked for what follows no row: a program is told, people see the first page."""
    lists = {
        route: one
        for route, one in found.items()
        if route not in BEGINNINGS and HAS_NEXT.search(one.text)
    }
    assert len(lists) >= LISTS, lists
    for route, first in lists.items():
        name = "cursor" if "/api/" in route else "suite"
        cookies = {"cookie": first.request.headers.get("cookie", "")}
        for nonsense in ("AAAA", "x" * 2_000, "é"):
            url = first.request.url.copy_merge_params({name: nonsense, "autre": "oui"})
            answer = await client.get(url, headers=cookies)
            if name == "cursor":
                assert answer.status_code == 422, route
                assert answer.json()["errors"][0]["pointer"] == "/cursor", route
            else:
                assert answer.status_code == 303, route
                assert answer.headers["location"] == f"{first.request.url.path}?autre=oui"


@pytest.mark.parametrize("route", sorted(FILES))
def test_files_are_routes(route: str) -> None:
    assert route in ACCESS
