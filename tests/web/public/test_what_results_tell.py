"""Published data of a plain vote: of few ballots the ranking, of more sums, whole ballots if
agreed.

The rule is that of sealed votes (`counting.outcomes.shown_of`); here it is held at every door.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.counting.outcomes import MIN_BALLOTS_FOR_SCORES
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.views.figures.disclosure_control import SMALLEST
from deliberation.views.figures.queries import consultation_insight
from tests.builders import (
    TITLES,
    a_ballot,
    a_consultation,
    a_member,
    a_poll,
    a_poll_row,
    a_result,
    a_result_row,
    an_authority,
    request_context,
)
from tests.site import Visitor
from voting.records.recount import recount

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
# A grading that nobody else gives: who dictated it could look it up.
SIGNATURE = {"1": 2, "2": 6, "3": 3}


async def _counted(
    app: AppContext, ballots: int, method: str = "majority_judgment", **values: Any
) -> ConsultationPage:
    """A counted poll of that many ballots, one of them the signature."""
    page, poll = await a_poll(app, method=method, **values)
    graded = method == "majority_judgment"
    usual = {"1": 7, "2": 4, "3": 1} if graded else {"1": 1}
    for turn in range(ballots):
        odd = SIGNATURE if graded else {"3": 1}
        await a_ballot(app, page, poll, usual if turn else odd)
    page = await a_result(app, page, poll)
    async with request_context(app) as ctx:
        return await consultation_page(ctx, page.card.slug)


def _files(page: ConsultationPage) -> str:
    return f"/api/v1/consultations/{page.card.slug}/polls/1/result"


def test_m4_figures_and_results_have_one_floor() -> None:
    assert SMALLEST == MIN_BALLOTS_FOR_SCORES == 10


@pytest.mark.parametrize("ballots", [1, 9])
@pytest.mark.parametrize("whole", [False, True])
async def test_m4_of_fewer_than_ten_ballots_only_the_ranking_leaves_by_any_door(
    app: AppContext, visitor_of: Visitors, ballots: int, whole: bool
) -> None:
    authority = await an_authority(app)
    page = await _counted(
        app, ballots, compared="approval", whole_ballots=whole, authority=authority
    )
    visitor = await visitor_of(None)
    found = (await visitor.open(_files(page))).json()
    assert sorted(name for tier in found["outcome"]["ranking"] for name in tier) == sorted(TITLES)
    told = {"winners", "ranking", "method", "options", "narration", "steps"}
    rest = {name: value for name, value in found["outcome"].items() if name not in told}
    assert not any(msgspec.json.decode(msgspec.json.encode(list(rest["boxes"].values()))))
    assert not any(value for name, value in rest.items() if name != "boxes")
    empty = ("compared", "ballots", "electors", "digest", "channels", "counted", "faults")
    assert not any(found[name] for name in empty)
    assert found["small"]
    assert (await visitor.open(f"{_files(page)}/recount")).status_code == 404
    table = (await visitor.open(f"{_files(page)}.csv")).text.splitlines()
    assert {line.count(",") for line in table} == {1}
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert "Pourquoi il n’y a que le classement" in visitor.text
    assert "moins de dix" in visitor.text.lower()
    assert "<svg" not in visitor.page.text.partition("<main")[2].partition("comptage")[0]
    assert "beffroi recount" not in visitor.text
    for path in (f"/embed/c/{page.card.slug}", f"/embed/c/{page.card.slug}/resultats"):
        assert f"{ballots} bulletin" not in (await visitor.open(path)).text
    await visitor.open(f"/fr/a/{authority.slug}")
    assert page.card.title in visitor.text
    assert f"{ballots} bulletin" not in visitor.text
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        (short,) = (await consultation_insight(ctx, page)).results
    assert (short.ballots, short.channels, short.lead) == (None, {}, None)
    officials = await visitor_of(official)
    assert (await officials.open(f"/fr/elus/c/{page.card.slug}")).status_code == 200
    assert f"{ballots} bulletin" not in officials.text


@pytest.mark.parametrize("method", ["majority_judgment", "approval", "schulze"])
async def test_m4_of_ten_ballots_sums_are_published_that_anybody_counts_again(
    app: AppContext, visitor_of: Visitors, method: str
) -> None:
    page = await _counted(app, 10, method)
    visitor = await visitor_of(None)
    file = (await visitor.open(f"{_files(page)}/recount")).content
    again = recount(file)
    assert (again.same, again.summed) == (True, True)
    document = msgspec.json.decode(file)
    assert "ballots" not in document
    found = (await visitor.open(_files(page))).json()
    assert (found["ballots"], found["small"], found["recountable"]) == (10, False, True)
    assert found["digest"] == document["published"]["digest"]
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert "aucun bulletin entier" in visitor.text


async def test_m4_whole_ballots_are_published_where_the_ballot_said_so_before(
    app: AppContext, visitor_of: Visitors
) -> None:
    page, _ = await a_poll(app, whole_ballots=True)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    assert "chaque bulletin différent" in visitor.text
    assert "aucun bulletin entier" not in visitor.text
    page = await _counted(app, 10, whole_ballots=True)
    document = (await visitor.open(f"{_files(page)}/recount")).json()
    assert sorted(one["count"] for one in document["ballots"]) == [1, 9]


async def test_m4_without_an_agreement_a_ballot_says_that_only_sums_will_be_published(
    app: AppContext, visitor_of: Visitors
) -> None:
    visitor = await visitor_of(None)
    for method, words in (
        ("majority_judgment", "des sommes seulement"),
        ("instant_runoff", "personne d’autre que le site ne peut donc recompter"),
    ):
        page, _ = await a_poll(app, method=method)
        await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
        assert words in visitor.text
        assert "Si moins de dix bulletins sont comptés, seul le classement" in visitor.text


async def test_m4_a_count_of_whole_ballots_without_agreement_has_no_file_and_no_digest(
    app: AppContext, visitor_of: Visitors
) -> None:
    page = await _counted(app, 10, "instant_runoff")
    visitor = await visitor_of(None)
    found = (await visitor.open(_files(page))).json()
    assert (found["digest"], found["outcome"]["digest"], found["recountable"]) == ("", "", False)
    assert found["outcome"]["evidence"]["rounds"]
    refused = await visitor.open(f"{_files(page)}/recount")
    assert (refused.status_code, refused.json()["code"]) == (404, "no-recount-file")
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert "Personne ne peut recompter à partir d’un fichier : cette méthode" in visitor.text


async def test_a_result_published_under_the_old_rule_stays_as_it_was(
    app: AppContext, visitor_of: Visitors
) -> None:
    page = await a_consultation(app, vote=(-3, -1))
    poll_id = await a_poll_row(app, page, whole_ballots=True)
    await a_result_row(app, poll_id)
    visitor = await visitor_of(None)
    found = (await visitor.open(_files(page))).json()
    assert (found["ballots"], found["small"], found["recountable"]) == (3, False, True)
