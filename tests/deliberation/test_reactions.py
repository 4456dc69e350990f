"""Every event can be followed, whether it is written alone or by a statement that changes rows."""

import re
import typing
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deliberation import reactions
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.jobs import JOBS
from deliberation.journal.commands import Event, events, record, record_sql, record_values
from deliberation.operations.queue import run_all
from deliberation.process.consultations.queries import place_of
from deliberation.process.proposals.commands import support, unsupport
from deliberation.process.proposals.events import ProposalEvent, ProposalSupported, SupportWithdrawn
from tests.builders import a_consultation, a_person, a_proposal, request_context

ROOT = Path(__file__).parents[2]


def an_event(event: type[Event]) -> Event:
    """An event with some value in each field."""
    some: dict[Any, Any] = {UUID: uuid4(), str: "x", int: 3, bool: True}
    values: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(event).items():
        if name in event.__struct_fields__:
            values[name] = some[next(one for one in (*typing.get_args(hint), hint) if one in some)]
    return event(**values)


async def jobs(ctx: RequestContext) -> list[dict[str, Any]]:
    """Arguments of the reactions' jobs for the test's events."""
    return list(await ctx.db.scalars(text("SELECT values FROM job WHERE name = 'react'")))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Event]], list[Event]]:
    """Has one class of event followed: the events that its reaction was called with."""

    def follow(event: type[Event]) -> list[Event]:
        found: list[Event] = []

        async def note(ctx: RequestContext, event: Event) -> None:
            found.append(event)

        monkeypatch.setattr(event, "followed", True)
        monkeypatch.setitem(reactions.REACTIONS, event, (note,))
        return found

    return follow


@pytest.mark.parametrize("event", list(events()), ids=lambda event: event.__name__)
async def test_what_follows_an_event_runs_once_after_its_commit(
    app: AppContext, heard: Callable[[type[Event]], list[Event]], event: type[Event]
) -> None:
    found, happened = heard(event), an_event(event)
    async with request_context(app) as ctx:
        await record(ctx, happened)
        kinds = text("SELECT kind FROM event WHERE id = (SELECT max(id) FROM event)")
        assert await ctx.db.scalar(kinds) == event.__name__
    assert found == []
    await run_all(app, {"react": JOBS["react"]})  # and those that other tests left
    assert found == [happened]


async def test_nothing_follows_an_event_that_nobody_follows(app: AppContext) -> None:
    unfollowed = next(event for event in events() if not event.followed)
    async with request_context(app) as ctx:
        before = await jobs(ctx)
        await record(ctx, an_event(unfollowed))
        assert await jobs(ctx) == before


async def _support(app: AppContext, *commands: Any) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    async with request_context(app, await a_person(app)) as ctx:
        for command in commands:
            await command(ctx, page.ref, number)


async def supported(app: AppContext) -> None:
    await _support(app, support, support)


async def support_withdrawn(app: AppContext) -> None:
    await _support(app, support, unsupport, unsupport)


# Events that a statement writes as it changes rows -> the command that sends it, pressed twice.
BY_SQL: dict[type[Event], Callable[[AppContext], Awaitable[None]]] = {
    ProposalSupported: supported,
    SupportWithdrawn: support_withdrawn,
}


@pytest.mark.parametrize("event", BY_SQL, ids=lambda event: event.__name__)
async def test_an_event_written_by_a_statement_is_followed_like_others(
    app: AppContext, heard: Callable[[type[Event]], list[Event]], event: type[ProposalEvent]
) -> None:
    found, proposal, place = heard(event), uuid4(), place_of((await a_consultation(app)).ref)
    recorded = record_sql(event, "changed", proposal_id="id")
    writing = prepared(f"WITH changed AS (SELECT CAST(:id AS uuid) AS id), {recorded} SELECT")
    async with request_context(app) as ctx:
        await fetch(ctx.db, writing, id=proposal, **record_values(ctx, event, **place))
    assert found == []
    await run_all(app, {"react": JOBS["react"]})  # and those that other tests left
    assert found == [event(proposal_id=proposal, **place)]


@pytest.mark.parametrize("event", BY_SQL, ids=lambda event: event.__name__)
async def test_a_statement_writes_its_event_once_and_no_job_while_nobody_follows_it(
    app: AppContext, event: type[Event]
) -> None:
    written = text("SELECT count(*) FROM event WHERE kind = :kind")
    async with request_context(app) as ctx:
        before = await ctx.db.scalar(written, {"kind": event.__name__})
    await BY_SQL[event](app)
    async with request_context(app) as ctx:
        assert await ctx.db.scalar(written, {"kind": event.__name__}) == before + 1
        assert event.__name__ not in {job["kind"] for job in await jobs(ctx)}


def test_the_journal_alone_writes_events() -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("deliberation", "api", "web")
        for end in ("*.py", "*.sql")
        for path in (ROOT / package).rglob(end)
        if re.search(r"INSERT INTO event\b", path.read_text(encoding="utf-8"))
    }
    assert found == {"deliberation/journal/commands.py"}


def test_every_statement_that_writes_an_event_is_among_those_tried() -> None:
    calls: set[str] = set()
    for path in (ROOT / "deliberation").rglob("*.py"):
        calls |= set(re.findall(r"record_sql\(\s*([A-Z]\w+)", path.read_text(encoding="utf-8")))
    assert calls == {event.__name__ for event in BY_SQL}


def test_a_statement_gives_exactly_the_fields_of_its_event() -> None:
    with pytest.raises(ValueError, match="ProposalSupported"):
        record_sql(ProposalSupported, "added", comment_id="id")
