"""The files of `deploy/cluster`, as they are, on the machines that they name.

Only what belongs to a machine is changed: folders, the version of PostgreSQL, the public address.
"""

# ruff: noqa: ASYNC220, ASYNC221, ASYNC240 (nobody else waits for these steps)

import asyncio
import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import asyncpg

from deliberation.core.settings import Settings, environment_of
from deliberation.devserver.binaries import running_account
from tests.cluster.network import Machine, make_network
from tests.faults.crowd import ask
from tests.faults.run import Failed

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "cluster"
PATRONI = ROOT / ".venv-cluster" / "bin"
DATABASES = {"db1": "192.0.2.11", "db2": "192.0.2.12", "db3": "192.0.2.13"}
SITES = {"app1": "192.0.2.21", "app2": "192.0.2.22"}
SITES_PORT = 8080  # of HAProxy, on each machine's loopback
PASSWORD = "change-me-postgres"
OWNER = "postgresql://beffroi:change-me-owner@127.0.0.1:5000/beffroi"
SUPERUSER = f"postgresql://postgres:{PASSWORD}@127.0.0.1:5000"
HAPROXY = ["haproxy", "-f", str(SHIPPED / "haproxy.cfg")]
PSQL = "{}/psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 5000 -U postgres -f"
BEFFROI = Path(sys.executable).parent / "beffroi"
BARE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
READY = 400.0  # seconds for a step of the start, or for a machine that comes back


@dataclass
class Cluster:
    """Three databases, two sites with a worker each; HAProxy here and on the machines of sites."""

    folder: Path
    binaries: Path
    machines: dict[str, Machine] = field(default_factory=dict)

    @property
    def databases(self) -> list[Machine]:
        """The machines with etcd, Patroni and PostgreSQL."""
        return [self.machines[name] for name in DATABASES]

    @property
    def sites(self) -> list[Machine]:
        """The machines with a site and a worker."""
        return [self.machines[name] for name in SITES]

    @property
    def settings(self) -> Settings:
        """Settings of the site, for a context of our own as the owner of the tables."""
        shipped = variables("beffroi.env")
        return Settings(
            database_url=OWNER,
            folder=str(self.folder / "shared"),
            origin="http://localhost:8000",
            secret=shipped["BEFFROI_SECRET"],
            port=SITES_PORT,
            trusted_proxies=1,
        )

    def start_etcd(self, machine: Machine) -> None:
        """Start or restart etcd on a machine."""
        machine.start("etcd", ["etcd"], self._variables(machine))

    def start_patroni(self, machine: Machine) -> None:
        """Start or restart Patroni on a machine, as an account that PostgreSQL accepts."""
        account = {k: v for k, v in running_account().options.items() if k != "extra_groups"}
        machine.start(
            "patroni",
            [PATRONI / "patroni", SHIPPED / "patroni.yml"],
            self._variables(machine),
            account=account,
        )

    def start_site(self, machine: Machine, database: str = "") -> None:
        """Start or restart the site of a machine; `database`: another address of the databases."""
        self._beffroi(machine, "serve", "beffroi_site", "change-me-site", database)

    def start_worker(self, machine: Machine, database: str = "") -> None:
        """Start or restart the worker of a machine."""
        self._beffroi(machine, "worker", "beffroi_worker", "change-me-worker", database)

    def start_haproxy(self, machine: Machine) -> None:
        """Start HAProxy on a machine that asks the databases."""
        machine.start("haproxy", HAPROXY)

    async def restart_sites(self, database: str = "") -> None:
        """Sites and workers end in order and start again, with another address of the databases."""
        for machine in self.sites:
            await asyncio.gather(machine.stop("serve"), machine.stop("worker"))
            self.start_site(machine, database)
            self.start_worker(machine, database)
        await until("the sites answer", self.answers)

    def switch_over(self, machine: Machine) -> None:
        """Order Patroni to make another machine the primary, as `patronictl` does. Blocking."""
        shipped = variables("databases.env")
        words = f"{shipped['PATRONI_RESTAPI_USERNAME']}:{shipped['PATRONI_RESTAPI_PASSWORD']}"
        order = Request(
            f"http://{machine.address}:8008/switchover",
            json.dumps({"leader": machine.name}).encode(),
            {"authorization": f"Basic {b64encode(words.encode()).decode()}"},
        )
        with urlopen(order, timeout=READY):  # a refusal raises
            pass

    async def primary(self) -> Machine:
        """The machine whose Patroni says that it is the primary."""
        asked = (status(machine.address, 8008, "/primary") for machine in self.databases)
        told = await asyncio.gather(*asked)
        found = [one for one, said in zip(self.databases, told, strict=True) if said == 200]
        if len(found) != 1:
            raise Failed(f"primaries: {[machine.name for machine in found]}")
        return found[0]

    async def etcd_leader(self) -> Machine:
        """The machine whose etcd leads."""
        endpoints = ",".join(f"{machine.address}:2379" for machine in self.databases)
        asked = ["etcdctl", f"--endpoints={endpoints}", "endpoint", "status", "--write-out=json"]
        told = subprocess.run(
            asked, env=BARE | {"ETCDCTL_API": "3"}, capture_output=True, text=True, check=True
        )
        for one in json.loads(told.stdout):
            if one["Status"]["header"]["member_id"] == one["Status"]["leader"]:
                return next(m for m in self.databases if m.address in one["Endpoint"])
        raise Failed("no etcd leads")

    async def is_replicated(self) -> bool:
        """Whether two standbys follow the primary, one of them synchronously."""
        states = await self.superuser("SELECT array_agg(sync_state) FROM pg_stat_replication")
        return sorted(states or []) == ["async", "sync"]

    async def answers(self) -> bool:
        """Whether both sites answer and reach the database."""
        asked = (status(machine.address, 8000, "/sante") for machine in self.sites)
        through = status("127.0.0.1", SITES_PORT, "/api/v1/consultations")
        return {*await asyncio.gather(through, *asked)} == {200}

    async def sql(self, statement: str, *values: Any, url: str = OWNER) -> Any:
        """One statement on the primary, through HAProxy; the first value it gives."""
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    async def superuser(self, statement: str, database: str = "beffroi") -> Any:
        """The same as the databases' superuser."""
        return await self.sql(statement, url=f"{SUPERUSER}/{database}")

    def _variables(self, machine: Machine) -> dict[str, str]:
        """The environment of etcd and Patroni: db1's file with another name and address."""
        own = {
            name: value.replace("db1", machine.name).replace(DATABASES["db1"], machine.address)
            for name, value in variables("db1.env").items()
        }
        data = machine.folder / "data"
        return {
            **variables("databases.env"),
            **own,
            "ETCD_DATA_DIR": str(machine.folder / "etcd"),
            "PATRONI_POSTGRESQL_DATA_DIR": str(data),
            "PATRONI_POSTGRESQL_PGPASS": str(machine.folder / "pgpass"),
            "PATRONI_POSTGRESQL_BIN_DIR": str(self.binaries),
        }

    def _beffroi(
        self, machine: Machine, command: str, role: str, password: str, database: str
    ) -> None:
        given = {
            **variables("beffroi.env"),
            "DATABASE_URL": (database or "postgresql://{role}@127.0.0.1:5000/beffroi").format(
                role=f"{role}:{password}"
            ),
            "BEFFROI_ORIGIN": "http://localhost:8000",
            "BEFFROI_FOLDER": str(self.folder / "shared"),
            "BEFFROI_HOST": machine.address,
            "BEFFROI_SMTP": "",
            "BEFFROI_WORKERS": "1",  # two cores for all of these machines
            "BEFFROI_LOG_LEVEL": "error",
        }
        machine.start(command, [BEFFROI, command], given)


