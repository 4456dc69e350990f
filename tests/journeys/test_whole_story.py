"""One consultation's whole life, in a browser, on the running demo: with script and without.

An agent writes and opens it; a citizen arrives, proposes, argues, supports; later votes twice,
signing in at the last moment; the poll closes; the official reads the dashboard and answers; the
citizen gets the mail.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from deliberation.i18n.formats import PARIS
from tests.journeys.demo import PATIENCE, Demo
from tests.journeys.eyes import Eyes

pytestmark = pytest.mark.browser

AGENT, OFFICIAL, CITIZEN = "Sylvie Ryckebusch", "Ludivine Hennebelle", "Mehdi Haddad"
OPTIONS = ["Rue de la Gare", "Chemin de halage", "Place du Marché"]


@pytest.fixture(params=["with script", "without script"])
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    """A phone."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=request.param == "with script"
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    yield page
    await context.close()


async def test_the_whole_story(page: Page, browser: Browser, demo: Demo) -> None:
    scripted = bool(await has_script(page))
    eyes = Eyes(browser, asleep=not scripted)
    story = Story(page, demo, eyes, f"halage-{'avec' if scripted else 'sans'}-script")

    await story.sign_in_as(AGENT)
    await story.write_the_consultation()
    await story.sign_out()

    citizen = f"{story.slug}@example.org"
    await story.propose_then_sign_in(citizen)
    await story.argue_and_support()
    await story.sign_out()

    demo.advance("4d")
    await story.vote_by_grades_then_sign_in(citizen)
    await story.vote_by_ranking(scripted)
    await story.sign_out()

    demo.advance("5d")
    await story.wait_for_the_result()
    await story.sign_in_as(OFFICIAL)
    await story.read_the_dashboard_and_answer()
    await story.sign_out()
    await story.find_the_mail(citizen)
    assert not eyes.report(), eyes.report()
    assert eyes.asleep or len(eyes.seen) > 20


async def has_script(page: Page) -> bool:
    """Whether pages may run script in this window."""
    await page.set_content("<p id=p></p><script>document.title='yes'</script>")
    return await page.title() == "yes"


