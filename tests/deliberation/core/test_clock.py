"""The database's clock decides, and only a demo's or a test's can be moved."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core import clock
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.errors import NotAllowed
from tests.builders import request_context


@pytest.fixture
async def as_before(app: AppContext) -> AsyncIterator[None]:
    """The install and its clock as they were: what other tests made is never of the future."""
    async with transaction(app.engine) as db:
        before = await db.scalar(text("SELECT clock_offset FROM install"))
    yield
    async with transaction(app.engine) as db:
        await db.execute(text("UPDATE install SET kind = 'test'"))
        await db.execute(text("UPDATE install SET clock_offset = :before"), {"before": before})


async def test_a_moved_clock_is_what_every_rule_sees(app: AppContext, as_before: None) -> None:
    async with request_context(app) as ctx:
        before = ctx.now
        moved = await clock.advance(ctx.db, timedelta(days=3))
    assert timedelta(days=3) <= moved - before < timedelta(days=3, hours=1)
    async with request_context(app) as ctx:
        assert ctx.now >= moved


async def test_a_real_clock_is_refused_by_the_command_and_by_the_database(
    app: AppContext, as_before: None
) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("UPDATE install SET kind = 'live', clock_offset = '0'"))
    async with request_context(app) as ctx:
        with pytest.raises(NotAllowed):
            await clock.advance(ctx.db, timedelta(days=1))
    with pytest.raises(IntegrityError):
        async with transaction(app.engine) as db:
            await db.execute(text("UPDATE install SET clock_offset = interval '1 second'"))
