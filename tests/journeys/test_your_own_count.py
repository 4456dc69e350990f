"""The demo's sealed votes: a visitor verifies one that is counted, votes in one and counts it."""

import html
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.demo import BEFFROI, Demo, environment

README = Path(__file__).parents[2] / "README.md"
SLUG = "fonds-climat"


def page_of(demo: Demo, path: str) -> str:
    """The text of a page."""
    with urllib.request.urlopen(demo.address + path) as answer:
        return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", " ", answer.read().decode())))


def code_of(demo: Demo, name: str) -> str:
    """The voting code that the demo's page shows beside a name."""
    found = re.search(
        rf"{name}.*?\b((?:[2-9A-Z]{{4}}-){{4}}[2-9A-Z]{{4}})\b", page_of(demo, "/fr/demo")
    )
    assert found
    return found[1]


def test_anybody_verifies_the_demos_counted_vote(demo: Demo) -> None:
    address = f"{demo.address}/c/carreau-de-la-fosse-9/voter/1"
    said = subprocess.run(
        [*BEFFROI, "sealed", "verify", address],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    assert said.returncode == 0, said.stdout + said.stderr
    result = page_of(demo, "/fr/c/carreau-de-la-fosse-9/resultats/1")
    assert "sur 256 bulletins reçus" in result
    assert "2 signatures sur 3 dépositaires" in result


@pytest.mark.browser
async def test_a_visitor_votes_with_a_code_of_the_demo_then_counts_by_the_commands_of_the_readme(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    await vote(demo, browser)
    count(demo, tmp_path)
    result = page_of(demo, f"/fr/c/{SLUG}/resultats/1")
    assert "sur 48 bulletins reçus" in result
    assert "Procès-verbal signé par Maryse Lefrancq" in result
    assert "2 signatures sur 3 dépositaires" in result
    assert (tmp_path / "count" / "minutes.pdf").read_bytes().startswith(b"%PDF-")


async def vote(demo: Demo, browser: Browser) -> None:
    """Tick an option, check, give the code of the letter."""
    window = await browser.new_page(viewport={"width": 390, "height": 844})
    window.set_default_timeout(60_000)
    await window.goto(f"{demo.address}/fr/c/{SLUG}/voter/1")
    await window.locator("label", has_text="Une conserverie mobile").click()
    await window.get_by_role("button", name="Vérifier mon vote").click()
    await window.get_by_label("Le code de votre lettre").fill(code_of(demo, "Amélie Delattre"))
    await window.get_by_role("button", name="Valider mon vote").click()
    await expect(window.locator("h1")).to_have_text("Votre vote est enregistré")
    await window.close()


def count(demo: Demo, folder: Path) -> None:
    """Run the README's commands: past the close, the trustees open the ballot box and sign."""
    (block,) = re.findall(r"```\n(export D=.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert "$PWD/.data/demo" in block
    script = "set -e\n" + block.replace("$PWD/.data/demo", str(demo.folder)).replace(
        "$PWD/.venv/bin", str(Path(sys.executable).parent)
    )
    said = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        env={**environment(), "PATH": os.environ["PATH"]},
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.strip().endswith(f"/fr/c/{SLUG}/resultats/1")
