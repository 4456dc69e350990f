"""Each kind of ballot and each family's result as axe sees them, on a phone, by day and night."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from deliberation.core.context import AppContext
from deliberation.elections.methods.offered import OFFERED, ballot_of
from tests.builders import a_ballot, a_person, a_result
from tests.journeys.eyes import AXE, SCHEMES, violations
from tests.site import Visitor, VisitorOf
from tests.web.vote.test_every_method import FILLED, OTHERS, held, written
from voting.methods import METHODS

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

pytestmark = pytest.mark.browser
# One method for each way of voting and family.
SEEN = {(ballot_of(name), METHODS[name].family): name for name in reversed(OFFERED)}
# Ballots of a budget show its costs; others of a kind look the same in all families.
BALLOTS = {(ballot_of(name), METHODS[name].family == "budgets"): name for name in SEEN.values()}
SIZES = {"phone": (360, 740), "desk": (1280, 900)}


async def seen(visitor: Visitor, browser: "Browser", address: str, name: str) -> list[str]:
    """Findings of axe on a page of the site on a phone, by each light.

    `BEFFROI_LOOK`: a folder that keeps a picture of each, and of the page on a desk.
    """

    async def answer(route: "Route") -> None:
        sent = await visitor.http.get(route.request.url)
        await route.fulfill(status=sent.status_code, headers=_plain(sent), body=sent.content)

    found = []
    folder = os.environ.get("BEFFROI_LOOK")
    for size in SIZES if folder else ("phone",):
        width, height = SIZES[size]
        tab: Page = await browser.new_page(
            viewport={"width": width, "height": height}, reduced_motion="reduce", bypass_csp=True
        )
        await tab.route("**/*", answer)
        await tab.goto(str(visitor.http.base_url.join(address)))
        await tab.evaluate(AXE)
        for scheme, rules in SCHEMES.items():
            await tab.emulate_media(color_scheme=scheme)
            found += [f"{size} {scheme}: {one}" for one in await violations(tab, rules)]
            if folder:
                path = Path(folder) / f"{name}-{size}-{scheme}.jpg"
                await tab.screenshot(path=path, type="jpeg", quality=60, full_page=True)
        wide: int = await tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{size}: {wide} pixels wide")
        await tab.close()
    return found


def _plain(sent: httpx.Response) -> dict[str, str]:
    kept = ("content-type", "location")
    return {name: sent.headers[name] for name in kept if name in sent.headers}


@pytest.mark.parametrize("method", SEEN.values())
async def test_each_ballot_and_result_is_found_clean(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser", method: str
) -> None:
    page, poll = await held(app, visitor_of, method)
    kind = ballot_of(method)
    voter: Visitor = await visitor_of(await a_person(app))
    ballot = f"/fr/c/{page.card.slug}/voter/1"
    await voter.open(ballot)
    if method in BALLOTS.values():
        assert not await seen(voter, browser, ballot, f"{method}-ballot")
        await voter.send("/voter/1", **FILLED[kind][0])
        assert not await seen(voter, browser, f"{ballot}/verifier", f"{method}-check")
        await voter.send("/valider")
    for place in range(11):
        await a_ballot(app, page, poll, OTHERS[kind][place % 3])
    page = await a_result(app, page, poll)
    result = f"/fr/c/{page.card.slug}/resultats/1"
    assert not await seen(voter, browser, result, f"{method}-result")


async def test_the_form_that_offers_every_method_is_found_clean(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    for method in ("mes_pb", "score"):
        slug, agent = await written(app, visitor_of, method)
        visitor: Visitor = await visitor_of(agent)
        assert not await seen(visitor, browser, f"/fr/gestion/c/{slug}", f"{method}-form")
