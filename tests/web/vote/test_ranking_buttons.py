"""A ranking by buttons says all that the menus without script say, equal ranks included."""

import re
from typing import TYPE_CHECKING

import pytest

from deliberation.core.context import AppContext
from tests.builders import a_poll
from tests.site import Visitor, VisitorOf
from web.shell.assets import WEB

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.browser
RANKS = """Object.fromEntries([...document.querySelectorAll(".rank-item")].map(
    row => [row.dataset.title, row.querySelector("select").value]))"""
TITLES = ("Rue de la Gare", "Chemin des Aulnes", "Quai de la Lys")


async def shown(app: AppContext, visitor: Visitor, browser: "Browser", method: str) -> "Page":
    """The ballot of a poll in a browser, with its script."""
    page, _ = await a_poll(app, TITLES, method=method)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    tab = await browser.new_page(viewport={"width": 360, "height": 740})
    await tab.set_content(re.sub(r"<(link|script)[^>]*>(</script>)?", "", visitor.page.text))
    await tab.add_script_tag(content=(WEB / "vote" / "ballots" / "ranking.js").read_text())
    return tab


async def press(tab: "Page", title: str, button: str) -> None:
    """Press a button of an option, by the beginning of its name."""
    row = tab.locator(f'.rank-item[data-title="{title}"]')
    await row.get_by_role("button", name=re.compile(f"^{button}")).first.click()


async def test_v2_two_options_get_the_same_rank_and_part_again(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    tab = await shown(app, await visitor_of(None), browser, "schulze")
    gare, aulnes, lys = TITLES
    try:
        for title in TITLES:
            await press(tab, title, "Donner le rang")
        await press(tab, aulnes, "Mettre Chemin des Aulnes à égalité avec le rang 1")
        assert await tab.evaluate(RANKS) == {gare: "1", aulnes: "1", lys: "2"}
        await press(tab, lys, "Mettre")
        assert await tab.evaluate(RANKS) == {gare: "1", aulnes: "1", lys: "1"}
        await press(tab, gare, "Descendre")
        assert await tab.evaluate(RANKS) == {gare: "2", aulnes: "1", lys: "1"}
        await press(tab, lys, "Monter")
        assert await tab.evaluate(RANKS) == {gare: "3", aulnes: "2", lys: "1"}
    finally:
        await tab.close()


async def test_v2_a_method_without_equal_ranks_offers_none(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    tab = await shown(app, await visitor_of(None), browser, "instant_runoff")
    try:
        for title in TITLES:
            await press(tab, title, "Donner le rang")
        assert await tab.get_by_role("button", name=re.compile("égalité")).count() == 0
        await press(tab, TITLES[2], "Monter")
        ranks = await tab.evaluate(RANKS)
        assert ranks == {TITLES[0]: "1", TITLES[1]: "3", TITLES[2]: "2"}
    finally:
        await tab.close()
