"""The README's pictures come from the demo itself: `BEFFROI_PICTURES=1 ./dev test -k pictures`."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.demo import Demo

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parent / "pictures"

# Name -> address, width and height of the window.
PICTURES = {
    "consultation": ("/fr/c/cantines", 1200, 900),
    "result": ("/fr/c/haies/resultats/1", 1200, 1000),
}


@pytest.mark.parametrize("name", PICTURES)
async def test_pictures_of_the_readme(
    name: str, demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    path, width, height = PICTURES[name]
    folder = KEPT if os.environ.get("BEFFROI_PICTURES") else tmp_path
    window = await browser.new_page(viewport={"width": width, "height": height})
    await window.goto(demo.address + path)
    taken = await window.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=72)
    await window.close()
    assert len(taken) > 20_000  # a blank page weighs less
    assert (KEPT / f"{name}.jpg").exists()
