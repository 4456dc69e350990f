"""Cost of a first visit: few bytes, few requests, nothing from elsewhere."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.journeys.demo import Demo

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS, MOST_LOGO = 40_000, 6, 4_000

PAGES = {
    "a consultation": "/fr/c/reseau-cyclable",
    "a consultation with its result": "/fr/c/haies",
    "a ballot by grades": "/fr/c/cantines/voter/1",
    "a ranked ballot": "/fr/c/cantines/voter/2",
    "a result by grades": "/fr/c/haies/resultats/1",
    "a result by rounds": "/fr/c/trains-et-cars/resultats/1",
    "a real election": "/fr/c/burlington-2009/resultats/1",
    "a list of proposals": "/fr/c/reseau-cyclable/propositions",
    "a proposal": "/fr/c/reseau-cyclable/p/1",
    "the network": "/fr/",
}


@dataclass
class Traffic:
    """Requests that a page made the browser send."""

    urls: dict[str, str] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Bytes on the wire, headers included."""
        return sum(self.sizes.values())


async def visit(browser: Browser, address: str) -> Traffic:
    """A first visit: an empty cache, no cookie."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    traffic = Traffic()

    def answered(event: dict[str, Any]) -> None:
        headers = {k.lower(): v for k, v in event["response"]["headers"].items()}
        traffic.encodings[event["requestId"]] = headers.get("content-encoding", "")
        traffic.urls[event["requestId"]] = event["response"]["url"]

    def ended(event: dict[str, Any]) -> None:
        traffic.sizes[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", ended)
    await wire.send("Network.enable")
    answer = await page.goto(address, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    await context.close()
    return traffic


@pytest.mark.parametrize("name", PAGES)
async def test_a_first_visit_is_light(
    name: str, demo: Demo, browser: Browser, record_property: Any
) -> None:
    traffic = await visit(browser, demo.address + PAGES[name])
    record_property("bytes", traffic.total)
    fetched = {
        traffic.urls[key].removeprefix(demo.address): size for key, size in traffic.sizes.items()
    }
    assert traffic.total < MOST_BYTES, fetched
    assert len(fetched) <= MOST_REQUESTS, fetched
    assert all(path.startswith("/") for path in fetched), fetched
    for key, url in traffic.urls.items():
        if traffic.sizes[key] > 1_500:
            assert traffic.encodings[key] == "br", url
    assert all(size <= MOST_LOGO for path, size in fetched.items() if "logo" in path), fetched
