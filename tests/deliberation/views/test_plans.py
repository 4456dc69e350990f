"""No list and no front page reads what it does not show: plans in a network of 200,000 proposals.

Each statement that a query sends is explained by the plan that PostgreSQL keeps for all values.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event, text

from benchmarks.filling import LARGE, Size, fill
from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import connect, driver_connection
from deliberation.core.settings import Settings
from deliberation.followup.answers.queries import answers_of
from deliberation.migrations.upgrade import migrate
from deliberation.process.comments.queries import ThreadSearch, thread
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.moderation.queries import waiting_count, waiting_reports
from deliberation.process.proposals.lists import MOST, proposal_list
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalSearch
from deliberation.process.subjects.queries import subject_list
from deliberation.views.overview.queries import consultation_overview
from deliberation.views.personal_data.queries import contributions
from tests.builders import request_context
from tests.databases import empty_database

pytestmark = pytest.mark.slow

SIZE = Size(authorities=100, consultations=300, proposals=20_000, elsewhere=600, comments=10_000)
LARGE_TABLE = 2_000  # rows; to scan fewer costs no more than an index
ROWS_A_ROW = 60  # rows read for a row shown
MATCHES = 3 * (MOST + 1)  # rows that a filter may read besides


@pytest.fixture(scope="module")
async def network(cluster: Any, settings: Settings, app: AppContext) -> AsyncIterator[AppContext]:
    """A site on a network of 200,000 proposals, a tenth of them in one consultation."""
    url = await empty_database(cluster, "plans")
    await asyncio.to_thread(migrate, url)
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1))
    await fill(connection, SIZE)
    await connection.close()
    engine = connect(url, size=1, statement_timeout=300.0)
    yield replace(app, engine=engine, settings=replace(settings, database_url=url))
    await engine.dispose()


FILTERS: list[dict[str, Any]] = [
    {},
    {"theme": "École"},
    {"answered": "yes"},
    {"answered": "no", "theme": "École"},
    {"words": "piste"},
    {"words": "mot777"},
    {"words": "gare", "theme": "École"},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("sort", ["random", "supported", "newest"])
async def test_a_list_reads_little_more_than_it_shows(
    network: AppContext, sort: Any, filters: dict[str, Any]
) -> None:
    async with request_context(network, _somebody()) as ctx:
        page = await consultation_page(ctx, LARGE)
        search = ProposalSearch(sort=sort, seed=7, **filters)
        with sent(ctx) as statements:
            first = await proposal_list(ctx, page.ref, search)
            assert first.items
            assert first.at_least == (
                len(filters) > 0
                and "mot777" not in filters.values()
                and filters.get("answered") != "yes"
            )
            if first.next:
                search = ProposalSearch(sort=sort, seed=7, cursor=first.next, **filters)
                second = await proposal_list(ctx, page.ref, search)
                assert not {one.number for one in first.items} & {
                    one.number for one in second.items
                }
        assert await reads(ctx, statements, MATCHES if filters else 0) == []


async def test_a_thread_reads_little_more_than_it_shows(network: AppContext) -> None:
    async with request_context(network) as ctx:
        page = await consultation_page(ctx, LARGE)
        proposal = await proposal_view(ctx, page.ref, 1)
        with sent(ctx) as statements:
            begin = await thread(ctx, page.ref, proposal)
            wish = ThreadSearch(side="against", cursor=begin.against.next)
            assert len((await thread(ctx, page.ref, proposal, wish)).against.items) == 50
            wish = ThreadSearch(side="for", parent=begin.in_favour.items[0].id)
            assert len((await thread(ctx, page.ref, proposal, wish)).in_favour.items) == 1
            await proposal_view(ctx, page.ref, 1)
        assert await reads(ctx, statements) == []


async def test_the_front_page_of_a_consultation_reads_little(network: AppContext) -> None:
    async with request_context(network) as ctx:
        page = await consultation_page(ctx, LARGE)
        await ctx.db.execute(text(_KEPT), {"id": page.card.id})
        with sent(ctx) as statements:
            await consultation_overview(ctx, await consultation_page(ctx, LARGE))
            answers = await answers_of(ctx, page)
            assert await answers_of(ctx, page, answers.next)
        assert await reads(ctx, statements, MATCHES) == []


@pytest.mark.parametrize("kind", ["proposal", "comment", "answer"])
async def test_the_open_data_of_a_kind_is_read_a_page_at_a_time(
    network: AppContext, kind: str
) -> None:
    async with request_context(network) as ctx:
        page = await consultation_page(ctx, LARGE)
        with sent(ctx) as statements:
            first = await subject_list(ctx, page.ref, kind)
            assert (await subject_list(ctx, page.ref, kind, first.next)).items
        assert await reads(ctx, statements) == []


async def test_moderators_and_people_read_what_is_theirs(network: AppContext) -> None:
    async with request_context(network) as ctx:
        page = await consultation_page(ctx, LARGE)
        moderator = _somebody({page.card.authority.id: frozenset({"moderator"})})
        ctx = replace(ctx, viewer=moderator)
        with sent(ctx) as statements:
            await waiting_reports(ctx, page.card.authority.id)
            await waiting_count(ctx, [page.card.authority.id])
            await contributions(ctx)
        assert await reads(ctx, statements) == []


@contextmanager
def sent(ctx: RequestContext) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """The statements that a context sends, with their values."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    connection, engine = driver_connection(ctx.db), ctx.app.engine.sync_engine

    def note(record: Any) -> None:
        if "typeinfo" not in record.query:  # asyncpg's own look-up of a type
            found.append((record.query, record.args))

    def note_prepared(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, tuple(values)))

    connection.add_query_logger(note)
    event.listen(engine, "before_cursor_execute", note_prepared)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note_prepared)
        connection.remove_query_logger(note)


