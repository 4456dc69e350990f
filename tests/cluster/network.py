"""Machines as network namespaces on one bridge, with the addresses of the shipped configuration.

Everything is inside namespaces that `./dev cluster` made for this program alone: whatever happens,
the kernel ends their processes and removes their network with it.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = "192.0.2.1"  # this program's address; it stands where nginx would
ENDED = 15.0  # seconds given to a process to end after SIGTERM

Process = subprocess.Popen[bytes]


@dataclass
class Machine:
    """A network namespace: its processes by name, its folder and its link to the others."""

    name: str
    address: str
    folder: Path
    processes: dict[str, Process] = field(default_factory=dict)

    def start(
        self,
        name: str,
        command: Iterable[str | Path],
        variables: Mapping[str, str] | None = None,
        *,
        account: Mapping[str, int] | None = None,
    ) -> Process:
        """Run a program here, as another account where one is given; its output is in the folder.

        It inherits what a service manager gives and no more.
        """
        drop = []
        if account:  # it may read what root made for itself alone, such as a Python in root's home
            may = "+dac_read_search"
            drop = ["setpriv", f"--reuid={account['user']}", f"--regid={account['group']}"]
            drop += ["--clear-groups", f"--inh-caps={may}", f"--ambient-caps={may}"]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *("ip", "netns", "exec", self.name),
                    *drop,
                    *command,
                ],
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | dict(variables or {}),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def pids(self) -> list[int]:
        """All processes of the machine, orphans included."""
        return [int(one) for one in _ip("netns", "pids", self.name).split()]

    def die(self) -> None:
        """The machine loses its power: no packet says goodbye."""
        self.disconnect()
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait()

    def kill(self, name: str) -> None:
        """SIGKILL to one program of the machine and those that it started."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    async def stop(self, name: str) -> None:
        """End one program in order."""
        process = self.processes[name]
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, ENDED)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def disconnect(self) -> None:
        """Pull the cable."""
        _ip("link", "set", f"{self.name}-end", "down")

    def connect(self) -> None:
        """Put the cable back."""
        _ip("link", "set", f"{self.name}-end", "up")

    def lose(self, others: Iterable["Machine"]) -> None:
        """Drop what would go from here to some machines, and so every connection with them."""
        for other in others:
            _ip("-n", self.name, "route", "add", "blackhole", f"{other.address}/32")

    def find(self, others: Iterable["Machine"]) -> None:
        """Reach these machines again."""
        for other in others:
            _ip("-n", self.name, "route", "del", "blackhole", f"{other.address}/32")


def make_network(addresses: Mapping[str, str], folder: Path) -> dict[str, Machine]:
    """A bridge of this program's namespace, and a machine for each name."""
    _ip("link", "set", "lo", "up")
    _ip("link", "add", "bridge", "type", "bridge")
    _ip("link", "set", "bridge", "up")
    _ip("addr", "add", f"{HERE}/24", "dev", "bridge")
    # Names of namespaces are files in /run/netns: those of this program, which it alone sees.
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    Path("/run/netns").mkdir()
    return {name: _make_machine(name, at, folder / name) for name, at in addresses.items()}


def _make_machine(name: str, address: str, folder: Path) -> Machine:
    folder.mkdir()
    folder.chmod(0o755)
    _ip("netns", "add", name)
    _ip("link", "add", f"{name}-end", "type", "veth", "peer", "name", "eth0", "netns", name)
    _ip("link", "set", f"{name}-end", "master", "bridge", "up")
    _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
    for device in ("lo", "eth0"):
        _ip("-n", name, "link", "set", device, "up")
    return Machine(name, address, folder)


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
