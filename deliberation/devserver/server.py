"""The embedded PostgreSQL: make its folder, start, share, recover and stop the server.

A folder holds `data` (the cluster), `server.log` and two lock files. Every client holds a shared
lock; whoever leaves last stops the server. The kernel drops the locks of killed clients, so no
state of ours can go stale. Nothing listens on the network: clients use a private Unix socket.
"""

import atexit
import errno
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from deliberation.devserver.binaries import (
    EmbeddedError,
    Server,
    SystemAccount,
    environment,
    find_server,
    make_folder,
    run,
    running_account,
)
from deliberation.devserver.data_folder import (
    CHILDREN,
    disown,
    is_ours,
    pid_file,
    sockets_in_use,
    state_of,
)

if sys.platform != "win32":
    import fcntl


__all__ = [
    "Cluster",
    "EmbeddedError",
    "Server",
    "find_server",
    "kept_alive",
    "revive",
    "start",
]


MIN_FREE_BYTES = (
    200 * 2**20
)  # bytes wanted free before a new cluster is made (it takes about 45 MB)


SERVER_TIMEOUT = 60.0  # seconds given to a recovery or to a last checkpoint


SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # only the socket's name
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


# Of a server whose data need not last: tests, which play several crowds at once.
FLEETING = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "400",
}


@atexit.register  # before the first cluster's own: it runs after them
def _leave_children() -> None:
    """A server that others still use goes on: its child object must not warn of that."""
    for child in CHILDREN:
        if child.poll() is None:
            child.returncode = 0


@dataclass(frozen=True)
class Cluster:
    """A running server that this process holds; `stop()` lets go of it."""

    server: Server
    folder: Path
    sockets: Path
    held: IO[bytes]  # the shared lock of this client
    owner: int  # the process that holds it: a forked child must not let go for its parent

    def url(self, database: str = "app") -> str:
        """The address for SQLAlchemy."""
        return self.dsn(database).replace("postgresql:", "postgresql+asyncpg:", 1)

    def dsn(self, database: str = "app") -> str:
        """The address for plain asyncpg. The port is named because PGPORT may say another."""
        return f"postgresql://app@/{database}?host={quote(str(self.sockets))}&port=5432"

    def stop(self) -> None:
        """Release the server; its last user stops it and waits for its end. Idempotent."""
        if self.owner == os.getpid() and not self.held.closed:
            atexit.unregister(self.stop)
            _leave(self.folder, self.held)


def start(folder: Path, *, server: Server | None = None, durable: bool = True) -> Cluster:
    """Join the server of this folder, making and starting what is missing; `stop()` to leave.

    Makes the cluster, the role and the database `app` when they do not exist, and recovers from
    a killed server. durable=False is for tests: quick, but a power cut may lose the data.
    Raises EmbeddedError, whose message says what to do.
    """
    server = server or find_server()
    account = running_account()
    folder = folder.resolve()  # the server's command line is compared with one spelling
    with _plain_errors(folder, account):
        make_folder(folder, 0o755 if account.options else 0o700)  # nobody must pass under root
        held = (folder / "clients.lock").open("ab")
        try:
            fcntl.flock(held, fcntl.LOCK_SH)
            with _start_lock(folder):
                if not (folder / "data").exists():
                    _make_cluster(server, account, folder, durable)
                _check_cluster(server, folder / "data")
                sockets = _bring_up(server, account, folder, durable)
                _make_app(server, sockets, folder)
        except BaseException:
            _leave(folder, held)
            raise
    cluster = Cluster(server, folder, sockets, held, os.getpid())
    atexit.register(cluster.stop)
    return cluster


def revive(cluster: Cluster) -> None:
    """Start the server of a held folder again if it was killed; nothing while it lives.

    Raises as `start`.
    """
    with _plain_errors(cluster.folder, running_account()), _start_lock(cluster.folder):
        if state_of(cluster.folder / "data") == "stopped":
            _bring_up(cluster.server, running_account(), cluster.folder, durable=True)


