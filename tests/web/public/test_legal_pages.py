"""Legal pages of each authority and the network, filled with their own data."""

import re
from html import unescape

import pytest

from deliberation.core.context import AppContext
from tests.builders import an_authority
from tests.site import Visitor, VisitorOf

BOTH = ("mentions-legales", "donnees-personnelles", "accessibilite")


async def test_an_authority_s_pages_hold_its_own_data(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(
        app,
        name="Ville de Bruyelle",
        director="Josée Maes, maire",
        host="Syndicat des Serveurs, 12 rue du Câble, 03 00 00 00 00",
        dpo_email="dpo@bruyelle.example.org",
        address="1 Grand-Place, 59000 Bruyelle",
        phone="03 00 00 00 01",
    )
    visitor: Visitor = await visitor_of()
    home = f"/fr/a/{authority.slug}"
    await visitor.open(f"{home}/mentions-legales")
    for text in ("Ville de Bruyelle", "Josée Maes, maire", "12 rue du Câble", "1 Grand-Place"):
        assert text in visitor.text
    await visitor.open(f"{home}/donnees-personnelles")
    for text in ("dpo@bruyelle.example.org", "article 6.1.e", "CNIL", "mission d’intérêt public"):
        assert text in visitor.text
    await visitor.open(f"{home}/accessibilite")
    for text in ("Non conforme", "Défenseur des droits", "mairie@example.org", "RGAA 4.1.2"):
        assert text in visitor.text


async def test_what_an_authority_has_not_said_is_told_as_missing(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/a/{authority.slug}/mentions-legales")
    assert "Direction de la publication : non renseigné à ce jour" in visitor.text


async def whole(visitor: Visitor) -> str:
    """The text of a list's pages, from the one that is open to the last."""
    found = visitor.text
    while onward := re.search(r'rel="next" href="([^"]+)"', visitor.page.text):
        await visitor.open(unescape(onward[1]))
        found += visitor.text
    return found


@pytest.mark.parametrize("name", [*BOTH, "cookies", "plan", "aide"])
async def test_the_network_s_own_pages_exist_in_both_languages(
    app: AppContext, visitor_of: VisitorOf, name: str
) -> None:
    authority = await an_authority(app, name="Ville de Wattenbecque")
    visitor: Visitor = await visitor_of()
    for lang in ("fr", "en"):
        await visitor.open(f"/{lang}/{name}")
        assert visitor.page.status_code == 200
        if name in ("plan", "aide"):  # those of a large network have a page of their own
            assert authority.name in visitor.text or "/collectivites" in visitor.page.text
        elif name != "cookies":
            assert authority.name in await whole(visitor)


async def test_legal_pages_of_an_unknown_authority_do_not_exist(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of()
    for name in BOTH:
        await visitor.open(f"/fr/a/nulle-part/{name}")
        assert visitor.page.status_code == 404


async def test_reading_sets_no_cookie(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    visitor: Visitor = await visitor_of()
    paths = ["/", "/consultations", f"/a/{authority.slug}", "/plan", "/aide", "/cookies"]
    paths += [f"/{name}" for name in BOTH]
    for path in paths:
        await visitor.open(f"/fr{path}")
        assert "set-cookie" not in visitor.page.headers, path


async def test_every_link_of_the_foot_and_of_the_map_leads_somewhere(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    visitor: Visitor = await visitor_of()
    found: set[str] = set()
    for path in (f"/fr/a/{authority.slug}", "/fr/", "/fr/plan"):
        await visitor.open(path)
        found |= set(re.findall(r'href="(/(?:fr|en)[^"#?]*)"', visitor.page.text))
    mine = [path for path in found if "/a/" not in path or authority.slug in path]
    for path in sorted(path for path in mine if "/c/" not in path):
        await visitor.open(path)
        assert visitor.page.status_code == 200, path


async def test_t1_help_and_data_pages_say_what_is_true_of_every_vote(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(None)
    for path in ("/aide", "/donnees-personnelles"):
        await visitor.open(f"/fr{path}")
        assert "Vote simple : Votre choix n’est montré à personne." in visitor.text
        assert "Vote scellé : Votre bulletin est scellé" in visitor.text