async def reads(
    ctx: RequestContext, statements: list[tuple[str, tuple[Any, ...]]], besides: int = 0
) -> list[str]:
    """What is too much in some statements: scans of large tables, more rows than are shown."""
    connection = driver_connection(ctx.db)
    large = {
        row["relname"]
        for row in await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > $1", LARGE_TABLE
        )
    }
    await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    wrong = []
    assert statements
    for number, (sql, values) in enumerate(statements):
        await connection.execute(f"PREPARE explained_{number} AS {sql}")
        given = f"({', '.join(map(literal, values))})" if values else ""
        found = await connection.fetchval(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE explained_{number}{given}"
        )
        await connection.execute(f"DEALLOCATE explained_{number}")
        plan = found[0]["Plan"]
        nodes = list(nodes_of(plan))
        read = [
            (node["Node Type"], node.get("Index Name", node["Relation Name"]), rows_of(node))
            for node in nodes
            if node["Relation Name"] in large
        ]
        scanned = [
            node["Relation Name"]
            for node in nodes
            if node["Node Type"] == "Seq Scan"
            and node["Relation Name"] in large
            and float(node["Actual Loops"]) > 0
        ]
        shown = max(1.0, float(plan["Actual Rows"]))
        if scanned or sum(rows for *_, rows in read) > ROWS_A_ROW * shown + besides:
            wrong.append(f"{sql}\nscans {scanned}, shows {shown}, reads {read}")
    return wrong


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a plan that read a table."""
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)


def rows_of(node: dict[str, Any]) -> float:
    """The rows that a node read, those that it left out too."""
    out = sum(float(node.get(f"Rows Removed by {by}", 0)) for by in ("Filter", "Index Recheck"))
    return (float(node["Actual Rows"]) + out) * float(node["Actual Loops"])


def literal(value: Any) -> str:
    """A value as SQL text."""
    match value:
        case None | bool() | int() | float():
            return json.dumps(value)
        case list() | tuple():
            return f"'{{{', '.join(map(str, value))}}}'"
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def _somebody(roles: dict[UUID, frozenset[str]] | None = None) -> Viewer:
    return Viewer(UUID(int=1), UUID(int=1), "Camille", "camille@example.org", roles or {})


_KEPT = """
INSERT INTO kept_figures (consultation_id, counted_at) VALUES (:id, clock_now())
ON CONFLICT DO NOTHING
"""