@contextmanager
def kept_alive(cluster: Cluster, *, every: float = 1.0) -> Iterator[None]:
    """Watch the server meanwhile: restart a killed one, which then recovers."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(every):
            # Said by the requests that fail; the next look may succeed (a full disk, for example).
            with suppress(EmbeddedError, OSError):
                revive(cluster)

    watcher = threading.Thread(target=watch, name="database watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


@contextmanager
def _plain_errors(folder: Path, account: SystemAccount) -> Iterator[None]:
    plain = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}
    try:
        yield
    except OSError as error:
        if error.errno not in plain:
            raise
        raise _refusal(folder, account, str(error)) from error


def _refusal(folder: Path, account: SystemAccount, said: str) -> EmbeddedError:
    """An error with the message of the system or the server, and what to do."""
    if re.search("No space left|quota exceeded", said):
        return EmbeddedError("disk-full", folder=folder)
    if re.search("Permission denied|not permitted|Read-only|Not a directory|ownership", said):
        parents = [path for path in reversed(folder.parents) if path.is_dir()]
        closed = [path for path in parents if account.options and not path.stat().st_mode & 0o001]
        where = closed[0] if closed else folder
        return EmbeddedError("unreadable-folder", folder=where, account=account.name)
    fatal = re.findall(r"(?:FATAL|PANIC|error): *(.+)", said)
    reason = fatal[-1] if fatal else " ".join(said.split()) or "no reason given"
    return EmbeddedError("broken-folder", folder=folder / "data", reason=reason)


@contextmanager
def _start_lock(folder: Path) -> Iterator[None]:
    """One process at a time makes, starts or stops the server of a folder."""
    with (folder / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _leave(folder: Path, held: IO[bytes]) -> None:
    # Blocked: somebody else still uses the server. Not found: the folder was thrown away.
    with suppress(BlockingIOError, FileNotFoundError), held, _start_lock(folder):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sockets = sockets_in_use(folder / "data")
        _shut_down(folder / "data")
        if sockets != folder / "data":
            with suppress(OSError):
                sockets.rmdir()


def _make_cluster(server: Server, account: SystemAccount, folder: Path, durable: bool) -> None:
    """Run initdb in a neighbouring folder, then rename: an interrupted initdb is never used."""
    if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
        raise EmbeddedError("disk-full", folder=folder)
    making = folder / "making"
    if making.exists():
        shutil.rmtree(making)
    making.mkdir(mode=0o700)
    if account.options:
        os.chown(making, account.options["user"], account.options["group"])
    # The same order and the same lower('É') on every system, whatever LANG says.
    locale = ["--locale=C.UTF-8"]
    if server.major >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = ["-U", "postgres", "-E", "UTF8", "-A", "trust", "-T", "french", *locale]
    options += [] if durable else ["--no-sync"]
    done = run([server.bin / "initdb", "-D", making, *options], account)
    if done.returncode:
        raise _refusal(folder, account, done.stderr)
    making.rename(folder / "data")
    if durable:  # a power cut must not give the old name back: `making` would be thrown away
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)


def _check_cluster(server: Server, data: Path) -> None:
    try:
        made = int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError) as error:
        reason = "its file PG_VERSION is missing or unreadable"
        raise EmbeddedError("broken-folder", folder=data, reason=reason) from error
    if made != server.major:
        raise EmbeddedError("wrong-version", folder=data, made=made, have=server.major)


def _bring_up(server: Server, account: SystemAccount, folder: Path, durable: bool) -> Path:
    """Start the server when nobody runs it, wait until it is ready; returns its socket folder."""
    data, child, deadline = folder / "data", None, time.monotonic() + SERVER_TIMEOUT
    while (state := state_of(data)) != "ready":
        if time.monotonic() > deadline:
            raise EmbeddedError("not-answering", folder=folder, reason=f"it stays {state}")
        if child is not None and child.poll() is not None:
            said = (folder / "server.log").read_text(errors="replace")
            # Workers of a killed server may outlive it for a moment: never start beside them.
            if "still in use" not in said:
                raise _refusal(folder, account, said)
            time.sleep(0.2)
            child = None
        if state == "stopped" and child is None:
            disown(data)
            child = _launch(server, account, folder, durable)
        time.sleep(0.01)
    return sockets_in_use(data)


def _launch(
    server: Server, account: SystemAccount, folder: Path, durable: bool
) -> subprocess.Popen[bytes]:
    sockets = str(_socket_folder(folder / "data", account)).replace('"', '""')
    settings = SETTINGS | {"unix_socket_directories": f'"{sockets}"'}
    settings |= {} if durable else FLEETING
    command: list[str | Path] = [server.bin / "postgres", "-D", folder / "data"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,  # so that Ctrl-C reaches us and not the server
            **account.options,
        )
    CHILDREN.append(child)
    return child


def _socket_folder(data: Path, account: SystemAccount) -> Path:
    """The data folder; a short private one when its path is too long or odd for a socket."""
    if re.fullmatch(r"[\w./ -]{1,85}", str(data), re.ASCII):
        return data
    uid = account.options.get("user", os.geteuid())
    key = hashlib.sha256(f"{uid} {data}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"beffroi-{key}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, -1)
    stat = folder.lstat()  # somebody else may have been there first: the temp folder is shared
    if folder.is_symlink() or stat.st_uid != uid or stat.st_mode & 0o077:
        raise EmbeddedError("unreadable-folder", folder=folder, account=account.name)
    return folder


def _make_app(server: Server, sockets: Path, folder: Path) -> None:
    """The role and the database `app`, when missing. CREATEDB lets tests copy their template."""
    script = r"""
        SELECT 'CREATE ROLE app LOGIN CREATEDB'
         WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
        SELECT 'CREATE DATABASE app OWNER app'
         WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
        """
    command: list[str | Path] = [server.bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", sockets, "-p", "5432", "-U", "postgres", "-d", "postgres"]
    done = run(command, script=script)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddedError("not-answering", folder=folder, reason=reason)


def _shut_down(data: Path) -> None:
    """Ask for an orderly end, insist after a while: the next start then recovers."""
    for number, timeout in ((signal.SIGINT, SERVER_TIMEOUT), (signal.SIGQUIT, 5.0)):
        lines = pid_file(data)
        if not lines or not is_ours(lines[0], data):
            return
        with suppress(ProcessLookupError):
            os.kill(int(lines[0]), number)
        deadline = time.monotonic() + timeout
        while is_ours(lines[0], data) and time.monotonic() < deadline:
            time.sleep(0.005)
