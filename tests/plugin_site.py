"""Fixtures of the rooms above the database: a context, the site, browsers of people."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.app_context import open_app
from deliberation.core import database, rate_limits
from deliberation.core.context import AppContext, Viewer
from deliberation.core.database import transaction
from deliberation.core.settings import Settings
from deliberation.elections.ballots import casting
from deliberation.elections.results import plain_count
from deliberation.migrations.grants import SITE
from deliberation.network.people.model import Person
from deliberation.network.sessions.commands import open_session
from tests.builders import request_context
from tests.site import ORIGIN, ProgramOf, Visitor, VisitorOf, in_process, running
from web.app import create_site


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """The settings of a test install: this worker's database, and a folder of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    folder = Path(os.environ["BEFFROI_TEST_FOLDER"]) / f"data-{worker}"
    folder.mkdir()
    return Settings(database_url=database_url, secret="s" * 40, folder=str(folder))


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[AppContext]:
    """The context of this worker's database, a test install: its clock can move."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casting, "CAST_TIMEOUT", 300.0)  # a slow machine is no fault of a vote
        patch.setattr(database, "POOL_TIMEOUT", 300.0)
        patch.setattr(database, "BEGIN_TIMEOUT", 60.0)
        async with open_app(settings) as opened:
            async with transaction(opened.engine) as db:
                await db.execute(text("UPDATE install SET kind = 'test'"))
            yield replace(opened, kind="test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that use a context begin well before the end of an hour of its clock."""
    for item in items:
        if isinstance(item, pytest.Function) and {"app", "cluster"} <= {*item.fixturenames}:
            item.fixturenames.insert(0, "most_of_an_hour")


@pytest.fixture
async def most_of_an_hour(app: AppContext) -> None:
    """No hour ends during a test, and so no day, in Paris or elsewhere, and no window of a limit.

    Where a quarter of an hour or less is left, the clock is moved to the next hour.
    """
    now = "(statement_timestamp() + clock_offset)"
    left = f"date_trunc('hour', {now}) + interval '1 hour' - {now}"
    async with transaction(app.engine) as db:
        await db.execute(
            text(
                f"UPDATE install SET clock_offset = clock_offset + ({left})"  # noqa: S608
                f" WHERE {left} < interval '15 minutes'"
            )
        )


@pytest.fixture(scope="session")
async def site(app: AppContext, settings: Settings) -> AsyncIterator[Litestar]:
    """The whole site, started, with no more rights in the database than it needs."""
    url = make_url(settings.database_url).set(username=SITE)
    own = replace(settings, database_url=url.render_as_string(hide_password=False))
    async with running(create_site(own)) as site:
        yield site


@pytest.fixture(scope="module")
async def visitor_of(site: Litestar, app: AppContext) -> AsyncIterator[VisitorOf]:
    """Makes the browser of a person, signed in, or of nobody."""
    opened: list[Visitor] = []

    async def make(viewer: Viewer | None = None) -> Visitor:
        visitor = Visitor(site)
        opened.append(visitor)
        if viewer is not None:
            async with request_context(app) as ctx:
                person = await ctx.db.get_one(Person, viewer.id)
                visitor.http.cookies.set("session", await open_session(ctx, person))
        return visitor

    yield make
    for visitor in opened:
        await visitor.http.aclose()


@pytest.fixture
def program_of(site: Litestar, app: AppContext) -> ProgramOf:
    """Makes a program that speaks for a person."""

    async def make(viewer: Viewer | None = None) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=in_process(site), base_url=f"{ORIGIN}/api/v1/")
        if viewer is not None:
            async with request_context(app) as ctx:
                token = await open_session(ctx, await ctx.db.get_one(Person, viewer.id))
            client.headers["authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
async def one_window(app: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """All counts of a test fall into one window, whatever the hour strikes meanwhile."""
    async with request_context(app) as ctx:
        end = ctx.now + timedelta(minutes=58)
    monkeypatch.setattr(rate_limits, "_ends_at", lambda _act, _what: end)


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish results of few ballots like those of many, so that a test can read a small count."""
    monkeypatch.setattr(plain_count, "MIN_BALLOTS_FOR_SCORES", 0)
