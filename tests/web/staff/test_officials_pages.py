"""Officials read their dashboard and answer; for everybody else those pages do not exist."""

import pytest

from deliberation.core.context import AppContext
from deliberation.network.authorities.model import Authority
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    supports,
    votes,
)
from tests.site import Visitor, VisitorOf


async def busy(app: AppContext, authority: Authority) -> tuple[str, int]:
    """A consultation with something of everything; its slug and a proposal's number."""
    page = await a_consultation(app, authority, proposals=(-9, 6), vote=(-5, -1))
    number = await a_proposal(app, page, title="Un abri devant la gare")
    people = await supports(app, page, number, 14)
    other = await a_proposal(app, page, title="Une rue sans voitures")
    await supports(app, page, other, 12)
    for stance in ("for", "against"):
        for _ in range(3):
            await a_comment(app, page, other, stance=stance)
    await a_comment(app, page, number)
    poll_id = await a_poll_row(app, page)
    await votes(app, poll_id, people)
    await a_result_row(app, poll_id, [(7, 5, 1)] * 8 + [(6, 5, 7)] * 8)
    return page.card.slug, number


async def test_the_ten_questions_are_answered_in_sentences(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, population=6754)
    slug, _ = await busy(app, authority)
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open("/fr/elus")
    assert "attendues de votre part" in official.text
    await official.open(f"/fr/elus/c/{slug}")
    text = official.text
    assert official.page.status_code == 200
    for number, question in enumerate(
        (
            "Combien ?",
            "Qui manque ?",
            "Qu’est-ce qui rassemble ?",
            "Qu’est-ce qui divise ?",
            "Quelles priorités ?",
            "Ça évolue ?",
            "Où ?",
            "À quoi dois-je répondre ?",
            "Qu’en a-t-on fait ?",
            "Puis-je m’y fier ?",
        ),
        1,
    ):
        assert f"{number} {question}" in text
    assert "6 754 habitantes et habitants" in text
    assert "Ce qu’on ne peut pas conclure" in text
    assert "Fragile" in text
    assert "<svg" in official.page.text
    assert "style=" not in official.page.text
    assert "Jour le plus actif" in text


@pytest.mark.parametrize("place", ["p/{number}", "resultats/1"])
async def test_an_official_answers_and_everybody_reads_it(
    app: AppContext, visitor_of: VisitorOf, place: str
) -> None:
    authority = await an_authority(app)
    slug, number = await busy(app, authority)
    path = f"/elus/c/{slug}/{place.format(number=number)}/repondre"
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open(f"/fr{path}")
    await official.send("/repondre", decision="accepted", body="Trop court")
    assert official.page.status_code == 422
    assert "Trop court" in official.page.text
    words = "Nous posons l’abri en mars, **devant** la gare."
    await official.send("/repondre", decision="accepted", body=words)
    assert "Votre réponse est publiée" in official.text
    await official.open(f"/fr{path}")
    assert "Changer la réponse" in official.text
    await official.send("/repondre", decision="partly")
    anybody: Visitor = await visitor_of(None)
    if place.startswith("p/"):
        await anybody.open(f"/fr/c/{slug}/p/{number}")
        assert "<strong>devant</strong>" in anybody.page.text
        assert "Retenu en partie" in anybody.text
        assert "modifiée le" in anybody.text


async def test_for_others_the_space_of_officials_does_not_exist(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    slug, number = await busy(app, authority)
    paths = (
        f"/fr/elus/c/{slug}",
        f"/fr/elus/c/{slug}/p/{number}/repondre",
        f"/fr/elus/c/{slug}/resultats/1/repondre",
    )
    foreign = await a_member(app, await an_authority(app), "official")
    agent = await a_member(app, authority, "agent")
    for viewer in (foreign, agent, await a_person(app)):
        visitor: Visitor = await visitor_of(viewer)
        for path in paths:
            assert (await visitor.open(path)).status_code == 404
            assert "gare" not in visitor.text
    for viewer in (agent, await a_person(app)):
        visitor = await visitor_of(viewer)
        assert (await visitor.open("/fr/elus")).status_code == 404
    nobody: Visitor = await visitor_of(None)
    for path in ("/fr/elus", *paths):
        await nobody.open(path)
        assert nobody.page.url.path == "/fr/identite"


async def test_an_empty_consultation_has_its_dashboard_too(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open(f"/fr/elus/c/{page.card.slug}")
    assert official.page.status_code == 200
    assert "Base inconnue : pas de pourcentage" in official.text
    assert "Personne n’a encore participé" in official.text
