"""The pages of results: what everybody reads before the close, and once it is counted."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import brotli
import pytest

import web
from deliberation.core.context import AppContext
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_poll,
    a_poll_row,
    a_result,
    an_authority,
    close_now,
    import_ballots,
    request_context,
    unique,
)
from tests.site import Visitor, VisitorOf, words
from voting.formats import own
from web.shell.assets import assets

pytestmark = pytest.mark.usefixtures("no_floor")

BUDGET = 35_000  # bytes transferred, compressed: the page, the style sheet and the script


async def voted(app: AppContext, **values: Any) -> str:
    """The slug of a consultation whose poll on three streets is counted."""
    page, poll = await a_poll(app, **values)
    for choice in ({"1": 7, "2": 4, "3": 2}, {"1": 6, "2": 6}, {"1": 5, "2": 1, "3": 3}):
        await a_ballot(app, page, poll, choice)
    await a_result(app, page, poll)
    return page.card.slug


async def imported(app: AppContext, document: dict[str, Any], method: str, **values: Any) -> str:
    """The slug of a past vote loaded from a file."""
    authority = await an_authority(app)
    slug = unique("vote")
    async with request_context(app, await a_member(app, authority, "agent")) as ctx:
        await import_ballots(
            ctx,
            authority.id,
            own.read(json.dumps(document)),
            slug=slug,
            title="La place du village",
            method=method,
            held_on=date(2009, 3, 3),
            source_note="Bulletins publiés par la commune.",
            **values,
        )
    return slug


def ranked(*ballots: tuple[int, list[str]]) -> dict[str, Any]:
    """Rankings of three places."""
    rows = [{"count": n, "ranking": [[name] for name in order]} for n, order in ballots]
    return {"candidates": ["Parc", "Halle", "Quai"], "ballots": rows}


async def test_a_result_leads_with_one_sentence_then_explains_it(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await voted(app)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert visitor.page.status_code == 200
    sentence = "« Rue de la Gare » arrive en tête au jugement majoritaire, sur 3 bulletins reçus."
    assert visitor.text.index(sentence) < visitor.text.index("Mention majoritaire")
    assert "Comment c’est compté" in visitor.text
    assert "Pourquoi pas « Chemin des Aulnes » ?" in visitor.text
    assert "2 comptés" in visitor.text
    assert "1 incomplet, compté lui aussi" in visitor.text
    assert "reçoit la mention la plus basse" in visitor.text
    assert "beffroi recount" in visitor.text
    assert re.search(r"SHA-256\) : [0-9a-f]{64}", visitor.text)
    assert "n’est pas secret pour les personnes qui administrent" in visitor.text
    assert "<form" not in visitor.page.text


async def test_a_vote_without_a_question_yet_says_when_its_result_comes(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, proposals=(-1, 10), vote=(12, 20))
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}")
    assert f"/fr/c/{page.card.slug}/resultats" in visitor.page.text
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert visitor.page.status_code == 200
    assert "Le résultat n’est pas encore publié." in visitor.text
    assert "Le vote ouvrira le" in visitor.text
    assert "/voter" not in visitor.page.text


async def test_a_consultation_without_a_vote_has_no_result_page(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, proposals=(-1, 10))
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert visitor.page.status_code == 404


async def test_the_downloads_of_a_result_are_there(app: AppContext, visitor_of: VisitorOf) -> None:
    slug = await voted(app)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats/1")
    links = set(re.findall(r'href="(/api/v1/[^"]+)"', visitor.page.text))
    assert len(links) == 4
    for link in links:
        answered = await visitor.http.get(unescape(link))
        assert answered.status_code == 200, link


@pytest.mark.parametrize(
    ("vote", "said"),
    [((1, 3), "Le vote ouvrira le"), ((-1, 3), "Le vote est ouvert jusqu’au")],
)
async def test_before_the_close_the_page_says_when_the_result_comes(
    app: AppContext, visitor_of: VisitorOf, vote: tuple[float, float], said: str
) -> None:
    page, poll = await a_poll(app, vote=vote)
    if vote[0] < 0:
        await a_ballot(app, page, poll, {"1": 7, "2": 1})
    visitor: Visitor = await visitor_of(None)
    for path in ("resultats", "resultats/1"):
        await visitor.open(f"/fr/c/{page.card.slug}/{path}")
        assert visitor.page.status_code == 200
        assert said in visitor.text
        assert "arrive en tête" not in visitor.text
        assert "<svg role" not in visitor.page.text


async def test_between_the_close_and_the_count_the_page_says_to_wait(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _poll = await a_poll(app)
    await close_now(app, page)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert visitor.page.status_code == 200
    assert "Les bulletins sont comptés en ce moment" in visitor.text


async def test_an_unknown_poll_and_a_consultation_without_vote_have_no_result(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await voted(app)
    visitor: Visitor = await visitor_of(None)
    assert (await visitor.open(f"/fr/c/{slug}/resultats/2")).status_code == 404
    page = await a_consultation(app)
    assert (await visitor.open(f"/fr/c/{page.card.slug}/resultats")).status_code == 404


async def test_several_polls_are_listed_each_with_its_sentence(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    await a_poll_row(app, page, number=2)
    await a_ballot(app, page, poll, {"1": 7, "2": 1, "3": 2})
    await a_result(app, page, poll)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/resultats")
    assert "« Rue de la Gare » arrive en tête" in visitor.text
    assert "Le résultat n’est pas encore publié." in visitor.text
    assert f"/c/{page.card.slug}/resultats/2" in visitor.page.text


async def test_another_method_is_shown_beside_with_why_it_differs(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    # The Burlington pattern: the duels go to Halle, the eliminations take it out first.
    ballots = ranked(
        (40, ["Parc", "Halle"]),
        (35, ["Quai", "Halle"]),
        (25, ["Halle", "Quai"]),
    )
    slug = await imported(app, ballots, "instant_runoff", compared="schulze")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "« Quai » arrive en tête par éliminations successives" in visitor.text
    assert "Comptés autrement, les mêmes bulletins donnent un autre premier rang." in visitor.text
    assert "« Halle » arrive en tête selon la méthode de Schulze" in visitor.text
    assert "Premier écart, au 1er rang : « Quai » par éliminations successives" in visitor.text
    assert "Gagnent des places : « Halle » (du 3e au 1er rang)." in visitor.text
    assert "Une option qui gagne tous ses duels arrive en tête." in visitor.text
    ids = re.findall(r'\bid="([^"]+)"', visitor.page.text)
    assert len(ids) == len(set(ids))


async def test_an_imported_vote_says_where_its_ballots_come_from(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await imported(app, ranked((3, ["Parc"]), (2, ["Halle"])), "schulze")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "Bulletins publiés par la commune." in visitor.text
    assert "3 mars 2009" in visitor.text
    assert "Ce que ce vote protège" not in visitor.text


async def test_a_tie_and_an_empty_vote_are_told_without_inventing_a_winner(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await imported(app, ranked(), "schulze")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "Aucun bulletin n’a été reçu" in visitor.text
    assert '<figure class="chart"' not in visitor.page.text
    slug = await imported(app, ranked((1, ["Parc"]), (1, ["Halle"])), "schulze")
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "les départage" in visitor.text
    assert "Avec un autre ordre entre" in visitor.text


async def test_the_official_answer_stands_on_the_result(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await voted(app)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "Réponse attendue. L’engagement pris" in visitor.text
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, slug)
    official = await a_member(app, page.card.authority, "official")
    async with request_context(app, official) as ctx:
        words_of_it = "Nous suivrons ce classement dès le printemps."
        draft = AnswerDraft(decision="accepted", body=words_of_it)
        await answer(ctx, page.ref, SubjectRef("poll", 1), draft)
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert words_of_it in visitor.text
    assert "Retenu" in visitor.text
    assert "Réponse attendue" not in visitor.text
    await visitor.open(f"/en/c/{slug}/resultats")
    assert "Accepted" in visitor.text


async def test_a_result_is_light(app: AppContext, visitor_of: VisitorOf) -> None:
    grades = [f"Mention {place}" for place in range(1, 8)]
    tallies = {f"Option numéro {n} du vote": [n, 10, 20, 30, 20, 10, 20 - n] for n in range(12)}
    document = {"grades": grades, "tallies": tallies, "judges": 110}
    slug = await imported(app, document, "majority_judgment", compared="approval")
    visitor: Visitor = await visitor_of(None)
    visitor.http.headers["accept-encoding"] = "identity"
    await visitor.open(f"/fr/c/{slug}/resultats")
    own_files = sum(
        len(asset.brotli)
        for name, asset in assets().items()
        if re.match(r"site\.\w+\.(css|js)$", name)
    )
    html = len(brotli.compress(visitor.page.content, quality=5))
    assert html < 12_000
    assert html + own_files < BUDGET


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_no_gap_is_left_unfilled(app: AppContext, visitor_of: VisitorOf, lang: str) -> None:
    slug = await voted(app, compared="schulze")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/{lang}/c/{slug}/resultats")
    assert visitor.page.status_code == 200
    assert "%(" not in words(visitor.page.text)


async def test_the_grade_read_as_an_approval_is_said_in_the_readers_language(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = await voted(app, compared="approval")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/en/c/{slug}/resultats")
    assert "yes from “Fairly good”" in visitor.text


def test_templates_of_results_hold_no_style_and_no_script() -> None:
    folder = Path(web.__file__).parent / "public" / "results"
    for path in folder.glob("*.html"):
        assert not re.search(r"<script|style=|onclick", path.read_text()), path