class Story:
    """The steps of the journey, each by one person."""

    def __init__(self, page: Page, demo: Demo, eyes: Eyes, slug: str) -> None:
        self.page, self.demo, self.eyes, self.slug = page, demo, eyes, slug
        self.home = f"{demo.address}/fr/c/{slug}"

    async def go(self, path: str) -> None:
        """Open an address of the site and look at it."""
        await self.page.goto(self.demo.address + path if path.startswith("/") else path)
        await self.eyes.look(self.page)

    async def press(self, name: str) -> None:
        """Press the button of a name, and look at what comes."""
        await self.page.get_by_role("button", name=name, exact=True).first.click()
        await self.page.wait_for_load_state()
        await self.eyes.look(self.page)

    async def follow(self, name: str) -> None:
        """Follow the link of a name, and look at what comes."""
        await self.page.get_by_role("link", name=name, exact=True).first.click()
        await self.page.wait_for_load_state()
        await self.eyes.look(self.page)

    async def choose(self, name: str, value: str) -> None:
        """Press the words beside a radio button, once its group is open."""
        field = self.page.locator(f'[name="{name}"][value="{value}"]')
        if not await field.is_visible():
            await self.page.locator("details", has=field).locator("summary").click()
        await self.page.locator(f'label[for="{await field.get_attribute("id")}"]').click()
        await expect(field).to_be_checked()

    async def sign_in_as(self, name: str) -> None:
        """The demo's own door."""
        await self.go("/fr/demo")
        await self.press(f"Se connecter comme {name}")

    async def sign_out(self) -> None:
        """Leave."""
        await self.go("/fr/compte")
        await self.press("Se déconnecter")

    async def sign_in_with_code(self, email: str) -> None:
        """The address, then the code read in the outbox, in another window."""
        await self.page.get_by_label("Adresse électronique").fill(email)
        await self.press("Recevoir le code")
        other = await self.page.context.new_page()
        await other.goto(f"{self.demo.address}/fr/demo/courriels")
        mail = other.locator("main details", has_text=email).first
        code = re.search(r"\b(\d{6})\b", await mail.text_content() or "")
        assert code is not None
        await other.close()
        await self.page.get_by_label("Code", exact=True).fill(code[1])
        await self.press("Valider le code")

    async def write_the_consultation(self) -> None:
        """One form: first with a mistake, then right; then the check page, and open."""
        page, now = self.page, self.demo.advance("0m").astimezone(PARIS)
        await self.go("/fr/gestion/a/deux-becques/nouvelle")
        await page.locator('[name="title"]').fill("Le halage à vélo")
        await page.locator('[name="question"]').fill("Où commencer la voie du halage ?")
        await page.locator('[name="slug"]').fill(self.slug)
        await page.locator('[name="promise"]').fill(
            "Le conseil suivra le premier choix, ou dira pourquoi."
        )
        await page.locator('[name="undecided"]').fill("Le premier tronçon\nLe revêtement")
        dates = {
            "proposals": (now - timedelta(hours=1), now + timedelta(days=3)),
            "vote": (now + timedelta(days=3, hours=1), now + timedelta(days=8)),
            "decision": (now + timedelta(days=8, hours=1), now + timedelta(days=30)),
        }
        for kind, bounds in dates.items():
            for bound, moment in zip(("opens_at", "closes_at"), bounds, strict=True):
                field = page.locator(f'[name="phases.{kind}.{bound}"]')
                await field.fill(moment.strftime("%Y-%m-%dT%H:%M"))
        await self.press("Ajouter un vote")
        await self.press("Ajouter un vote")
        for index, (question, method, compared) in enumerate(
            (
                ("Quel tronçon faire en premier ?", "majority_judgment", "approval"),
                ("Dans quel ordre faire les autres ?", "instant_runoff", "schulze"),
            )
        ):
            await page.locator(f'[name="polls.{index}.question"]').fill(question)
            await self.choose(f"polls.{index}.method", method)
            await page.locator(f'[name="polls.{index}.options"]').fill("\n".join(OPTIONS))
            if not await page.locator(f'[name="polls.{index}.compared"]').is_visible():
                fold = page.locator(f"#vote-{index + 1} summary", has_text="Réglages du comptage")
                await fold.click()
            await page.locator(f'[name="polls.{index}.compared"]').select_option(compared)
        await self.save()
        # The summary is missing: the form comes back, and nothing is lost.
        await expect(page.locator('[name="title"]')).to_have_value("Le halage à vélo")
        await expect(page.locator('[name="polls.1.options"]')).to_have_value("\n".join(OPTIONS))
        await expect(page.locator("#f-summary-error")).to_contain_text("nécessaire")
        await page.locator('[name="summary"]').fill(
            "Neuf kilomètres le long du canal, en trois ans."
        )
        await self.save()
        await self.go(f"/fr/gestion/c/{self.slug}/ouvrir")
        await self.press("Ouvrir la consultation")
        await self.go(self.home)
        await expect(page.locator("h1")).to_contain_text("Le halage à vélo")

    async def save(self) -> None:
        """The form's own button; the hidden first one only catches the Enter key."""
        buttons = self.page.get_by_role("button", name=re.compile("^Enregistrer"))
        await buttons.last.click()
        await self.page.wait_for_load_state()
        await self.eyes.look(self.page)

    async def propose_then_sign_in(self, email: str) -> None:
        """Arrive, read, write, only then say who one is, see it, publish it."""
        page = self.page
        await self.go(self.home)
        await self.go(self.home + "/propositions")
        await self.follow("Proposer une idée")
        await page.locator('[name="title"]').fill("Éclairer sous le pont")
        await page.locator('[name="body"]').fill("court")
        await self.press("Voir avant de publier")
        await expect(page.locator('[name="title"]')).to_have_value("Éclairer sous le pont")
        await page.locator('[name="body"]').fill(
            "Sous le pont du Bac il fait noir, même à midi en hiver."
        )
        await self.press("Voir avant de publier")
        await self.sign_in_with_code(email)
        await expect(page.locator("h1")).to_contain_text("Votre texte vous attend")
        await page.get_by_label("Votre nom").fill("Camille du Halage")
        await self.press("Envoyer")
        await self.press("Publier ma proposition")
        await expect(page.locator("h1")).to_contain_text("Éclairer sous le pont")
        self.proposal = page.url.partition("?")[0].partition("#")[0]

    async def argue_and_support(self) -> None:
        """An argument for it, and a support."""
        page = self.page
        await self.choose("stance", "for")
        await page.locator('main textarea[name="body"]').first.fill("Ma fille y passe chaque soir.")
        await (
            page.locator("form", has=page.locator('[name="stance"]'))
            .get_by_role("button")
            .first.click()
        )
        await page.wait_for_load_state()
        await expect(page.locator("main")).to_contain_text("Ma fille y passe chaque soir.")
        await self.go(self.proposal)
        await self.press("Soutenir cette proposition")
        await expect(page.locator("#soutien")).to_contain_text("1 soutien")

    async def vote_by_grades_then_sign_in(self, email: str) -> None:
        """Item by item, check, validate; only then say who one is; then the receipt."""
        page = self.page
        await self.go(self.home)
        await self.go(self.home + "/voter")
        await self.go(self.home + "/voter/1")
        for group in await page.locator("fieldset.judgment").all():
            wanted = "Très bien" if OPTIONS[1] in await group.inner_text() else "Passable"
            await group.get_by_label(wanted, exact=True).check()
        await self.press("Vérifier mon vote")
        await expect(page.locator("main")).to_contain_text("pas encore enregistré")
        await self.press("Valider mon vote")
        await expect(page.locator("main")).to_contain_text("pas encore enregistré")
        await self.sign_in_with_code(email)
        await expect(page.locator("h1")).to_contain_text("Votre vote est enregistré")
        assert re.search(r"/recu/[2-9A-Z]{4}-[2-9A-Z]{4}", page.url)

    async def vote_by_ranking(self, scripted: bool) -> None:
        """By buttons with script, by a rank beside each option without."""
        page = self.page
        await self.go(self.home + "/voter/2")
        for rank, title in enumerate(OPTIONS, 1):
            if scripted:
                await page.get_by_role("button", name=re.compile(f"{title}")).first.click()
            else:
                await page.get_by_label(re.compile(title)).select_option(str(rank))
        await self.press("Vérifier mon vote")
        order = await page.locator("main dl dt").all_inner_texts()
        assert order == OPTIONS
        await self.press("Valider mon vote")
        await expect(page.locator("h1")).to_contain_text("Votre vote est enregistré")

    async def wait_for_the_result(self) -> None:
        """The worker counts within seconds of the close."""
        page = self.page
        for number, first in ((1, "Chemin de halage"), (2, "Rue de la Gare")):
            address = f"{self.home}/resultats/{number}"
            await page.goto(address)
            async with asyncio.timeout(PATIENCE):
                while not await page.locator(".verdict").count():
                    await page.wait_for_timeout(500)
                    await page.reload()
            await self.go(address)
            await expect(page.locator("main")).to_contain_text(first)
        await self.go(self.home + "/resultats")

    async def read_the_dashboard_and_answer(self) -> None:
        """The figures, what cannot be concluded, then the answers to the result and a proposal."""
        page = self.page
        await self.go("/fr/elus")
        await self.go(f"/fr/elus/c/{self.slug}")
        await expect(page.locator("main")).to_contain_text("conclure")
        number = self.proposal.rpartition("/")[2]
        for path, words in (
            (f"p/{number}", "Deux lampes solaires seront posées avant l’hiver prochain."),
            ("resultats/1", "Le chemin de halage sera fait en premier, dès le printemps."),
        ):
            await self.go(f"/fr/elus/c/{self.slug}/{path}/repondre")
            await self.choose("decision", "accepted")
            await page.locator('main textarea[name="body"]').fill(words)
            await page.locator("main form button").last.click()
            await page.wait_for_load_state()
            await self.eyes.look(page)
        await self.go(self.proposal)
        await expect(page.locator("main")).to_contain_text("Deux lampes solaires")
        await self.go(self.home + "/suites")
        await expect(page.locator("main")).to_contain_text("dès le printemps")

    async def find_the_mail(self, email: str) -> None:
        """The citizen got mails about both answers, and no mail says what was voted."""
        page = self.page
        texts = ""
        async with asyncio.timeout(PATIENCE):
            while "Éclairer sous le pont" not in texts or "résultat" not in texts.lower():
                await page.goto(f"{self.demo.address}/fr/demo/courriels")
                mails = page.locator("main details", has_text=email)
                texts = " ".join(await mails.all_text_contents())
        assert "Très bien" not in texts
        await self.eyes.look(page)
