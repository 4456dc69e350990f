"""docker-compose.yml follows the Compose specification, and gives nothing away."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from deliberation.kit.settings import Settings

PROJECT = Path(__file__).parents[2]
COMPOSE = PROJECT / "docker-compose.yml"
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = ["migrate", "site", "worker"]


def test_it_follows_the_compose_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_site_and_the_mail_catcher_publish_a_port_and_only_to_this_machine() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert {name for name, ports in published.items() if ports} == {"site", "mail"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_the_mail_catcher_is_for_development_only() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["mail"]
    assert SERVICES["mail"]["profiles"] == ["dev"]


def test_the_data_volume_is_where_the_image_of_postgresql_18_keeps_it() -> None:
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_a_setting_and_reaches_the_program(name: str) -> None:
    known = {field.metadata["variable"] for field in fields(Settings)}
    assert set(SERVICES[name]["environment"]) <= known


def test_what_must_be_chosen_has_no_default_and_says_what_to_choose() -> None:
    asked = re.findall(r"\$\{(\w+):\?([^}]{20,})\}", COMPOSE.read_text())
    assert {name for name, _ in asked} == {
        "BEFFROI_DATABASE_PASSWORD",
        "BEFFROI_ORIGIN",
        "BEFFROI_SECRET",
        "BEFFROI_SMTP",
    }
    defaults = re.findall(r"\$\{(\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*):?-", COMPOSE.read_text())
    assert defaults == []


@pytest.mark.parametrize("name", ["site", "worker"])
def test_nothing_starts_before_the_database_is_migrated(name: str) -> None:
    waits = {of: how["condition"] for of, how in SERVICES[name]["depends_on"].items()}
    assert waits == {"db": "service_healthy", "migrate": "service_completed_successfully"}


def test_the_image_holds_every_package_and_no_more() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE))
    assert copied == {"voting", "deliberation", "api", "web"}
    allowed = re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
    assert copied < set(allowed)
