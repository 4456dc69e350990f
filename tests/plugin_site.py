"""Fixtures of the rooms above the database: a house, the site, browsers of people."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.house import open_house
from deliberation.ballot_box import casting
from deliberation.kit import database, limits
from deliberation.kit.act import House, Viewer
from deliberation.kit.database import transaction
from deliberation.kit.settings import Settings
from deliberation.migrations.grants import SITE
from deliberation.people.model import Person
from deliberation.people.sessions import open_session
from deliberation.results import counting
from tests.builders import acting
from tests.site import ORIGIN, Visitor, running
from web.app import create_site


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """The settings of a test install."""
    return Settings(database_url=database_url, secret="s" * 40)


@pytest.fixture(scope="session")
async def house(settings: Settings) -> AsyncIterator[House]:
    """The house of this worker's database, marked as a test install so that its clock can move."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casting, "PATIENCE", 300.0)  # a slow machine is no fault of a vote
        patch.setattr(database, "TURN", 300.0)
        patch.setattr(database, "ANSWER", 60.0)
        async with open_house(settings) as opened:
            async with transaction(opened.engine) as db:
                await db.execute(text("UPDATE install SET kind = 'test'"))
            yield replace(opened, kind="test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses a house begins well before the end of an hour of its clock."""
    for item in items:
        if isinstance(item, pytest.Function) and {"house", "cluster"} <= {*item.fixturenames}:
            item.fixturenames.insert(0, "most_of_an_hour")


@pytest.fixture
async def most_of_an_hour(house: House) -> None:
    """No hour ends during a test, and so no day, in Paris or elsewhere, and no window of a limit.

    Where a quarter of an hour or less is left, the clock is moved to the next hour.
    """
    now = "(statement_timestamp() + clock_offset)"
    left = f"date_trunc('hour', {now}) + interval '1 hour' - {now}"
    async with transaction(house.engine) as db:
        await db.execute(
            text(
                f"UPDATE install SET clock_offset = clock_offset + ({left})"  # noqa: S608
                f" WHERE {left} < interval '15 minutes'"
            )
        )


@pytest.fixture(scope="session")
async def site(house: House, settings: Settings) -> AsyncIterator[Litestar]:
    """The whole site, started, with no more rights in the database than it needs."""
    url = make_url(settings.database_url).set(username=SITE)
    own = replace(settings, database_url=url.render_as_string(hide_password=False))
    async with running(create_site(own)) as app:
        yield app


@pytest.fixture(scope="module")
async def visitor_of(
    site: Litestar, house: House
) -> AsyncIterator[Callable[[Viewer | None], Awaitable[Visitor]]]:
    """Makes the browser of a person, signed in, or of nobody."""
    opened: list[Visitor] = []

    async def make(viewer: Viewer | None = None) -> Visitor:
        visitor = Visitor(site)
        opened.append(visitor)
        if viewer is not None:
            async with acting(house) as act:
                person = await act.db.get_one(Person, viewer.id)
                visitor.http.cookies.set("session", await open_session(act, person))
        return visitor

    yield make
    for visitor in opened:
        await visitor.http.aclose()


@pytest.fixture
def program_of(site: Litestar, house: House) -> Callable[..., Awaitable[httpx.AsyncClient]]:
    """Makes a program that speaks for a person."""

    async def make(viewer: Viewer | None = None) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url=f"{ORIGIN}/api/v1/"
        )
        if viewer is not None:
            async with acting(house) as act:
                token = await open_session(act, await act.db.get_one(Person, viewer.id))
            client.headers["authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
async def one_window(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All counts of a test fall into one window, whatever the hour strikes meanwhile."""
    async with acting(house) as act:
        end = act.now + timedelta(minutes=58)
    monkeypatch.setattr(limits, "_ends_at", lambda _act, _what: end)


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of few ballots are told as those of many, so that a test can read a small count."""
    monkeypatch.setattr(counting, "FEWEST", 0)
