"""A site that is asked for more than it can do says so at once, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from sqlalchemy import text
from structlog.testing import capture_logs

from api import admission
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from tests.builders import a_consultation, a_person, a_poll, a_proposal
from tests.sealed import a_sealed_vote
from tests.site import ProgramOf, Visitor, VisitorOf

ENOUGH = 60  # seconds in which any machine answers what it answers at once


@asynccontextmanager
async def a_crowd(app: AppContext, visitor: Visitor, site: Litestar) -> AsyncIterator[None]:
    """As many as may wait ask for a page that nothing can read until the end; then all have it."""
    page = await a_consultation(app)
    path = f"/fr/c/{page.card.slug}/p/{await a_proposal(app, page)}"
    line: admission.Line = site.state.lines["visitor"]
    async with transaction(app.engine) as db:
        await db.execute(text("LOCK TABLE comment"))
        asking = [
            asyncio.create_task(visitor.http.get(path))
            for _ in range(admission.AT_ONCE["visitor"] + admission.MOST)
        ]
        async with asyncio.timeout(ENOUGH):
            while line.waiting < line.most:  # noqa: ASYNC110 (nobody tells of it)
                await asyncio.sleep(0)
            yield
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert not line.waiting
    assert not line.free.locked()


async def test_a_crowd_of_visitors_keeps_nobody_else_out_and_is_told_when_to_come_back(
    app: AppContext,
    site: Litestar,
    visitor_of: VisitorOf,
    program_of: ProgramOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "LONGEST", ENOUGH)
    page, _ = await a_poll(app)
    person = await a_person(app)
    visitor, known, program = await visitor_of(), await visitor_of(person), await program_of(person)
    vote = f"/fr/c/{page.card.slug}/voter/1"
    cast = {"choice": {"1": 5}, "submission": "x" * 12}
    async with a_crowd(app, visitor, site):
        with capture_logs() as logs:
            refused = await visitor.http.get("/en/consultations?q=haie")
            answer = await visitor.http.get("/api/v1/consultations")
        for one in (refused, answer):
            assert (one.status_code, one.headers["retry-after"]) == (503, "10")
        assert not logs  # they would fill the disk
        assert "Try again in 10 seconds" in refused.text.replace("\u00a0", " ")
        assert 'href="/en/consultations?q=haie"' in refused.text
        assert refused.headers["cache-control"] == "public, max-age=0, s-maxage=2"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "busy"
        for path in ("/sante", "/static/nowhere"):
            assert (await visitor.http.get(path)).status_code != 503
        assert (await visitor.http.post(vote, data={"g-1": "5"})).status_code == 303
        assert (await known.http.get("/fr/consultations")).status_code == 200
        assert (await known.http.get(vote)).status_code == 200
        told = await program.put(f"consultations/{page.card.slug}/polls/1/ballot", json=cast)
        assert told.status_code == 200
    assert (await visitor.http.get("/en/consultations?q=haie")).status_code == 200


async def test_nobody_waits_longer_than_they_are_told(
    app: AppContext, site: Litestar, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LONGEST", 0.05)
    monkeypatch.setitem(site.state.lines, "visitor", line := admission.Line(1, 5))
    await line.free.acquire()
    visitor = await visitor_of()
    assert (await visitor.http.get("/fr/")).status_code == 503
    line.free.release()
    assert (await visitor.http.get("/fr/")).status_code == 200
    assert not line.free.locked()


async def test_casts_go_on_when_all_lines_are_full(
    app: AppContext, site: Litestar, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = await a_poll(app)
    voter = await visitor_of(await a_person(app))
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    await voter.send("/voter/1", **{"g-1": "7"})
    for who in admission.AT_ONCE:
        monkeypatch.setitem(site.state.lines, who, admission.Line(0, 0))
    await voter.send("/valider")
    assert "/recu/" in voter.page.url.path
    assert voter.page.status_code == 503  # its receipt, that the same address shows later
    monkeypatch.undo()
    await voter.follow("Recommencer")
    assert voter.page.status_code == 200


async def test_a_file_that_takes_long_stands_in_no_line(
    app: AppContext, site: Litestar, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = await a_sealed_vote(app, electors=1)
    polls = f"/api/v1/consultations/{vote.page.card.slug}/polls/{vote.poll.number}"
    visitor: Visitor = await visitor_of(None)
    monkeypatch.setitem(site.state.lines, "visitor", admission.Line(0, 0))
    assert (await visitor.http.get(f"{polls}/board")).status_code == 200
    assert (await visitor.http.get(polls)).status_code == 503


async def test_a_form_that_was_refused_is_sent_again_in_one_click(
    app: AppContext, site: Litestar, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = await a_poll(app)
    voter: Visitor = await visitor_of(await a_person(app))
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    with monkeypatch.context() as patch:
        patch.setitem(site.state.lines, "begun", admission.Line(0, 0))
        await voter.send("/voter/1", **{"g-1": "7", "g-2": "none"})
        assert voter.page.status_code == 503
    await voter.send("/voter/1")
    assert "Rue de la Gare Excellent Modifier" in voter.text
    await voter.send("/valider")
    assert "/recu/" in voter.page.url.path
