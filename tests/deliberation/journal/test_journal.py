"""The journal is append-only; its days are counted."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.journal.queries import public_events
from deliberation.views.activity.texts import PUBLIC
from tests.builders import a_consultation, request_context


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
    assert all(row.actor_id for row in rows)
    assert [row.data for row in rows] == [{}, {"late_copies": False}]


async def test_its_days_are_counted_as_events_come_and_read_thirty_at_a_time(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    async with transaction(app.engine) as db:
        await db.execute(_A_MONTH, {"id": page.card.id})
        query = text("SELECT DISTINCT kind FROM event_count WHERE consultation_id = :id")
        kinds = set(await db.scalars(query, {"id": page.card.id}))
    async with request_context(app) as ctx:
        first = await public_events(ctx, page.card.id, PUBLIC)
        rest = await public_events(ctx, page.card.id, PUBLIC, first.next)
    assert kinds == {"ConsultationOpened", "ProposalPublished"}
    assert [one.count for one in first.items] == [1] + [2] * 29
    assert [one.count for one in rest.items] == [2, 2]
    assert rest.next == ""


# Two proposals and a support a day.
_A_MONTH = text(
    """
    INSERT INTO event (at, kind, consultation_id, data)
    SELECT date_trunc('day', now()) + interval '12 hours' - day * interval '1 day', kind, :id, '{}'
    FROM generate_series(1, 31) AS day,
         unnest(ARRAY['ProposalPublished', 'ProposalPublished', 'ProposalSupported']) AS kind
    """
)
