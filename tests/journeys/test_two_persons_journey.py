"""Two persons in their browsers: named, a mark undone by two, papers typed after the close."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from deliberation.core.context import AppContext, Viewer
from deliberation.core.settings import Settings
from deliberation.elections.results.commands import count_poll
from deliberation.network.people.model import Person
from deliberation.network.sessions.commands import open_session
from tests.builders import a_member, a_person, a_poll, an_authority, request_context
from tests.journeys.eyes import Eyes
from tests.sealed import SealedVote, a_roll, end_vote
from tests.site import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def address(settings: Settings, app: AppContext) -> AsyncIterator[str]:
    """The site on a port of the loopback."""
    async with served(settings) as found:
        yield found


async def a_window(app: AppContext, browser: Browser, address: str, viewer: Viewer) -> Page:
    """The window of somebody who is signed in, without script, on an old phone."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 640}, locale="fr-FR", java_script_enabled=False
    )
    async with request_context(app) as ctx:
        person = await ctx.db.get_one(Person, viewer.id)
        token = await open_session(ctx, person)
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    page = await context.new_page()
    page.set_default_timeout(60_000)
    return page


async def test_from_the_invitation_to_a_result_with_a_mark_that_has_no_ballot(
    browser: Browser, address: str, app: AppContext
) -> None:
    authority = await an_authority(app, name="Commune de Bourg")
    boss = await a_member(app, authority, "administrator")
    clerk = await a_person(app, "Odile Vanneuville")
    vote = SealedVote(*await a_poll(app, authority=authority, eligibility="roll"), [])
    await a_roll(app, vote.page, 3)
    first = await a_window(app, browser, address, boss)
    second = await a_window(app, browser, address, clerk)
    eyes, box = Eyes(browser), f"{address}/fr/gestion/c/{vote.page.card.slug}/urne"

    # A colleague is invited, and accepts.
    await first.goto(f"{address}/fr/gestion/a/{authority.slug}/equipe")
    await first.get_by_label("Prénom et nom").fill("O. Vanneuville")
    await first.get_by_label("Adresse électronique").fill(clerk.email)
    await first.locator("label", has_text="Agente ou agent").click()
    await first.get_by_role("button", name="Envoyer l’invitation").click()
    await expect(first.get_by_text("En attente", exact=True)).to_be_visible()
    await eyes.look(first)
    await second.goto(f"{address}/fr/invitations")
    await eyes.look(second)
    await second.get_by_role("button", name="Accepter").click()
    await expect(second.get_by_text("Vous avez ce rôle")).to_be_visible()
    await eyes.look(second)

    # Both are named, and their names are public.
    await first.goto(box + "/contreseing")
    await eyes.look(first)
    for name, function in (("Odile Vanneuville", "Greffière"), (boss.name, "Directrice")):
        await first.locator("label", has_text=name).click()
        await first.get_by_label("Sa fonction, publiée").fill(function)
        await first.get_by_role("button", name="Nommer", exact=True).click()
    await expect(first.get_by_text("Directrice")).to_be_visible()
    await eyes.look(first)
    await second.goto(f"{address}/fr/c/{vote.page.card.slug}/voter/1")
    await expect(second.get_by_text("Odile Vanneuville, Greffière")).to_be_attached()
    await eyes.look(second)

    # Two are marked on paper; one mark is undone by two.
    await first.goto(box + "/1/papier")
    await first.get_by_label("Identifiants sur la liste").fill("1\n2")
    await first.get_by_role("button", name="Émarger").click()
    await first.get_by_label("Identifiant sur la liste", exact=True).fill("2")
    await first.get_by_label("Pourquoi").fill("Repartie sans voter.")
    await first.get_by_role("button", name="Demander l’annulation").click()
    await expect(first.get_by_text("Une autre personne de l’équipe doit décider")).to_be_visible()
    await second.goto(box + "/1/papier")
    await eyes.look(second)
    await second.get_by_role("button", name="Annuler cet émargement").click()
    await expect(second.get_by_text("L’émargement est annulé")).to_be_visible()

    # The other ballot never comes: everybody reads until when the count waits, then what it found.
    await end_vote(app, vote)
    result = f"{address}/fr/c/{vote.page.card.slug}/resultats/1"
    await second.goto(result)
    await expect(second.get_by_text("restent à saisir")).to_be_visible()
    await eyes.look(second)
    await first.goto(box)
    await expect(first.get_by_text("puis se fera sans eux")).to_be_visible()
    await eyes.look(first)
    await end_vote(app, vote, ago=timedelta(days=3, minutes=1))
    async with request_context(app) as ctx:
        await count_poll(ctx, str(vote.poll.id))
    await second.goto(result)
    await expect(second.get_by_text("Émargements sans bulletin : 1.")).to_be_visible()
    await expect(second.get_by_text("Émargements annulés : 1.")).to_be_visible()
    await eyes.look(second)
    assert not eyes.report()
