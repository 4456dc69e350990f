"""Every method that the site offers, from the agent's form to a result that is counted again."""

import csv
import io

import pytest

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.ballots.queries import own_ballot
from deliberation.elections.methods.offered import OFFERED, ballot_of
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.table_texts import COLUMNS
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.i18n.catalogue import translate
from deliberation.process.consultations.commands import consultation_row, open_consultation
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_person,
    a_result,
    an_authority,
    request_context,
)
from tests.site import Visitor, VisitorOf, words
from voting.methods import METHODS, comparable
from voting.records.recount import recount

TITLES = ("Une halle", "Un jardin", "Un parking", "Un kiosque")
COSTS = (60_000, 40_000, 30_000, 20_000)
# Way of voting -> what a voter sends, what the page says of it, and what is kept.
FILLED: dict[str, tuple[dict[str, str | list[str]], str, dict[str, int]]] = {
    "grades": ({"g-1": "7", "g-2": "3"}, "Une halle Excellent", {"1": 7, "2": 3}),
    "approvals": ({"choix": ["1", "3"]}, "Un parking Approuvée", {"1": 1, "3": 1}),
    "choice": ({"choix": "2"}, "Un jardin Votre choix", {"2": 1}),
    "rankings": ({"r-2": "1", "r-1": "2"}, "Un jardin Rang 1", {"2": 1, "1": 2}),
    "scores": ({"s-1": "5", "s-2": "0"}, "Un jardin 0 sur 5", {"1": 5, "2": 0}),
    "points": ({"p-1": "3", "p-4": "1"}, "Une halle 3 ", {"1": 3, "4": 1}),
}
# Way of voting -> the ballots of others: none of them says the same, so that nothing is tied.
OTHERS: dict[str, list[dict[str, int]]] = {
    "grades": [{"1": 6, "2": 5, "3": 2, "4": 1}, {"2": 7, "1": 4}, {"3": 6, "1": 5, "2": 3}],
    "approvals": [{"1": 1}, {"2": 1, "4": 1}, {"1": 1, "2": 1}],
    "choice": [{"1": 1}, {"2": 1}, {"1": 1}],
    "rankings": [{"1": 1, "2": 2, "3": 3, "4": 4}, {"2": 1, "4": 2}, {"1": 1, "3": 2, "2": 3}],
    "scores": [{"1": 4, "2": 3, "3": 0}, {"2": 5, "4": 2}, {"1": 5, "3": 1}],
    "points": [{"1": 4, "2": 1}, {"2": 4}, {"1": 2, "3": 2, "4": 1}],
}


def a_vote(method: str) -> dict[str, str]:
    """Form fields of a vote by a method, as an agent fills them in."""
    row, costs = METHODS[method], METHODS[method].needs == "budget"
    options = [
        f"{title} | Bois | {cost} €" if costs else title
        for title, cost in zip(TITLES, COSTS, strict=True)
    ]
    return {
        "polls.0.question": "Que faire de la place ?",
        "polls.0.method": method,
        "polls.0.options": "\n".join(options),
        "polls.0.compared": next(iter(comparable(method)), ""),
        "polls.0.seats": "2" if row.needs == "seats" else "",
        "polls.0.budget": "100 000" if row.needs == "budget" else "",
        "polls.0.whole_ballots": "" if row.summable else "1",
    }


