"""Names that texts are signed with: readable, and not those of an authority or its people."""

import pytest

from deliberation.core.context import AppContext
from deliberation.network.people.names import name_skeleton, speaks_for
from tests.builders import a_consultation, a_member, a_person, a_proposal, an_authority
from tests.site import Visitor, VisitorOf


@pytest.mark.parametrize(
    "name", ["\u202eerialC", "Cla\u200bire", "Cl\x1b[31maire", "Claire\u2066", "Claire\U000e0041"]
)
async def test_l7_a_name_holds_no_sign_that_nobody_sees(
    app: AppContext, visitor_of: VisitorOf, name: str
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name=name)
    if "\x1b" in name:  # controls are left out of any text
        assert visitor.page.status_code == 200
    else:
        assert visitor.page.status_code == 422
        assert "signe invisible" in visitor.text


async def test_f11_a_name_of_nothing_is_no_name(app: AppContext, visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name="\u200b\u200b\u200b")
    assert visitor.page.status_code == 422
    assert "Ce champ est nécessaire" in visitor.text


async def test_spaces_of_a_name_are_made_plain(app: AppContext, visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name=" Ana\u00a0 Morel\t")
    assert 'value="Ana Morel"' in visitor.page.text


async def test_l7_a_citizen_bears_no_name_of_an_authority_or_of_its_people(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, name="Zoetebecque-lès-Essais")
    official = await a_member(app, authority, "official")
    assert official.name == "Dominique official"
    visitor: Visitor = await visitor_of(await a_person(app))
    taken = [
        "Zoetebecque-lès-Essais",
        "Mairie de ZOETEBECQUE LES ESSAIS",
        "\u041cairie de Zoetebecque-les-Essais",  # its M is a Cyrillic letter
        "Ma1rie de Z0etebecque-lès-Essais",
        "dominique OFFICIAL",
        "Domin\u0456que official",
    ]
    for name in taken:
        await visitor.open("/fr/compte")
        await visitor.send("/compte", name=name)
        assert visitor.page.status_code == 422, name
        assert "Ce nom est celui" in visitor.text
        assert name.split()[-1] in visitor.page.text, "what was typed is kept"
    await visitor.send("/compte", name="Jeanne Zoetebecque")
    assert visitor.page.status_code == 200


async def test_the_name_in_a_text_s_own_form_is_checked_too(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, name="Ville-Essai")
    page = await a_consultation(app, authority=authority)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(await a_person(app, ""))
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    await visitor.send(
        "/arguments", stance="for", body="Un argument utile.", signature="Mairie de Ville-Essai"
    )
    assert visitor.page.status_code == 422
    assert "Ce nom est celui" in visitor.text
    assert "Un argument utile." in visitor.page.text


async def test_whoever_holds_a_role_keeps_their_name(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    visitor: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await visitor.open("/fr/compte")
    await visitor.send("/compte", name="Mairie de Commune d’essai")
    assert visitor.page.status_code == 200


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("Service jeunesse de Bailleul", True),
        ("Bailleul", True),
        ("Marie Bailleul", False),
        ("Jean de Bailleul", False),
        ("Mairie", False),
    ],
)
def test_a_surname_that_is_also_a_town_is_no_office(name: str, speaks: bool) -> None:
    assert speaks_for(name_skeleton(name), name_skeleton("Bailleul")) == speaks
