"""Looking at a page as axe does: the rules of WCAG 2.2 AA and good practice, by day and night."""

from importlib import resources
from typing import Any, Literal

from playwright.async_api import Browser, Page

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
HTML = "text/html; charset=utf-8"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": TAGS}
# What depends on the colours of a scheme; the other rules read the same document twice.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SCHEMES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": ALL, "dark": COLOURS}


class Eyes:
    """Checks pages that a journey passes, each once, in light and dark.

    axe needs script, so a second window shows each page to it, with script. There a journey without
    script has the pages of the same journey with script: `asleep`, nothing is checked twice.
    """

    def __init__(self, browser: Browser, *, asleep: bool = False) -> None:
        self.browser, self.asleep = browser, asleep
        self.window: Page | None = None
        self.seen: dict[str, list[str]] = {}

    async def look(self, page: Page) -> None:
        """Check the page as it stands."""
        address = page.url.partition("://")[2].partition("/")[2]
        if self.asleep or address in self.seen:
            return
        self.seen[address] = []
        html = await page.content()
        # Colours that are still changing have no contrast of their own: no motion here.
        window = self.window or await self.browser.new_page(
            viewport=page.viewport_size, reduced_motion="reduce"
        )
        self.window = window
        await window.unroute_all()
        await window.route(page.url, lambda route: route.fulfill(body=html, content_type=HTML))
        await window.goto(page.url)
        await window.evaluate(AXE)
        for scheme, rules in SCHEMES.items():
            await window.emulate_media(color_scheme=scheme)
            self.seen[address] += [f"{scheme}: {one}" for one in await violations(window, rules)]

    def report(self) -> str:
        """Findings, a line each."""
        return "\n".join(f"{where}: {one}" for where, found in self.seen.items() for one in found)


async def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """axe's findings on a page: the rule and the elements."""
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules
    )
    return [
        f"{one['id']} {[node['target'] for node in one['nodes']][:3]}"
        for one in found["violations"]
    ]
