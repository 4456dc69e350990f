"""Nobody waits for ever on a database, and a stopped program keeps no lock."""

import pytest
from sqlalchemy import text

from deliberation.core.database import connect, transaction
from deliberation.core.database_errors import is_unavailable
from deliberation.core.pools import disconnect


async def test_a_statement_is_given_up_after_the_patience(database_url: str) -> None:
    engine = connect(database_url, size=1, statement_timeout=2)
    try:
        with pytest.raises(TimeoutError) as caught:
            async with transaction(engine) as db:
                await db.execute(text("SELECT pg_sleep(600)"))
        assert is_unavailable(caught.value)
        async with transaction(engine) as db:
            assert await db.scalar(text("SELECT 1")) == 1
    finally:
        await disconnect(engine)


async def test_a_transaction_left_idle_ends_later_than_a_statement(database_url: str) -> None:
    engine = connect(database_url, size=1, statement_timeout=10)
    try:
        async with transaction(engine) as db:
            query = text("SHOW idle_in_transaction_session_timeout")
            assert await db.scalar(query) == "25s"
    finally:
        await disconnect(engine)
