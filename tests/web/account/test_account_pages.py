"""One's account: changing it, seeing what one did, taking all of it away, deleting it."""

import json
from typing import Any

from sqlalchemy import select

from deliberation import tables
from deliberation.core.context import AppContext, Viewer
from deliberation.core.database import Row
from deliberation.network.people.model import Person
from deliberation.views.personal_data.queries import STORED
from deliberation.views.personal_data.texts import SECTION_LABELS
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_person,
    a_poll,
    a_proposal,
    request_context,
)
from tests.site import Visitor, VisitorOf

assert tables.TABLES


async def somebody_active(app: AppContext, name: str) -> tuple[Viewer, Any, Any]:
    """Somebody who proposed, argued, supported and voted."""
    person = await a_person(app, name)
    page = await a_consultation(app)
    mine = await a_proposal(app, page, person, title=f"La proposition de {name}")
    other = await a_proposal(app, page)
    await a_comment(app, page, other, person, body=f"L’argument de {name}")
    voting, poll = await a_poll(app)
    await a_ballot(app, voting, poll, {"1": 7, "2": 4, "3": 1}, person)
    return person, page, mine


async def test_a_person_changes_name_language_and_mails(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name="")
    assert visitor.page.status_code == 422
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name="Zoé Lemaire", lang="en", notify=None)
    assert visitor.page.url.path == "/en/compte"
    async with request_context(app) as ctx:
        row = await ctx.db.get_one(Person, person.id)
        assert (row.name, row.lang) == ("Zoé Lemaire", "en")


async def test_an_account_is_for_its_person_only(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(None)
    for path in ("", "/contributions", "/donnees.json", "/supprimer", "/nom"):
        await visitor.open(f"/fr/compte{path}")
        assert visitor.page.url.path == "/fr/identite", path


async def test_contributions_say_that_one_voted_and_never_what(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person, page, _ = await somebody_active(app, "Inès Tavernier")
    visitor: Visitor = await visitor_of(person)
    await visitor.open("/fr/compte/contributions")
    assert "La proposition de Inès Tavernier" in visitor.text
    assert "L’argument de Inès Tavernier" in visitor.text
    assert "vous avez voté le" in visitor.text
    assert "Rue de la Gare" not in visitor.text
    assert page.card.title in visitor.text


async def test_an_idle_person_is_shown_where_to_begin(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open("/fr/compte/contributions")
    assert "Vous n’avez encore participé à aucune consultation." in visitor.text


async def test_the_export_holds_everything_of_one_s_own_and_nothing_of_others(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person, *_ = await somebody_active(app, "Noé Castelain")
    other, *_ = await somebody_active(app, "Mona Verstraete")
    visitor: Visitor = await visitor_of(person)
    answer = await visitor.open("/fr/compte/donnees.json")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    found = {section["code"]: section for section in json.loads(answer.text)["sections"]}
    assert set(found) == set(STORED) == set(SECTION_LABELS)
    assert found["account"]["rows"][0]["email"] == person.email
    assert [row["title"] for row in found["proposals"]["rows"]] == [
        "La proposition de Noé Castelain"
    ]
    assert len(found["versions"]["rows"]) == 1
    assert found["comments"]["rows"][0]["body"] == "L’argument de Noé Castelain"
    (vote,) = found["votes"]["rows"]
    assert vote["choice"] == {
        "Rue de la Gare": "Excellent",
        "Chemin des Aulnes": "Assez bien",
        "Quai de la Lys": "À rejeter",
    }
    assert found["sessions"]["rows"]
    assert {row["kind"] for row in found["journal"]["rows"]} >= {"ProposalPublished"}
    assert all(section["label"] for section in found.values())
    assert other.email not in answer.text
    assert "Mona Verstraete" not in answer.text


def test_every_column_that_names_a_person_is_in_the_export() -> None:
    sql = " ".join(STORED.values())
    for table in Row.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "person.id" for key in column.foreign_keys):
                assert f"FROM {table.name}" in sql, table.name
                assert f"{column.name} = :person" in sql, f"{table.name}.{column.name}"


async def test_a_deleted_account_leaves_texts_without_a_name(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person, page, mine = await somebody_active(app, "Rémi Duquesnoy")
    visitor: Visitor = await visitor_of(person)
    await visitor.open("/fr/compte/supprimer")
    assert "Ce qui reste" in visitor.text
    await visitor.send("/compte/supprimer")
    assert "Votre compte est supprimé" in visitor.text
    assert "Se connecter" in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/p/{mine}")
    assert "La proposition de Rémi Duquesnoy" in visitor.text
    assert "Compte supprimé" in visitor.text
    async with request_context(app) as ctx:
        row = await ctx.db.get_one(Person, person.id)
        assert (row.email, row.name) == (None, "")
        again = (await ctx.db.scalars(select(Person).where(Person.email == person.email))).first()
        assert again is None


async def test_the_api_shows_changes_and_deletes_the_same_account(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person, *_ = await somebody_active(app, "Ava Delbecq")
    visitor: Visitor = await visitor_of(person)
    token = visitor.http.cookies["session"]
    headers = {"authorization": f"Bearer {token}"}
    http = visitor.http
    http.cookies.clear()
    assert (await http.get("/api/v1/account")).status_code == 401
    shown = (await http.get("/api/v1/account", headers=headers)).json()
    assert shown["email"] == person.email
    wish = {"name": "Ava D.", "lang": "en", "notify": False}
    changed = await http.put("/api/v1/account", json=wish, headers=headers)
    assert changed.json()["name"] == "Ava D."
    did = (await http.get("/api/v1/account/contributions", headers=headers)).json()
    assert len(did["proposals"]) == 1
    stored = (await http.get("/api/v1/account/data", headers=headers)).json()
    assert {section["code"] for section in stored["sections"]} == set(STORED)
    assert (await http.delete("/api/v1/account", headers=headers)).status_code == 204
    assert (await http.get("/api/v1/account", headers=headers)).status_code == 401
