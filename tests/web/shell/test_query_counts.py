"""Number of statements of a page: few, and as many for a thousand proposals as for ten."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, insert, select, text, update

from deliberation.core.context import AppContext
from deliberation.core.database import fetch, prepared
from deliberation.core.ids import new_id
from deliberation.core.pools import ASKS, POOLS, alone, autocommit_connection
from deliberation.elections.electorate.roll import ask_code
from deliberation.elections.paper.paper_ballots import BatchDraft, enter_batch, mark_voters
from deliberation.elections.paper.undoing import UndoingDraft, ask_undoing
from deliberation.journal.commands import Event
from deliberation.process.comments.model import Comment
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.queries import (
    ConsultationPage,
    consultation_page,
    place_of,
)
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.model import Proposal
from deliberation.process.proposals.structs import ProposalSearch
from deliberation.views.figures.counting import count_again, count_figures
from tests.builders import a_consultation, a_member, a_person, a_poll, request_context
from tests.sealed import a_roll, a_sealed_vote, two_agents
from tests.site import Visitor, forms

# asyncpg's look-up of a type, and the compiler of queries that it puts off and on around it.
LOOK_UP = ("typeinfo_tree", "set_config('jit'")


@pytest.fixture(scope="module")
async def crowded(app: AppContext) -> ConsultationPage:
    """A consultation with a thousand proposals; the first one has sixty comments."""
    page = await a_consultation(app, proposals=(-1, 10), themes=["Écoles", "Gare"])
    await _propose(app, page, 1_000)
    await _argue(app, page, 60)
    await _count(app, page)
    async with request_context(app) as ctx:
        return await consultation_page(ctx, page.card.slug)  # with its last number


# Path below a consultation's address -> exchanges for a visitor, and for somebody signed in.
EXCHANGES = {
    "": (3, 3),  # without votes and answers
    "/propositions?graine=4": (2, 2),
    "/propositions?q=gare": (2, 2),
    "/p/1": (2, 2),
}


@pytest.mark.parametrize(("path", "exchanges"), EXCHANGES.items())
@pytest.mark.parametrize("signed", [False, True])
async def test_a_page_costs_so_many_exchanges_with_the_database(
    app: AppContext,
    site: Any,
    visitor_of: Any,
    crowded: ConsultationPage,
    path: str,
    exchanges: tuple[int, int],
    signed: bool,
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app) if signed else None)
    await visitor.open(f"/fr/c/{crowded.card.slug}{path}")
    async with statements(site) as sent:
        await visitor.open(f"/fr/c/{crowded.card.slug}{path}")
    assert visitor.page.status_code == 200
    assert len(sent) == exchanges[signed], "\n".join(sent)


@pytest.mark.parametrize("path", ["", "/propositions?graine=4", "/p/1"])
async def test_a_page_costs_as_much_with_few_rows_as_with_many(
    app: AppContext, site: Any, visitor_of: Any, crowded: ConsultationPage, path: str
) -> None:
    quiet = await a_consultation(app, proposals=(-1, 10))
    await _propose(app, quiet, 2)
    await _argue(app, quiet, 1)
    await _count(app, quiet)
    visitor: Visitor = await visitor_of(None)
    seen: list[list[str]] = []
    for page in (quiet, crowded):
        await visitor.open(f"/fr/c/{page.card.slug}")
        async with statements(site) as sent:
            await visitor.open(f"/fr/c/{page.card.slug}{path}")
        seen.append(sent)
    assert len(seen[0]) == len(seen[1]), seen


async def test_a_page_of_the_team_costs_as_much_with_few_requests_as_with_many(
    app: AppContext, site: Any, visitor_of: Any
) -> None:
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    boss = await a_member(app, vote.page.card.authority, "administrator")
    await a_member(app, vote.page.card.authority, "administrator")
    box = f"/fr/gestion/c/{vote.page.card.slug}/urne"
    team = f"/fr/gestion/a/{vote.page.card.authority.slug}/equipe"
    seen: list[list[int]] = []
    for numbers in (["1", "2"], ["3", "4", "5", "6", "7"]):
        async with request_context(app, first) as ctx:
            await mark_voters(ctx, vote.page.ref, vote.poll, "paper", numbers)
            for number in numbers:
                await ask_code(ctx, vote.page.ref, number, "Carte perdue.")
                wish = UndoingDraft(number=number, reason="Repartie sans voter.")
                await ask_undoing(ctx, vote.page.ref, vote.poll, wish)
                batch = BatchDraft(channel="paper", ballots=[{"1": 7}])
                await enter_batch(ctx, vote.page.ref, vote.poll, batch)
                await a_member(app, vote.page.card.authority, "administrator")
        costs = []
        for viewer, path in (
            (second, box + "/codes"),
            (second, box + "/1/papier"),
            (boss, team),
        ):
            visitor: Visitor = await visitor_of(viewer)
            async with statements(site) as sent:
                await visitor.open(path)
            assert visitor.page.status_code == 200
            costs.append(len(sent))
        seen.append(costs)
    assert seen[0] == seen[1]


async def test_a_support_costs_two_exchanges_and_so_does_its_end(
    app: AppContext, site: Any, visitor_of: Any, crowded: ConsultationPage
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    where = f"/c/{crowded.card.slug}/p/7"
    await visitor.open("/fr" + where)
    await visitor.http.post(f"/fr{where}/soutenir")  # it may open a connection
    for verb in ("soutenir", "ne-plus-soutenir"):
        async with statements(site) as sent:
            answer = await visitor.http.post(f"/fr{where}/{verb}")
        assert (answer.status_code, len(sent)) == (303, 2), "\n".join(sent)


# Step of a vote -> exchanges for somebody signed in, and for whoever has a code.
STEPS = {"ballot": (3, 2), "choice": (3, 3), "check": (3, 3), "cast": (3, 3), "receipt": (5, 4)}


@pytest.mark.parametrize("by_code", [False, True])
async def test_each_step_of_a_vote_costs_so_many_exchanges(
    app: AppContext, site: Any, visitor_of: Any, by_code: bool
) -> None:
    """A cast reads, casts, and deletes the draft: no BEGIN, no COMMIT, no session."""
    page, _ = await a_poll(app, eligibility="code" if by_code else "email")
    codes = await a_roll(app, page, 1)
    visitor: Visitor = await visitor_of(None if by_code else await a_person(app))
    here = f"/fr/c/{page.card.slug}/voter/1"
    await visitor.open(here)
    async with autocommit_connection(site.state.app.engine), alone(site.state.app.engine) as db:
        await fetch(db, prepared(text(ASKS)))  # each may open a connection
    sent: dict[str, list[str]] = {}

    async def step(name: str, asked: Awaitable[httpx.Response]) -> httpx.Response:
        async with statements(site) as sent[name]:
            return await asked

    await step("ballot", visitor.http.get(here))
    await step("choice", visitor.http.post(here, data={"g-1": "7", "g-2": "4"}))
    checked = await step("check", visitor.http.get(f"{here}/verifier"))
    form = next(form for form in forms(checked.text) if form.action.endswith("/valider"))
    last = visitor.http.post(form.action, data=form.values | {"code": codes[0]})
    receipt = (await step("cast", last)).headers["location"]
    await step("receipt", visitor.http.get(receipt))
    assert {name: len(found) for name, found in sent.items()} == {
        name: counts[by_code] for name, counts in STEPS.items()
    }, sent
    functions = ("ballot_draft_of", "cast_ballot", "drop_ballot_draft")
    assert [name for one in sent["cast"] for name in functions if f"{name}(" in one] == [*functions]


@pytest.mark.parametrize("sort", ["random", "supported", "newest"])
async def test_pages_that_follow_each_other_hold_each_proposal_once(
    app: AppContext, crowded: ConsultationPage, sort: Any
) -> None:
    numbers, totals, cursor = list[int](), set[int](), ""
    async with request_context(app) as ctx:
        while not numbers or cursor:
            wish = ProposalSearch(sort=sort, seed=5, cursor=cursor, size=150)
            found = await proposal_list(ctx, crowded.ref, wish)
            assert found.items
            numbers += [card.number for card in found.items]
            totals.add(found.total)
            cursor = found.next
    assert sorted(numbers) == list(range(1, 1_001))
    assert totals == {1_000}
    if sort == "newest":
        assert numbers == sorted(numbers)  # the first ones were published last


@asynccontextmanager
async def statements(site: Any) -> AsyncIterator[list[str]]:
    """Record what the site sends to the database, by SQLAlchemy and without it.

    Left out are asyncpg's look-up of a type, which a connection makes once in its life, and the
    question whether a connection unused for seconds still answers: no page repeats them.
    """
    sent: list[str] = []
    engine, watched = site.state.app.engine, list[Any]()

    def note(record: Any) -> None:
        if record.query != ASKS and not any(mark in record.query for mark in LOOK_UP):
            sent.append(record.query)

    def note_prepared(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)  # the driver prepares it: its own logger does not see it

    def watch(connection: Any) -> None:
        connection.add_query_logger(note)
        watched.append(connection)

    def watch_held(held: Any, *_: Any) -> None:
        watch(held.driver_connection)

    for pool in POOLS.get(engine, {}).values():
        for connection, _ in pool.idle:
            watch(connection)
    event.listen(engine.sync_engine.pool, "checkout", watch_held, insert=True)
    event.listen(engine.sync_engine, "before_cursor_execute", note_prepared)
    try:
        yield sent
        await asyncio.sleep(0)  # asyncpg tells of a query at the loop's next turn
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note_prepared)
        event.remove(engine.sync_engine.pool, "checkout", watch_held)
        for connection in watched:
            connection.remove_query_logger(note)


async def _propose(app: AppContext, page: ConsultationPage, count: int) -> None:
    author = await a_person(app)
    async with request_context(app) as ctx:
        rows = [
            {
                "id": new_id(),
                **place_of(page.ref),
                "number": number,
                "author_id": author.id,
                "title": f"Une piste vers la gare ({number})",
                "body": "Le chemin est étroit et les voitures y roulent vite. " * 8,
                "state": "published",
                "version": 1,
                "theme": "Gare" if number % 2 else "Écoles",
                "created_at": ctx.now,
                "published_at": ctx.now - timedelta(minutes=number),
                "support_count": number % 40,
            }
            for number in range(1, count + 1)
        ]
        await ctx.db.execute(insert(Proposal), rows)
        given = update(Consultation).where(Consultation.id == page.card.id)
        await ctx.db.execute(given.values(proposal_count=count))


async def _count(app: AppContext, page: ConsultationPage) -> None:
    """Have the worker count the figures of a consultation."""
    async with request_context(app) as ctx:
        await count_again(ctx, Event(**place_of(page.ref)))
        await count_figures(ctx)


async def _argue(app: AppContext, page: ConsultationPage, count: int) -> None:
    """Comments on the first proposal: for, against, questions, and a reply to each third one."""
    people = [await a_person(app, f"Dominique {number}") for number in range(min(count, 9))]
    async with request_context(app) as ctx:
        query = select(Proposal.id).where(Proposal.consultation_id == page.card.id)
        proposal = await ctx.db.scalar(query.where(Proposal.number == 1))
        rows: list[dict[str, Any]] = []
        for number in range(count):
            parent = rows[-1]["id"] if number % 3 == 2 else None
            rows.append(
                {
                    "id": new_id(),
                    **place_of(page.ref),
                    "about_id": proposal,
                    "parent_id": parent,
                    "author_id": people[number % len(people)].id,
                    "stance": None if parent else ("for", "against")[number % 2],
                    "body": f"Un argument de plus, le numéro {number}.",
                    "created_at": ctx.now,
                    "published_at": ctx.now,
                }
            )
        await ctx.db.execute(insert(Comment), rows)
