"""A sealed vote in a browser, with script and without: from the posted code to the published count.

The code comes as the letter's QR code gives it, in the fragment of an address, which no server
sees.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from deliberation.core.context import AppContext
from deliberation.core.settings import Settings
from deliberation.elections.ballots.batch_publisher import seal_batch
from deliberation.elections.bulletin_board.entries import signing_key
from deliberation.elections.sealed_protocol.keys import public_text
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, is_genuine, read_receipt
from tests.builders import request_context
from tests.journeys.eyes import Eyes
from tests.journeys.test_weight import MOST_BYTES, MOST_REQUESTS, visit
from tests.sealed import SealedVote, a_sealed_ballot, a_sealed_result, a_sealed_vote
from tests.site import served

pytestmark = pytest.mark.browser

OPTIONS = ("Refaire la cour de l’école", "Planter la place du Marché", "Éclairer le halage")


@pytest.fixture(scope="module")
async def address(settings: Settings, app: AppContext) -> AsyncIterator[str]:
    """The site on a port of the loopback."""
    async with served(settings) as found:
        yield found


@pytest.fixture(params=["with script", "without script"])
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    """An old phone."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 640},
        locale="fr-FR",
        java_script_enabled=request.param == "with script",
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    yield page
    await context.close()


async def test_from_the_posted_code_to_the_receipt_to_the_page_that_checks(
    page: Page, browser: Browser, address: str, app: AppContext, tmp_path: Path
) -> None:
    scripted = await _has_script(page)
    vote = await a_sealed_vote(app, OPTIONS)
    for code in vote.codes[1:]:
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 5, "3": 1})
    eyes, receipt_page, found, counted = (Eyes(browser, asleep=not scripted) for _ in range(4))
    asked = _requests(page)
    code = "-".join(re.findall("....", vote.codes[0]))

    await page.goto(f"{address}/c/{vote.page.card.slug}/voter/1#{code}")
    assert page.url.split("#")[0].endswith(f"/fr/c/{vote.page.card.slug}/voter/1")
    assert ("#" in page.url) is not scripted
    if scripted:
        await expect(page.get_by_text("Le code de votre lettre est déjà lu.")).to_be_visible()
    await eyes.look(page)
    for option, grade in (("1", "7"), ("2", "4")):
        await page.locator(f'[name="g-{option}"][value="{grade}"]').check(force=True)
    await _press(page, "Vérifier mon vote", eyes)
    field = page.get_by_label("Le code de votre lettre")
    await expect(field).to_have_value(code if scripted else "")
    await field.fill("7K4M-2QXP")
    await _press(page, "Valider mon vote", eyes)
    await expect(page.locator(".errors")).to_contain_text("Ce code est trop court")
    await field.fill(code.lower().replace("-", " "))
    await page.get_by_role("button", name="Valider mon vote").click()
    await page.wait_for_load_state()
    await expect(page.locator("h1")).to_have_text("Votre vote est enregistré")
    await receipt_page.look(page)  # the page that asked for the code has the same address

    receipt = await _saved(page, tmp_path)
    key = public_text(signing_key(app, vote.poll.id))
    assert is_genuine(receipt, key)
    assert await page.locator("#reference").text_content() == receipt.reference
    if scripted:
        assert await page.evaluate("sessionStorage.length") == 0
    async with page.context.expect_page() as opened:  # the receipt, shown once, stays open
        await page.get_by_role("link", name="Ouvrir la page de vérification").click()
    await expect(page.locator("#reference")).to_be_visible()
    page = await opened.value
    await page.wait_for_load_state()
    await eyes.look(page)

    async with request_context(app) as ctx:
        await seal_batch(ctx, vote.poll.id)
    await page.get_by_label("La référence, ou le contenu du fichier").fill(receipt.reference)
    await page.get_by_role("button", name="Chercher ce bulletin").click()
    await expect(page.locator("main")).to_contain_text("Ce bulletin est affiché")
    await page.get_by_label("La référence, ou le contenu du fichier").fill("")
    await page.get_by_label("Ou le fichier du reçu").set_input_files(tmp_path / "recu.json")
    await page.get_by_role("button", name="Chercher ce bulletin").click()
    await expect(page.locator("main")).to_contain_text("Le reçu porte la signature du site.")
    await found.look(page)

    await a_sealed_result(app, vote)
    home = f"{address}/fr/c/{vote.page.card.slug}"
    for path, told in (("/voter/1/tableau", "Oui"), ("/resultats/1", "Procès-verbal signé par")):
        await page.goto(home + path)
        await expect(page.locator("main")).to_contain_text(told)
        await counted.look(page)
    reports = [one.report() for one in (eyes, receipt_page, found, counted)]
    assert not any(reports), "\n".join(reports)
    _nothing_secret(asked, vote, receipt)


@pytest.mark.parametrize("step", ["/voter/1", "/voter/1/tableau"])
async def test_a_first_visit_is_light(
    step: str, address: str, app: AppContext, browser: Browser
) -> None:
    vote = await a_sealed_vote(app, OPTIONS)
    traffic = await visit(browser, f"{address}/fr/c/{vote.page.card.slug}{step}")
    assert traffic.total < MOST_BYTES, traffic.sizes
    assert len(traffic.urls) <= MOST_REQUESTS
    assert all(url.startswith(address) for url in traffic.urls.values())


async def test_another_sites_frame_shows_no_vote_page(
    address: str, app: AppContext, browser: Browser
) -> None:
    vote = await a_sealed_vote(app, OPTIONS)
    for step in ("/voter/1", "/voter/1/tableau"):
        tab = await browser.new_page()
        path = f"{address}/fr/c/{vote.page.card.slug}{step}"
        await tab.set_content(f'<iframe src="{path}"></iframe>', wait_until="load")
        assert tab.frames[1].url.startswith("chrome-error:")
        await tab.close()


async def _has_script(page: Page) -> bool:
    await page.set_content("<p id=p></p><script>document.title='yes'</script>")
    return await page.title() == "yes"


def _requests(page: Page) -> list[str]:
    """Every address that the page asks for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


async def _press(page: Page, name: str, eyes: Eyes) -> None:
    await page.get_by_role("button", name=name).click()
    await page.wait_for_load_state()
    await eyes.look(page)


async def _saved(page: Page, folder: Path) -> SealedReceipt:
    """The receipt as its file says it."""
    async with page.expect_download() as waited:
        await page.get_by_role("button", name="Enregistrer le reçu").click()
    file = folder / "recu.json"
    await (await waited.value).save_as(file)
    return read_receipt(file.read_bytes())


def _nothing_secret(asked: list[str], vote: SealedVote, receipt: SealedReceipt) -> None:
    """No request's address contains a code or a hash (a fragment is not sent)."""
    assert len(asked) > 8
    for url in asked:
        sent = url.partition("#")[0].lower().replace("-", "")
        assert vote.codes[0].lower() not in sent
        assert receipt.hash[:16] not in sent
