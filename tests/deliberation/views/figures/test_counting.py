"""The worker counts what people did; pages read what it kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.jobs import JOBS
from deliberation.operations.queue import run_all
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.proposals import commands
from deliberation.views.figures.counting import count_figures
from deliberation.views.figures.figures import Figures, figures
from tests.builders import (
    a_consultation,
    a_person,
    a_poll_row,
    a_proposal,
    redate,
    request_context,
    supports,
    votes,
)

Looked = tuple[datetime | None, datetime | None]


async def count(app: AppContext) -> None:
    """What the worker does: reactions to events, then a look."""
    await run_all(app, JOBS)
    async with request_context(app) as ctx:
        await count_figures(ctx)


async def read(app: AppContext, page: ConsultationPage) -> Figures:
    async with request_context(app) as ctx:
        return await figures(ctx, page.ref)


async def looked(app: AppContext, page: ConsultationPage) -> Looked:
    """When a consultation was counted, and when it is looked at again."""
    query = text("SELECT counted_at, next_at FROM kept_figures WHERE consultation_id = :id")
    async with transaction(app.engine) as db:
        counted_at, next_at = (await db.execute(query, {"id": page.card.id})).one()
    return counted_at, next_at


async def later(app: AppContext, page: ConsultationPage, seconds: int = 60) -> None:
    """As if a consultation had been counted some seconds earlier; in the future when negative."""
    async with transaction(app.engine) as db:
        await db.execute(
            text(
                "UPDATE kept_figures SET next_at = least(next_at, clock_now()),"
                " counted_at = counted_at - make_interval(secs => :by) WHERE consultation_id = :id"
            ),
            {"id": page.card.id, "by": seconds},
        )


async def test_a_consultation_that_is_not_yet_counted_shows_true_figures(app: AppContext) -> None:
    page = await a_consultation(app)
    assert (await read(app, page)).counted_at is None
    number = await a_proposal(app, page)
    await supports(app, page, number, 2)
    found = await read(app, page)
    assert (found.proposals, found.supports, found.counted_at) == (1, 2, None)


async def test_a_crowd_waits_for_nobody_who_counts_and_is_told_so(
    app: AppContext, visitor_of: Any
) -> None:
    page = await a_consultation(app)
    visitor = await visitor_of(await a_person(app))
    await a_proposal(app, page)
    async with transaction(app.engine) as db:
        # What a statement that counts holds as long as it runs.
        await db.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('figures:' || :id, 0))"),
            {"id": str(page.card.id)},
        )
        assert (await read(app, page)).counting
        await visitor.open(f"/fr/c/{page.card.slug}")
        assert "en train d’être comptés" in visitor.text
    assert (await read(app, page)).proposals == 1
    await visitor.open(f"/fr/c/{page.card.slug}")
    assert "en train d’être comptés" not in visitor.text


async def test_what_is_kept_is_read_until_it_is_counted_again_within_a_minute(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await count(app)
    await supports(app, page, number, 3)
    found = await read(app, page)
    assert (found.supports, found.counted_at is None) == (0, False)
    await count(app)  # too early
    assert (await read(app, page)).supports == 0
    counted_at, next_at = await looked(app, page)
    assert counted_at is not None
    assert next_at is not None
    assert (next_at - counted_at).total_seconds() <= 60
    await later(app, page)
    await count(app)
    assert (await read(app, page)).supports == 3


async def test_a_support_that_is_taken_back_is_counted_too(app: AppContext) -> None:
    page, somebody = await a_consultation(app), await a_person(app)
    number = await a_proposal(app, page)
    async with request_context(app, somebody) as ctx:
        await commands.support(ctx, page.ref, number)
    await count(app)
    async with request_context(app, somebody) as ctx:
        await commands.unsupport(ctx, page.ref, number)
    await later(app, page)
    await count(app)
    assert (await read(app, page)).supports == 0


async def test_where_nothing_happened_nothing_is_counted(app: AppContext) -> None:
    page = await a_consultation(app)
    await a_proposal(app, page)
    await count(app)
    await spoil(app, page)
    await later(app, page)
    await count(app)  # what happened just before the last count may have been missed by it
    assert (await read(app, page)).proposals == 1
    await spoil(app, page)
    await later(app, page, -60)  # counted a minute after everything that happened
    await count(app)
    assert (await read(app, page)).proposals == 99
    counted_at, next_at = await looked(app, page)
    assert counted_at is not None
    assert next_at is not None
    assert next_at > counted_at


async def spoil(app: AppContext, page: ConsultationPage) -> None:
    """Keep a wrong number, which the next count replaces."""
    async with transaction(app.engine) as db:
        await db.execute(
            text("UPDATE kept_figures SET proposals = 99 WHERE consultation_id = :id"),
            {"id": page.card.id},
        )


async def test_votes_are_counted_though_the_journal_does_not_say_them(app: AppContext) -> None:
    page = await a_consultation(app, vote=(-1, 3))
    poll = await a_poll_row(app, page)
    await count(app)
    await votes(app, poll, [await a_person(app) for _ in range(12)])
    await later(app, page, 300)
    await count(app)
    assert (await read(app, page)).voters == 12


async def test_after_the_last_phase_a_consultation_is_counted_once_more_and_left_alone(
    app: AppContext,
) -> None:
    page = await a_consultation(app, proposals=(-2, 2))
    number = await a_proposal(app, page)
    await count(app)
    await supports(app, page, number, 2)
    await over(app, page)
    await later(app, page)
    await count(app)
    assert (await read(app, page)).supports == 2
    assert (await looked(app, page))[1] is None


async def test_a_phase_to_come_is_looked_at_when_it_opens(app: AppContext) -> None:
    page = await a_consultation(app, information=(-2, 2), proposals=(2, 4))
    await count(app)
    assert (await looked(app, page))[1] == page.card.phases[1].opens_at


async def test_a_proposal_that_is_taken_back_when_all_is_over_is_counted_no_more(
    app: AppContext,
) -> None:
    page, author = await a_consultation(app), await a_person(app)
    number = await a_proposal(app, page, author)
    page = await over(app, page)
    await count(app)
    assert (await read(app, page)).proposals == 1
    async with request_context(app, author) as ctx:
        row = await commands.proposal_row(ctx, page.ref, number)
        await commands.withdraw(ctx, page.ref, row)
    await count(app)
    assert (await read(app, page)).proposals == 0


async def over(app: AppContext, page: ConsultationPage) -> ConsultationPage:
    """End the phase of proposals now."""
    await redate(app, page, "closes_at = clock_now()", "proposals")
    async with request_context(app) as ctx:
        return await consultation_page(ctx, page.card.slug)
