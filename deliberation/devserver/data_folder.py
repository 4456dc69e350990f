"""Read the state of a server from its data folder."""

import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


QUESTION = bytes.fromhex("0000000804d2162f")  # "do you speak TLS?", answered before any sign-in


NO_PROCESS = str(2**31 - 1)  # a number no system gives


# The processes started here: kept so that their end is noticed and no zombie stays behind.
CHILDREN: list[subprocess.Popen[bytes]] = []


def state_of(data: Path) -> str:
    """`ready`, `busy` (starting or stopping) or `stopped`. An answer decides, never a pid.

    A connection is not enough: the system still accepts some for a server that was just killed.
    """
    lines = pid_file(data)
    if lines and lines[-1].strip() == "ready":
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.settimeout(5)
            probe.connect(str(sockets_in_use(data) / SOCKET))
            probe.sendall(QUESTION)
            if probe.recv(1):
                return "ready"
    return "busy" if lines and is_ours(lines[0], data) else "stopped"


def pid_file(data: Path) -> list[str]:
    """pid, data folder, start, port, socket folder, address, shared memory, status."""
    with suppress(FileNotFoundError):
        return (data / "postmaster.pid").read_text().splitlines()
    return []


def sockets_in_use(data: Path) -> Path:
    """Folder of the running server's socket: the starter's temporary folder may differ from
    ours.
    """
    lines = pid_file(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else data


def is_ours(pid: str, data: Path) -> bool:
    """Whether this process is the server of this folder: a zombie has lost its command line."""
    for child in CHILDREN:
        child.poll()
    if not pid.isdigit():
        return False
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return os.fsencode(data) in Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
        return False
    asked = subprocess.run(["ps", "-o", "command=", "-p", pid], capture_output=True, text=True)
    return f"-D {data}" in asked.stdout


def disown(data: Path) -> None:
    """Remove the process id of a zombie or of a foreign process from the lock files.

    PostgreSQL trusts any living number. The file itself stays: its other lines let PostgreSQL
    check that no worker of the killed server still writes.
    """
    (sockets_in_use(data) / f"{SOCKET}.lock").unlink(missing_ok=True)
    if lines := pid_file(data):
        (data / "postmaster.pid").write_text("\n".join([NO_PROCESS, *lines[1:]]) + "\n")
