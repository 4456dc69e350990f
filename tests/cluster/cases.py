"""What dies: each case strikes when it is entered, and heals when it is left."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple

from tests.cluster.deployment import DATABASES, Cluster

HOSTS = ",".join(f"{address}:5432" for address in DATABASES.values())
WITHOUT_HAPROXY = f"postgresql://{{role}}@{HOSTS}/beffroi"

Strike = Callable[[Cluster], AbstractAsyncContextManager[None]]


class Case(NamedTuple):
    """A row of the table; `longest`: the silence that is still good, in seconds.

    `database`: the address that sites and workers have meanwhile, if not HAProxy's.
    """

    name: str
    told: str
    strike: Strike
    longest: float
    database: str = ""


@asynccontextmanager
async def primary_dies(cluster: Cluster) -> AsyncIterator[None]:
    """The primary's machine loses its power, and comes back."""
    machine = await cluster.primary()
    machine.die()
    yield
    machine.connect()
    cluster.start_etcd(machine)
    cluster.start_patroni(machine)


@asynccontextmanager
async def postgresql_dies(cluster: Cluster) -> AsyncIterator[None]:
    """PostgreSQL of the primary is killed; its Patroni lives."""
    machine = await cluster.primary()
    pid = (machine.folder / "data" / "postmaster.pid").read_text().split()[0]
    os.kill(int(pid), signal.SIGKILL)
    yield


@asynccontextmanager
async def etcd_leader_dies(cluster: Cluster) -> AsyncIterator[None]:
    """The etcd that leads the others is killed, and started again."""
    machine = await cluster.etcd_leader()
    machine.kill("etcd")
    yield
    cluster.start_etcd(machine)


@asynccontextmanager
async def site_dies(cluster: Cluster) -> AsyncIterator[None]:
    """One of two sites is killed, with what it was doing."""
    machine = cluster.sites[0]
    machine.kill("serve")
    yield
    cluster.start_site(machine)


@asynccontextmanager
async def worker_dies(cluster: Cluster) -> AsyncIterator[None]:
    """One of two workers is killed."""
    machine = cluster.sites[0]
    machine.kill("worker")
    yield
    cluster.start_worker(machine)


@asynccontextmanager
async def primary_cut_off(cluster: Cluster) -> AsyncIterator[None]:
    """The primary reaches no other database machine any more; the sites still reach it."""
    machine = await cluster.primary()
    others = [one for one in cluster.databases if one is not machine]
    machine.lose(others)
    yield
    machine.find(others)


@asynccontextmanager
async def primary_alone(cluster: Cluster) -> AsyncIterator[None]:
    """The primary's cable is pulled: it lives, and nobody reaches it."""
    machine = await cluster.primary()
    machine.disconnect()
    yield
    machine.connect()


@asynccontextmanager
async def switchover(cluster: Cluster) -> AsyncIterator[None]:
    """Another machine becomes primary on purpose."""
    machine = await cluster.primary()
    await asyncio.to_thread(cluster.switch_over, machine)
    yield


CASES = [
    Case("primary", "the primary's machine", primary_dies, 40),
    Case("hosts", "the same without HAProxy", primary_dies, 40, WITHOUT_HAPROXY),
    Case("postgresql", "PostgreSQL of the primary", postgresql_dies, 30),
    Case("etcd", "the leader of etcd", etcd_leader_dies, 15),
    Case("site", "one of two sites", site_dies, 10),
    Case("worker", "one of two workers", worker_dies, 5),
    Case("cut", "primary cut off from databases", primary_cut_off, 45),
    Case("alone", "primary cut off from all", primary_alone, 45),
    Case("switchover", "nothing: switchover on purpose", switchover, 15),
]