@asynccontextmanager
async def a_cluster(folder: Path, binaries: Path) -> AsyncIterator[Cluster]:
    """All of it started, with a migrated database of a test install."""
    folder.chmod(0o755)
    cluster = Cluster(folder, binaries, make_network(DATABASES | SITES, folder))
    options = running_account().options
    for machine in cluster.databases:
        if options:
            os.chown(machine.folder, options["user"], options["group"])
        cluster.start_etcd(machine)
        cluster.start_patroni(machine)
    for machine in cluster.sites:
        cluster.start_haproxy(machine)
    with (folder / "haproxy.log").open("wb") as log:
        haproxy = subprocess.Popen(HAPROXY, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        await until("a primary answers", lambda: cluster.superuser("SELECT true", "postgres"))
        await asyncio.to_thread(_prepare_database, cluster)
        await cluster.superuser("UPDATE install SET kind = 'test' RETURNING true")
        for machine in cluster.sites:
            cluster.start_site(machine)
            cluster.start_worker(machine)
        await until("two standbys follow", cluster.is_replicated)
        await until("the sites answer", cluster.answers)
        yield cluster
    finally:
        haproxy.terminate()
        haproxy.wait()


def _prepare_database(cluster: Cluster) -> None:
    """What the README says to do once. Blocking."""
    roles = [*PSQL.format(cluster.binaries).split(), str(SHIPPED / "roles.sql")]
    subprocess.run(roles, env=BARE | {"PGPASSWORD": PASSWORD}, check=True)
    migrating = BARE | environment_of(cluster.settings)
    subprocess.run([BEFFROI, "migrate"], env=migrating, stdout=subprocess.DEVNULL, check=True)


def variables(name: str) -> dict[str, str]:
    """The variables of a shipped environment file."""
    lines = (SHIPPED / name).read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


async def until(what: str, holds: Callable[[], Awaitable[bool]], patience: float = READY) -> float:
    """Wait for something; seconds it took. An error means not yet."""
    begun = time.monotonic()
    while time.monotonic() < begun + patience:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError):
            if await holds():
                return time.monotonic() - begun
        await asyncio.sleep(0.1)
    raise Failed(f"not within {patience:.0f} s: {what}")


async def status(address: str, port: int, path: str) -> int:
    """The status that a machine's HTTP port answers; 0 for none."""
    answer = await ask(port, "GET", path, wait=3, address=address)
    return max(answer.status, 0)
