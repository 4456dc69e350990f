"""The processes that are measured: the site's worker and PostgreSQL, on one core of their own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

from api.cli.site.serve import CREATE_SITE, serve_site, worker
from deliberation.core.settings import Settings, environment_of, read_settings
from deliberation.devserver.server import Cluster

SITES = {
    "site": CREATE_SITE,
    "floor": "benchmarks.floor:create_floor",
    "bare": "benchmarks.bare:create_bare",
}
SHIPPED = Path(__file__).parents[1] / "deploy/nginx/beffroi.conf"
TICK = os.sysconf("SC_CLK_TCK")
_PORTS = cycle(range(20_000 + os.getpid() % 100 * 100, 20_100 + os.getpid() % 100 * 100))


def cores() -> tuple[set[int], set[int]]:
    """The core measured, and those left to the load; the same one on a machine with one core."""
    every = sorted(os.sched_getaffinity(0))
    return {every[-1]}, set(every[:-1]) or {every[-1]}


@contextmanager
def serving(site: str, settings: Settings, core: set[int]) -> Iterator[int]:
    """A server process on a core, started with the options of `beffroi serve`; its pid."""
    with _running(site, settings, core) as child:
        _wait_for(settings.port, child)
        yield child.pid


@contextmanager
def working(settings: Settings) -> Iterator[int]:
    """A worker process; its pid."""
    with _running("worker", settings, os.sched_getaffinity(0)) as child:
        yield child.pid


@contextmanager
def _running(what: str, settings: Settings, core: set[int]) -> Iterator["subprocess.Popen[bytes]"]:
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.processes", what],
        env=os.environ | environment_of(settings),
        preexec_fn=lambda: os.sched_setaffinity(0, core),
    )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(20)


@contextmanager
def in_front(settings: Settings, folder: Path) -> Iterator[tuple[int, int] | None]:
    """nginx before a site, as in deploy/nginx but without TLS: pid and port; None without nginx."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        yield None
        return
    port, shipped = free_port(), SHIPPED.read_text()
    written = shipped[: shipped.index("server {\n    listen 80")]
    written += shipped[shipped.index("server {\n    listen 443") :]
    for pattern, instead in {
        r"127\.0\.0\.1:8000": f"127.0.0.1:{settings.port}",
        r"listen 443[^;]*;": f"listen 127.0.0.1:{port};",
        r"listen \[::\][^;]*;|ssl_\w+ [^;]*;": "",
        r"/var/cache/\S+": f"{folder}/kept",
        r"/var/log/\S+": f"{folder}/nginx.log",
    }.items():
        written = re.sub(pattern, instead, written)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;\n"
        "worker_rlimit_nofile 40000; events { worker_connections 30000; }\n"
        f"http {{\n{written}}}\n"
    )
    child = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        _wait_for(port, child)
        yield child.pid, port
    finally:
        child.terminate()
        child.wait(20)


def free_port() -> int:
    """A port of the loopback that nobody uses, nor takes before the caller does.

    Each process goes through a hundred of its own, below those that the system gives away.
    """
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def postmaster_of(cluster: Cluster) -> int:
    """The pid of an embedded server."""
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


def pin(pid: int, core: set[int]) -> None:
    """Keep a process and its children on a core; the children to come inherit it."""
    for one in family(pid):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(one, core)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu(pid: int) -> float:
    """Seconds of processor that a process used with its children, ended ones included."""
    ticks = 0
    for one in family(pid):
        if fields := _stat(one):
            ticks += sum(map(int, fields[11:15]))  # user, system, and those of ended children
    return ticks / TICK


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything: state, parent, …"""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    for _ in range(900):
        if child.poll() is not None:
            raise SystemExit(f"the server ended at once, with {child.returncode}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    chosen = sys.argv.pop(1)
    if chosen == "worker":
        worker.main([])
    else:
        serve_site(read_settings(), SITES[chosen])
