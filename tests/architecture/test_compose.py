"""docker-compose.yml follows the Compose specification, and gives nothing away."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from deliberation.core.settings import Settings, variable_of
from deliberation.migrations.grants import SITE, WORKER

PROJECT = Path(__file__).parents[2]
COMPOSE = PROJECT / "docker-compose.yml"
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = ["migrate", "site", "worker"]


def test_it_follows_the_compose_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_proxy_publishes_ports_to_other_machines() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert published.pop("proxy") == ["80:80", "443:443"]
    assert {name for name, ports in published.items() if ports} == {"site", "mail"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_the_proxy_the_mail_catcher_and_the_backup_are_started_when_asked_for() -> None:
    asked = {
        name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service
    }
    assert asked == {"mail": ["dev"], "backup": ["tools"], "proxy": ["proxy"]}


def test_p4_a_backup_sees_the_database_and_no_key() -> None:
    service = SERVICES["backup"]
    assert service["volumes"] == ["./backups:/backups"]
    assert service["networks"] == ["database"]
    assert (
        service["environment"]["DATABASE_URL"] == SERVICES["migrate"]["environment"]["DATABASE_URL"]
    )
    assert f"AS {service['build']['target']}\n" in (PROJECT / "Dockerfile").read_text()


def test_the_data_volume_is_where_the_image_of_postgresql_18_keeps_it() -> None:
    assert SERVICES["db"]["image"].startswith("postgres:18.")
    assert SERVICES["db"]["volumes"][1:] == ["database:/var/lib/postgresql"]


@pytest.mark.parametrize("name", OURS)
def test_every_setting_reaches_the_program_but_those_that_containers_decide(name: str) -> None:
    known = {variable_of(field) for field in fields(Settings)}
    decided = {"BEFFROI_PORT", "BEFFROI_WORKER_INSIDE"}
    assert set(SERVICES[name]["environment"]) == known - decided


def test_f3_all_processes_share_the_folder_of_the_keys_and_no_other_service_sees_it() -> None:
    for name in OURS:
        (volume,) = SERVICES[name]["volumes"]
        folder = SERVICES[name]["environment"]["BEFFROI_FOLDER"]
        assert volume == f"data:{folder}"
        assert f"--mode 700 {folder}" in (PROJECT / "Dockerfile").read_text()
    assert not any("data:" in volume for volume in SERVICES["db"]["volumes"])
    volumes = set(yaml.safe_load(COMPOSE.read_text())["volumes"])
    assert volumes == {"certificates", "data", "database"}


def test_m8_each_process_has_its_own_role_and_none_is_a_superuser() -> None:
    roles = {
        name: re.findall(r"//(\w+):", SERVICES[name]["environment"]["DATABASE_URL"])
        for name in OURS
    }
    assert roles == {"migrate": ["beffroi"], "site": [SITE], "worker": [WORKER]}
    assert "POSTGRES_USER" not in SERVICES["db"]["environment"]
    mounted, _, target = SERVICES["db"]["volumes"][0].partition(":")
    assert target == "/docker-entrypoint-initdb.d/roles.sh:ro"
    script = (PROJECT / mounted).read_text()
    assert set(re.findall(r"CREATE ROLE (\w+) LOGIN PASSWORD", script)) == {"beffroi", SITE, WORKER}
    assert "SUPERUSER" not in script


def test_i6_containers_have_no_more_than_they_need() -> None:
    for name in [*OURS, "db", "proxy"]:
        service = SERVICES[name]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["mem_limit"]
        assert service["pids_limit"]
    assert all(SERVICES[name]["read_only"] for name in OURS)
    assert all(SERVICES[name]["ulimits"]["core"] == 0 for name in OURS)


def test_i6_the_database_reaches_nothing_outside() -> None:
    networks = yaml.safe_load(COMPOSE.read_text())["networks"]
    assert SERVICES["db"]["networks"] == SERVICES["migrate"]["networks"] == ["database"]
    assert networks["database"] == {"internal": True}


def test_h5_the_site_and_the_worker_are_asked_how_they_are() -> None:
    assert "/sante" in SERVICES["site"]["healthcheck"]["test"][-1]
    assert SERVICES["worker"]["healthcheck"]["test"][1:] == ["beffroi", "worker", "--check"]


def test_m9_images_are_named_by_exact_versions() -> None:
    for service in SERVICES.values():
        if "build" not in service:
            assert re.search(r":v?\d+\.\d+", service["image"])


def test_what_must_be_chosen_has_no_default_and_says_what_to_choose() -> None:
    asked = re.findall(r"\$\{(\w+):\?([^}]{20,})\}", COMPOSE.read_text())
    assert {name for name, _ in asked} == {
        "BEFFROI_DATABASE_PASSWORD",
        "BEFFROI_SITE_PASSWORD",
        "BEFFROI_WORKER_PASSWORD",
        "BEFFROI_ORIGIN",
        "BEFFROI_SECRET",
        "BEFFROI_SMTP",
    }
    defaults = re.findall(r"\$\{(\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*):?-[^}]", COMPOSE.read_text())
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