async def written(app: AppContext, visitor_of: VisitorOf, method: str) -> tuple[str, Viewer]:
    """A draft with a vote by a method that an agent wrote on its page: its slug, and the agent."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(-1, 3))
    slug = page.card.slug
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{slug}")
    await visitor.send(f"/{slug}", faire="ajouter")
    await visitor.send(f"/{slug}", **a_vote(method))
    assert visitor.page.status_code == 200, visitor.text
    return slug, agent


async def held(
    app: AppContext, visitor_of: VisitorOf, method: str
) -> tuple[ConsultationPage, PollView]:
    """Such a vote, open now."""
    slug, agent = await written(app, visitor_of, method)
    async with request_context(app, agent) as ctx:
        await open_consultation(ctx, await consultation_row(ctx, slug))
        page = await consultation_page(ctx, slug)
        return page, await poll_view(ctx, page.ref, 1)


@pytest.mark.parametrize("method", OFFERED)
async def test_a_vote_by_every_method_is_written_cast_counted_told_and_recounted(
    app: AppContext, visitor_of: VisitorOf, method: str
) -> None:
    page, poll = await held(app, visitor_of, method)
    row, kind = METHODS[method], ballot_of(method)
    assert (poll.method, poll.ballot) == (method, kind)
    assert (poll.seats > 1, poll.budget) == (
        row.needs == "seats",
        100_000 if row.needs == "budget" else None,
    )

    fields, seen, choice = FILLED[kind]
    viewer = await a_person(app)
    voter: Visitor = await visitor_of(viewer)
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    assert words(translate("fr", METHOD_TEXTS[method].rule)) in voter.text
    await voter.send("/voter/1", **fields)
    assert seen in voter.text
    await voter.send("/valider")
    assert "Votre vote est enregistré" in voter.text
    async with request_context(app, viewer) as ctx:
        assert (await own_ballot(ctx, poll)).choice == choice
    for place in range(11):
        await a_ballot(app, page, poll, OTHERS[kind][place % 3])
    await a_ballot(app, page, poll, {}, blank=True)
    page = await a_result(app, page, poll)

    for lang in ("fr", "en"):
        await voter.open(f"/{lang}/c/{page.card.slug}/resultats/1")
        assert voter.page.status_code == 200
        assert words(translate(lang, METHOD_TEXTS[method].name)) in voter.text or not poll.compared
        assert words(translate(lang, METHOD_TEXTS[method].rule)) in voter.text
        assert "<svg" in voter.page.text
        assert "%(" not in voter.text
        assert "Une halle" in voter.text
    api = f"/api/v1/consultations/{page.card.slug}/polls/1/result"
    table = list(csv.reader(io.StringIO((await voter.http.get(f"{api}.csv")).text)))
    assert len(table) == 1 + len(TITLES)
    assert {len(line) for line in table} == {len(table[0])}
    assert len(table[0]) > 2, "more than a place is told"
    found = recount((await voter.http.get(f"{api}/recount")).content)
    assert found.same, found.differences
    assert found.outcome.method == method


def test_every_method_offered_has_its_texts_and_a_ballot() -> None:
    assert {*OFFERED} <= {*METHOD_TEXTS}
    assert {ballot_of(method) for method in OFFERED} == {*FILLED}
    assert {"score", "elected", "funded"} <= {*COLUMNS}


@pytest.mark.parametrize(
    ("method", "fields", "over"),
    [
        ("cumulative", {"p-1": "8", "p-2": "5"}, "13 points : c’est 3 de trop, car il y en a 10"),
        ("quadratic", {"p-1": "5", "p-2": "4"}, "41 points : c’est 5 de trop, car il y en a 36"),
    ],
)
async def test_what_cannot_be_spent_is_refused_with_the_sum_and_what_was_typed(
    app: AppContext, visitor_of: VisitorOf, method: str, fields: dict[str, str], over: str
) -> None:
    page, _poll = await held(app, visitor_of, method)
    voter: Visitor = await visitor_of(await a_person(app))
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    await voter.send("/voter/1", **fields)
    assert voter.page.status_code == 422
    assert over in voter.text
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in voter.page.text
    await voter.send("/voter/1", **{"p-2": "2"})
    assert voter.page.url.path.endswith("/verifier")


async def test_a_voter_may_clear_a_score_and_a_zero_is_one(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await held(app, visitor_of, "score")
    viewer = await a_person(app)
    voter: Visitor = await visitor_of(viewer)
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    await voter.send("/voter/1", **{"s-1": "0"})
    assert "Une halle 0 sur 5" in voter.text, "a ballot of a single 0 is not blank"
    await voter.send("/valider")
    await voter.open(f"/fr/c/{page.card.slug}/voter/1")
    await voter.send("/voter/1", **{"s-1": "none", "s-2": "4"})
    assert "Une halle Sans note" in voter.text
    await voter.send("/valider")
    async with request_context(app, viewer) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"2": 4}
