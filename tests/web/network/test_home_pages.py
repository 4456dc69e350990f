"""The network's home, the list, an authority's home: what is open first, then what came of it."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import event

from deliberation.core.context import AppContext
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.network.authorities.model import Authority
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import (
    a_consultation,
    a_member,
    a_proposal,
    an_authority,
    request_context,
    unique,
)
from tests.site import Visitor, VisitorOf


async def an_answered(app: AppContext, authority: Authority, title: str) -> ConsultationPage:
    """A consultation over, whose proposal got an answer."""
    official = await a_member(app, authority, "official")
    page = await a_consultation(app, authority, title=title)
    number = await a_proposal(app, page, title="Planter le long du canal")
    async with request_context(app, official) as ctx:
        draft = AnswerDraft(decision="accepted", body="Oui : **dès** l’automne, & partout à 100 %.")
        await answer(ctx, page.ref, SubjectRef("proposal", number), draft)
    return page


async def test_what_is_open_comes_before_what_comes_and_what_is_over(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, name="Ville de Halluyn")
    over, coming, now = unique("Passée"), unique("Promise"), unique("Présente")
    await a_consultation(app, authority, title=over, proposals=(-9, -5), decision=(-4, 9))
    await a_consultation(app, authority, title=coming, proposals=(2, 9))
    await a_consultation(app, authority, title=now, proposals=(-2, 9))
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/a/{authority.slug}")
    places = [visitor.text.index(title) for title in (now, coming, over)]
    assert places == sorted(places)
    assert "Propositions ouvertes" in visitor.text
    assert "Terminée" in visitor.text


async def test_the_network_shows_its_authorities_and_the_newest_answers(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, name="Ville d’Escaubecque", tagline="Entre deux becques")
    await an_answered(app, authority, unique("Le canal"))
    visitor: Visitor = await visitor_of()
    await visitor.open("/fr/collectivites?q=escaubecque")
    assert "Ville d’Escaubecque Commune Entre deux becques" in visitor.text
    await visitor.open("/fr/")
    assert "Planter le long du canal" in visitor.text
    assert "Oui : dès l’automne, & partout à 100 %." in visitor.text  # words, not markup


async def test_a_letter_says_where_the_list_begins(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app, name=unique("Aaa"))
    visitor: Visitor = await visitor_of()
    for letter, listed in (("a", True), ("A", True), ("b", False), ("abc", True)):
        await visitor.open(f"/fr/collectivites?lettre={letter}")
        assert (authority.name in visitor.text) == listed, letter


async def test_the_list_is_filtered_by_state_place_and_words(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    word = unique("glycine")
    await a_consultation(app, authority, title=f"Ouverte {word}", proposals=(-1, 4))
    await a_consultation(app, title=f"Ailleurs {word}", proposals=(-1, 4))
    await a_consultation(app, authority, title=f"Finie {word}", proposals=(-4, -1))
    visitor: Visitor = await visitor_of()

    async def found(**query: str) -> set[str]:
        await visitor.open("/fr/consultations?" + "&".join(f"{k}={v}" for k, v in query.items()))
        return {
            name for name in ("Ouverte", "Ailleurs", "Finie") if f"{name} {word}" in visitor.text
        }

    assert await found(q=word.upper()) == {"Ouverte", "Ailleurs", "Finie"}
    assert await found(q=word, etat="ouvertes") == {"Ouverte", "Ailleurs"}
    assert await found(q=word, lieu=authority.slug) == {"Ouverte", "Finie"}
    assert await found(q=word, etat="terminees") == {"Finie"}
    assert await found(q=word, etat="autre", lieu="nulle-part") == {"Ouverte", "Ailleurs", "Finie"}
    await visitor.open("/fr/consultations?q=introuvable-partout")
    assert "Aucune consultation ne correspond à votre recherche." in visitor.text


async def test_a_draft_is_on_no_public_page(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    title = unique("Brouillon")
    await a_consultation(app, authority, title=title, opened=False)
    visitor: Visitor = await visitor_of()
    for path in ("/fr/", "/fr/consultations", f"/fr/a/{authority.slug}", "/fr/plan"):
        await visitor.open(path)
        assert title not in visitor.text, path


@pytest.mark.parametrize("path", ["/fr/", "/fr/consultations", "/fr/collectivites"])
async def test_a_home_page_costs_five_statements_however_much_there_is(
    site: Litestar, app: AppContext, visitor_of: VisitorOf, path: str
) -> None:
    for _ in range(3):
        await an_answered(app, await an_authority(app), unique("Le marais"))
    statements: list[str] = []
    engine = site.state.app.engine.sync_engine

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    visitor: Visitor = await visitor_of()
    await visitor.open(path)
    event.listen(engine, "before_cursor_execute", note)
    try:
        await visitor.open(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 5, statements
