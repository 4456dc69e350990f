"""The systemd units and the Quadlet files of `deploy/`, read by the programs that run them."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
QUADLET = Path("/usr/libexec/podman/quadlet")  # of podman 5 and newer
EXPOSED = 15  # tenths of what `systemd-analyze security` counts; 100 is a service without walls

systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
quadlet = pytest.mark.skipif(not QUADLET.exists(), reason=f"no {QUADLET}: Debian 12 has podman 4.3")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that exists, the template as an instance."""
    folder = tmp_path / "systemd"
    shutil.copytree(DEPLOY / "systemd", folder)
    (folder / "beffroi-worker@.service").rename(folder / "beffroi-worker@1.service")
    for path in folder.glob("*.service"):
        path.write_text(path.read_text().replace("/opt/beffroi/bin/beffroi", "/bin/true"))
    return folder


def services(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.service"))


def analyzed(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *map(str, words)], capture_output=True, text=True
    )


@systemd
def test_p8_systemd_finds_nothing_to_say_about_the_units(units: Path) -> None:
    done = analyzed("verify", *services(units), *units.glob("*.timer"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    wall = units / "beffroi-.service.d" / "sandbox.conf"
    wall.write_text(wall.read_text() + "ProtectSystm=strict\n")
    assert "ProtectSystm" in analyzed("verify", *services(units)).stderr


@systemd
def test_p8_every_service_has_the_walls_of_the_one_file(units: Path) -> None:
    command = ["security", "--offline=yes", f"--threshold={EXPOSED}"]
    assert len(list(services(units))) == 4
    for path in services(units):
        done = analyzed(*command, path)
        assert done.returncode == 0, done.stdout
    shutil.rmtree(units / "beffroi-.service.d")
    assert all(analyzed(*command, path).returncode for path in services(units))


def test_p4_the_keys_of_open_votes_are_hidden_from_migration_and_backup() -> None:
    for path in services(DEPLOY / "systemd"):
        serves = path.name.startswith(("beffroi-site", "beffroi-worker"))
        assert ("StateDirectory=beffroi\n" in path.read_text()) == serves, path.name
        hidden = "InaccessiblePaths=-/var/lib/beffroi\n" in path.read_text()
        assert hidden != serves, path.name
    for path in (DEPLOY / "quadlet").glob("*.container"):
        serves = path.stem in ("beffroi-site", "beffroi-worker")
        assert ("Volume=beffroi-keys.volume" in path.read_text()) == serves, path.name


def test_m8_each_service_has_the_address_of_its_own_role() -> None:
    named = {"site": "site", "worker": "worker", "migrate": "owner", "backup": "owner"}
    for path in [*services(DEPLOY / "systemd"), *(DEPLOY / "quadlet").glob("*.container")]:
        kind = re.split(r"[-@.]", path.name)[1]
        files = re.findall(r"^EnvironmentFile=/etc/beffroi/(\w+).env$", path.read_text(), re.M)
        assert files == [named[kind]], path.name


@quadlet
def test_p8_quadlet_makes_the_three_containers_with_the_walls_of_the_one_file() -> None:
    done = subprocess.run(
        [QUADLET, "-dryrun"],
        capture_output=True,
        text=True,
        env={**os.environ, "QUADLET_UNIT_DIRS": str(DEPLOY / "quadlet")},
    )
    assert done.returncode == 0, done.stderr
    assert not re.search("unsupported|error", done.stderr, re.I), done.stderr
    runs = re.findall(r"^ExecStart=(\S+ run .*)$", done.stdout, re.M)
    assert len(runs) == 3
    for run in runs:
        for wall in ("--read-only", "--cap-drop all", "no-new-privileges", "--pids-limit"):
            assert wall in run
