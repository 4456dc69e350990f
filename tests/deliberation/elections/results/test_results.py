"""Results are counted once after the close, hidden until then, and can be counted again."""

import csv
import io
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext
from deliberation.core.errors import NotAllowed, NotFound
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results.commands import count_due_polls, count_poll
from deliberation.elections.results.queries import recount_bytes, result_page, result_table
from deliberation.elections.sealed_protocol.board import Fault
from deliberation.jobs import JOBS
from deliberation.operations.queue import Lane, run_one
from tests.builders import a_ballot, a_person, a_poll, a_result, close_now, request_context
from voting.records.recount import recount
from voting.ties import seeded

pytestmark = pytest.mark.usefixtures("no_floor")


async def test_nothing_of_a_result_is_readable_before_it_is_published(app: AppContext) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    for closed in (False, True):
        page = await close_now(app, page) if closed else page
        async with request_context(app) as ctx:
            for read in (result_page, recount_bytes, result_table):
                with pytest.raises(NotFound) as refused:
                    await read(ctx, page.ref, 1)
                assert refused.value.code == "results-not-yet"
                assert refused.value.values["opens"] == page.card.phases[0].closes_at


async def test_counting_before_the_close_or_twice_does_nothing(app: AppContext) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
        assert (await poll_view(ctx, page.ref, 1)).state == "open"
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        first = await result_page(ctx, page.ref, 1)
        await count_poll(ctx, str(poll.id))
        assert await result_page(ctx, page.ref, 1) == first
        events = (
            "SELECT count(*) FROM event WHERE kind = 'ResultPublished' AND data->>'poll_id' = :id"
        )
        assert await ctx.db.scalar(text(events), {"id": str(poll.id)}) == 1


async def test_the_worker_counts_what_has_closed(app: AppContext) -> None:
    page, poll = await a_poll(app)
    _, still_open = await a_poll(app)
    await a_ballot(app, page, poll, {"2": 6})
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_due_polls(ctx)
        await count_due_polls(ctx)  # a second time adds no second job
        jobs = "SELECT values->>'poll_id' FROM job WHERE name = 'count-poll'"
        names = (await ctx.db.scalars(text(jobs))).all()
        assert names.count(str(poll.id)) == 1
        assert str(still_open.id) not in names
    only = Lane({"count-poll": JOBS["count-poll"]})
    async with request_context(app) as ctx:
        await ctx.db.execute(text("DELETE FROM job WHERE name <> 'count-poll'"))
    while await run_one(app, only):
        async with request_context(app) as ctx:
            await ctx.db.execute(text("DELETE FROM job WHERE name = 'react'"))
    async with request_context(app) as ctx:
        assert (await result_page(ctx, page.ref, 1)).outcome.winners == ("Chemin des Aulnes",)


async def test_only_the_last_ballot_of_each_person_counts(app: AppContext) -> None:
    page, poll = await a_poll(app, method="approval")
    voter = await a_person(app)
    await a_ballot(app, page, poll, {"1": 1}, voter)
    await a_ballot(app, page, poll, {"2": 1}, voter)
    await a_ballot(app, page, poll, {"2": 1, "3": 1})
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
    assert result.outcome.scores == {
        "Rue de la Gare": 0,
        "Chemin des Aulnes": 2,
        "Quai de la Lys": 1,
    }
    assert result.ballots == result.electors == result.ballot_counts.received == 2


async def test_the_recount_file_gives_the_same_outcome_and_holds_nobody(app: AppContext) -> None:
    page, poll = await a_poll(app, compared="approval", whole_ballots=True)
    for choice in ({"1": 7, "2": 4}, {"1": 7, "2": 4}, {"1": 2, "3": 7}):
        await a_ballot(app, page, poll, choice)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        file = await recount_bytes(ctx, page.ref, 1)
    again = recount(file)
    assert again.same
    assert again.outcome.digest == result.digest == result.outcome.digest
    document = msgspec.json.decode(file)
    assert [ballot["count"] for ballot in document["ballots"]] == [1, 2]
    assert set(document) == {
        "ballots",
        "candidates",
        "count",
        "grades",
        "published",
        "seats",
        "title",
    }
    assert set(document["ballots"][0]) == {"count", "grades"}
    assert document["count"]["tie_seed"] == f"{page.card.slug}/1"


async def test_the_compared_method_counts_the_same_ballots(app: AppContext) -> None:
    page, poll = await a_poll(app, ("A", "B"), compared="approval", approved_from="Bien")
    for choice in ({"1": 7, "2": 5}, {"1": 7, "2": 5}, {"1": 1, "2": 5}):
        await a_ballot(app, page, poll, choice)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
    assert result.outcome.winners == ("A",)
    assert result.compared is not None
    assert (result.compared.method, result.compared.winners) == ("approval", ("B",))
    assert result.compared.scores == {"A": 2, "B": 3}


