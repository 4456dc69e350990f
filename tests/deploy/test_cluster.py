"""The files of `deploy/cluster`, read by the programs that run them; `./dev cluster` runs them."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from tests.cluster.deployment import DATABASES, SHIPPED, SITES, variables


@pytest.mark.skipif(not shutil.which("haproxy"), reason="needs HAProxy (Debian: haproxy)")
def test_haproxy_accepts_its_configuration() -> None:
    command = ["haproxy", "-c", "-f", str(SHIPPED / "haproxy.cfg")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "patroni.service"
    shipped = (SHIPPED / "patroni.service").read_text()
    unit.write_text(shipped.replace("/opt/patroni/bin/patroni", "/bin/true"))
    command = ["systemd-analyze", "--no-pager", "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_commit_waits_for_a_standby_and_a_lost_primary_is_replaced_in_time() -> None:
    decided = yaml.safe_load((SHIPPED / "patroni.yml").read_text())["bootstrap"]["dcs"]
    assert decided["synchronous_mode"] is True
    assert decided["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert decided["loop_wait"] + 2 * decided["retry_timeout"] <= decided["ttl"] <= 20


def test_all_files_name_the_same_machines() -> None:
    proxy = (SHIPPED / "haproxy.cfg").read_text()
    listed = variables("databases.env")
    for name, address in DATABASES.items():
        assert proxy.count(f"server {name} {address}:5432 check") == 2
        assert f"{name}=http://{address}:2380" in listed["ETCD_INITIAL_CLUSTER"]
        assert f"{address}:2379" in listed["PATRONI_ETCD3_HOSTS"].split(",")
    for name, address in SITES.items():
        assert f"server {name} {address}:8000 check" in proxy
        assert f"{address}:8000 backup" in proxy
    assert variables("beffroi.env")["BEFFROI_HOST"] == SITES["app1"]
