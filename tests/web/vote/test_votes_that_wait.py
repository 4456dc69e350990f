"""Pages tell what a vote waits for, and what its count found, to everybody and to its agents."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.paper.paper_ballots import mark_voters
from deliberation.elections.results.commands import count_poll
from tests.builders import a_ballot, a_poll, request_context
from tests.sealed import SealedVote, a_roll, a_sealed_vote, close_sealed, end_vote, two_agents
from tests.site import Visitor

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]


async def a_marked_vote(app: AppContext) -> SealedVote:
    page, poll = await a_poll(app, eligibility="roll", vote=(-1, 0.5))
    vote = SealedVote(page, poll, await a_roll(app, page, 3))
    first, _ = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", ["1", "2"])
    return vote


async def test_prof_1_everybody_and_the_agents_read_why_a_count_waits(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_marked_vote(app)
    first, _ = await two_agents(app, vote)
    anybody, agent = await visitor_of(None), await visitor_of(first)
    here = f"/fr/gestion/c/{vote.page.card.slug}/urne"
    results = f"/fr/c/{vote.page.card.slug}/resultats/1"
    await agent.open(here)
    assert "2 personnes émargées sur papier ou au guichet" in agent.text  # the last day
    await end_vote(app, vote)
    await anybody.open(results)
    assert "restent à saisir" in anybody.text
    assert "dans quelques minutes" not in anybody.text
    await agent.open(here)
    assert "annulez à deux les émargements de trop" in agent.text
    await agent.open(here + "/1/papier")
    assert "la saisie continue" in agent.text
    assert "Commencer la saisie" in agent.text
    assert "Identifiants sur la liste" not in agent.text  # nobody is marked any more
    await end_vote(app, vote, ago=timedelta(days=3, minutes=11))
    await anybody.open(results)
    assert "difficulté technique" in anybody.text
    await agent.open(here)
    assert "beffroi jobs retry" in agent.text
    async with request_context(app) as ctx:
        await count_poll(ctx, str(vote.poll.id))
    for visitor, place in ((anybody, results), (agent, here)):
        await visitor.open(place)
        assert "Émargements sans bulletin : 2." in visitor.text


async def test_f2_the_public_never_reads_how_a_job_failed(
    app: AppContext, visitor_of: Visitors
) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    vote = await end_vote(app, SealedVote(page, poll, []))
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "INSERT INTO job (name, values, run_at, once, tries, failure) VALUES"
                " ('count-poll', '{}', clock_now() + interval '1 hour', :once, 8, 'KeyError')"
            ),
            {"once": f"count-poll:{poll.id}"},
        )
    anybody = await visitor_of(None)
    await anybody.open(f"/fr/c/{page.card.slug}/resultats/1")
    assert "difficulté technique" in anybody.text
    assert "KeyError" not in anybody.text
    first, _ = await two_agents(app, vote)
    agent = await visitor_of(first)
    await agent.open(f"/fr/gestion/c/{page.card.slug}/urne")
    assert "8 fois" in agent.text
    assert "KeyError" in agent.text


async def test_prof_16_a_closed_ballot_box_tells_the_agents_to_hand_it_to_the_trustees(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    await close_sealed(app, vote)
    first, _ = await two_agents(app, vote)
    agent = await visitor_of(first)
    await agent.open(f"/fr/gestion/c/{vote.page.card.slug}/urne")
    assert "elle attend les dépositaires" in agent.text