@pytest.mark.parametrize(
    ("method", "compared"),
    [
        ("schulze", "instant_runoff"),
        ("instant_runoff", "schulze"),
        ("majority_judgment", "schulze"),
    ],
)
async def test_each_method_is_counted_compared_and_tabled(
    app: AppContext, method: str, compared: str
) -> None:
    page, poll = await a_poll(app, method=method, compared=compared, whole_ballots=True)
    for choice in ({"1": 1, "2": 2, "3": 3}, {"2": 1, "3": 2}, {"2": 1}):
        await a_ballot(app, page, poll, choice)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        columns, rows = await result_table(ctx, page.ref, 1)
        assert recount(await recount_bytes(ctx, page.ref, 1)).same
    assert result.compared is not None
    assert result.compared.method == compared
    assert (columns[0].name, [row[0] for row in rows]) == ("place", ["1", "2", "3"])
    assert {len(row) for row in rows} == {len(columns)}


async def test_ties_fall_as_the_seed_told_before_the_vote_says(app: AppContext) -> None:
    page, poll = await a_poll(app, ("A", "B", "C"), method="approval")
    await a_ballot(app, page, poll, {"1": 1, "2": 1, "3": 1})
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
    assert [tier[0] for tier in result.outcome.ranking] == seeded(poll.tie_seed, "ABC")
    assert result.outcome.ties[0].rule == "seed"


async def test_no_cell_of_the_table_is_a_formula(app: AppContext) -> None:
    page, poll = await a_poll(app, ("=1+1", "+33 3", "@x", "-5 %", "Parc"), method="approval")
    await a_ballot(app, page, poll, {"1": 1})
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        _, rows = await result_table(ctx, page.ref, 1)
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    cells = [cell for row in csv.reader(io.StringIO(written.getvalue())) for cell in row]
    assert "'=1+1" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE result SET ballots = 0 WHERE poll_id = :id",
        "DELETE FROM result WHERE poll_id = :id",
        "UPDATE urn_ballot SET packed = 'x' WHERE poll_id = :id",
        "DELETE FROM urn_ballot WHERE poll_id = :id",
    ],
)
async def test_results_and_ballots_cannot_be_changed(app: AppContext, sql: str) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    await a_result(app, page, poll)
    with pytest.raises(IntegrityError, match="append-only"):
        async with request_context(app) as ctx:
            await ctx.db.execute(text(sql), {"id": poll.id})


async def test_a_counted_poll_takes_no_ballot_even_if_its_dates_were_moved(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        later = "UPDATE phase SET closes_at = :later WHERE consultation_id = :id"
        values = {"later": ctx.now + timedelta(days=1), "id": page.card.id}
        await ctx.db.execute(text(later), values)
    with pytest.raises(NotAllowed) as refused:
        await a_ballot(app, page, poll, {"1": 7})
    assert refused.value.code == "voting-closed"


async def test_a_vote_without_ballots_is_published_too(app: AppContext) -> None:
    page, poll = await a_poll(app)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        assert (result.ballots, result.electors) == (0, 0)
        assert recount(await recount_bytes(ctx, page.ref, 1)).same
        assert len((await result_table(ctx, page.ref, 1))[1]) == 3


async def test_f2_a_ballot_without_a_mark_is_counted_and_told_never_a_block(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    for _ in range(3):
        await a_ballot(app, page, poll, {"1": 7})
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "DELETE FROM roll_mark WHERE ctid ="
                " (SELECT ctid FROM roll_mark WHERE poll_id = :id LIMIT 1)"
            ),
            {"id": poll.id},
        )
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        columns, rows = await result_table(ctx, page.ref, 1)
        file = await recount_bytes(ctx, page.ref, 1)
    assert (result.ballots, result.electors) == (3, 2)
    fault = Fault("marks-and-slots", {"marks": 2, "slots": 3})
    assert result.faults == [fault]
    assert [one.name for one in columns[-2:]] == ["marks_without_ballots", "ballots_without_marks"]
    assert [row[-2:] for row in rows] == [["0", "1"]] * 3
    assert msgspec.json.decode(file)["faults"] == [msgspec.to_builtins(fault)]
    assert recount(file).same
    told = verification_texts.fault("fr", fault.code, fault.values)
    assert " ".join(told.split()) == (
        "émargements en ligne : 2 ; personnes qui ont un bulletin dans l’urne : 3. Bulletins sans"
        " émargement : 1 ; rien ne dit de qui ils sont, et ils sont comptés."
    )


async def test_a_result_without_a_fault_says_nothing_of_faults(app: AppContext) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        assert (result.faults, result.counted) == ([], {"online": 1})
        columns, _ = await result_table(ctx, page.ref, 1)
        assert "marks_without_ballots" not in {one.name for one in columns}
        assert "faults" not in msgspec.json.decode(await recount_bytes(ctx, page.ref, 1))
