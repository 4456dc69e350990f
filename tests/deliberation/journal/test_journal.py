"""The journal is append-only."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from tests.builders import a_consultation


@pytest.mark.parametrize(
    "change",
    ["UPDATE event SET kind = 'x'", "DELETE FROM event", "TRUNCATE event"],
)
async def test_nothing_in_it_can_be_changed_or_removed(app: AppContext, change: str) -> None:
    await a_consultation(app)
    with pytest.raises(IntegrityError, match="append-only"):
        async with transaction(app.engine) as db:
            await db.execute(text(change))


async def test_an_event_names_what_happened_and_holds_no_text(app: AppContext) -> None:
    page = await a_consultation(app)
    async with transaction(app.engine) as db:
        query = text(
            "SELECT kind, actor_id, data FROM event WHERE consultation_id = :id ORDER BY id"
        )
        rows = (await db.execute(query, {"id": page.card.id})).all()
    assert [row.kind for row in rows] == ["ConsultationDrafted", "ConsultationOpened"]
    assert all(row.actor_id and row.data == {} for row in rows)
