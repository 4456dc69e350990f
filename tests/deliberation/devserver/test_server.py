"""The embedded server survives what happens to programs: kills, races, odd paths, root."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from deliberation.devserver import server as embedded
from deliberation.devserver.server import (
    Cluster,
    EmbeddedError,
    Server,
    find_server,
    kept_alive,
    start,
)

pytestmark = pytest.mark.slow

DEBIAN = Path("/usr/lib/postgresql/15/bin")
SERVERS = ["18", "16", *([str(DEBIAN)] if DEBIAN.is_dir() else [])]
ROOT = os.geteuid() == 0
CLIENT = """
import sys
from pathlib import Path
from deliberation.devserver.server import start
cluster = start(Path(sys.argv[1]))
print(cluster.sockets, flush=True)
sys.stdin.read()
"""

every_server = pytest.mark.parametrize("server", SERVERS, indirect=True)
as_root = pytest.mark.skipif(not ROOT, reason="only root hands the server to another account")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    return find_server(getattr(request, "param", "18"))


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account may enter (pytest's own is private); no server outlives it."""
    path = Path(tempfile.mkdtemp(prefix="beffroi-test-"))
    path.chmod(0o755)
    yield path
    for found in path.rglob("postmaster.pid"):
        if running(int(found.read_text().split()[0])):
            os.kill(int(found.read_text().split()[0]), signal.SIGQUIT)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def stopped_cluster() -> Iterator[Path]:
    """The folder of a cluster that ran and was stopped, made once a worker."""
    path = Path(tempfile.mkdtemp(prefix="beffroi-stopped-"))
    path.chmod(0o755)
    begin(path / "pg").stop()
    yield path / "pg"
    shutil.rmtree(path)


@pytest.fixture
def pg(place: Path, stopped_cluster: Path) -> Path:
    """A copy of it, for tests that are not about its making."""
    subprocess.run(["cp", "-aT", stopped_cluster, place / "pg"], check=True)
    return place / "pg"


@pytest.fixture
def clients() -> Iterator[list[subprocess.Popen[str]]]:
    """Other programs that use the server."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


@every_server
def test_starts_cold_is_shared_with_a_second_program_and_stops_with_the_last(
    server: Server, place: Path
) -> None:
    first = start(place / "pg", server=server)
    number = postmaster(place / "pg")
    second = a_client(place / "pg", {"BEFFROI_POSTGRES": str(server.bin)})
    assert postmaster(place / "pg") == number
    first.stop()
    assert running(number), "somebody still uses it"
    second.communicate()
    assert not running(number)
    assert not (place / "pg/data/postmaster.pid").exists()


@every_server
def test_speaks_french_the_same_way_on_every_server(server: Server, place: Path) -> None:
    cluster = start(place / "pg", server=server, durable=False)
    assert ask(cluster, "SELECT lower('ÉCOLE DU CŒUR')") == "école du cœur"
    assert ask(cluster, "SELECT to_tsvector('des écoles') @@ to_tsquery('école')") == "t"
    letters = "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{a,B,é,Z}'::text[]) x"
    assert ask(cluster, letters) == "BZaé"
    assert ask(cluster, "SHOW timezone") == "UTC"
    assert ask(cluster, "SHOW fsync") == "off"
    cluster.stop()


@every_server
def test_data_survives_a_killed_server_that_nobody_buried(
    server: Server, place: Path, clients: list[subprocess.Popen[str]]
) -> None:
    # The client started it, so the killed server stays a zombie until the client looks.
    clients.append(a_client(place / "pg", {"BEFFROI_POSTGRES": str(server.bin)}))
    cluster = start(place / "pg", server=server)
    assert ask(cluster, "CREATE TABLE kept AS SELECT 59 AS department") == ""
    number = postmaster(place / "pg")
    os.kill(number, signal.SIGKILL)
    wait_for(lambda: Path(f"/proc/{number}/cmdline").read_bytes() == b"")
    again = start(place / "pg", server=server)
    assert postmaster(place / "pg") != number
    assert ask(again, "SELECT department FROM kept") == "59"
    again.stop()
    cluster.stop()


def test_a_server_that_is_looked_after_comes_back_by_itself(pg: Path) -> None:
    cluster = start(pg)
    ask(cluster, "CREATE TABLE kept AS SELECT 59 AS department")
    number = postmaster(pg)
    with kept_alive(cluster, every=0.1):
        os.kill(number, signal.SIGKILL)
        wait_for(lambda: not running(number))
        wait_for(lambda: answers(cluster))
        assert postmaster(pg) != number
        assert ask(cluster, "SELECT department FROM kept") == "59"
    cluster.stop()


def test_never_starts_beside_a_worker_of_a_killed_server(pg: Path) -> None:
    cluster = begin(pg)
    session = subprocess.Popen(
        [cluster.server.bin / "psql", "-XAt", cluster.dsn()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert session.stdin
    assert session.stdout
    session.stdin.write("SELECT pg_backend_pid();\n")
    session.stdin.flush()
    worker = int(session.stdout.readline())
    os.kill(worker, signal.SIGSTOP)
    os.kill(postmaster(pg), signal.SIGKILL)
    starting = threading.Thread(target=lambda: begin(pg).stop())
    starting.start()
    starting.join(1)
    assert starting.is_alive(), "the stopped worker could still write"
    os.kill(worker, signal.SIGKILL)
    starting.join(60)
    assert not starting.is_alive()
    session.communicate()
    cluster.stop()


def test_a_pid_file_that_names_a_stranger_is_not_believed(pg: Path) -> None:
    data = pg / "data"
    lines = [str(os.getpid()), str(data), "1", "5432", str(data), "", "1 1", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (data / ".s.PGSQL.5432.lock").write_text("\n".join(lines[:5]) + "\n")
    cluster = begin(pg)
    assert ask(cluster, "SELECT 1") == "1"
    cluster.stop()


@pytest.mark.parametrize(
    "name",
    ["a folder with spaces", "l" * 130, "comma,colon:quote'\"", "hôtel de ville"],
    ids=["space", "long", "signs", "accents"],
)
async def test_any_path_will_do_for_both_libraries(name: str, place: Path) -> None:
    cluster = begin(place / name / "pg")
    connection = await asyncpg.connect(cluster.dsn())
    assert await connection.fetchval("SELECT current_database()") == "app"
    await connection.close()
    engine = create_async_engine(cluster.url())
    async with engine.connect() as connected:
        assert await connected.scalar(text("SELECT current_user")) == "app"
    await engine.dispose()
    cluster.stop()


def test_variables_of_other_postgresql_programs_change_nothing(
    pg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "6543", "PGDATA": "/nowhere", "LC_ALL": "fr_FR"}.items():
        monkeypatch.setenv(name, value)
    cluster = begin(pg)
    assert ask(cluster, "SHOW port") == "5432"
    cluster.stop()


def test_a_dropped_database_is_made_again(pg: Path) -> None:
    cluster = begin(pg)
    ask(cluster, "DROP DATABASE app", "postgres")
    again = begin(pg)
    assert ask(again, "SELECT current_database()") == "app"
    again.stop()
    cluster.stop()


def test_three_programs_racing_on_a_fresh_folder_share_one_server(
    place: Path, clients: list[subprocess.Popen[str]]
) -> None:
    clients.extend(launch_client(place / "pg") for _ in range(3))
    assert {client.stdout.readline() for client in clients if client.stdout} == {
        f"{place / 'pg/data'}\n"
    }
    number = postmaster(place / "pg")
    for client in clients:
        client.communicate()
    assert not running(number)


def test_after_a_killed_client_the_last_one_still_stops_the_server(
    pg: Path, clients: list[subprocess.Popen[str]]
) -> None:
    clients.append(a_client(pg))
    cluster = begin(pg)
    clients[0].kill()
    clients[0].communicate()
    number = postmaster(pg)
    assert running(number)
    cluster.stop()
    assert not running(number)


def test_whoever_started_the_server_leaves_it_to_the_others_without_a_word(
    pg: Path, clients: list[subprocess.Popen[str]]
) -> None:
    clients.append(a_client(pg))
    cluster = begin(pg)
    assert clients[0].communicate() == ("", "")
    assert ask(cluster, "SELECT 1") == "1"
    cluster.stop()


def test_an_interrupted_initdb_is_thrown_away_and_done_again(
    place: Path, clients: list[subprocess.Popen[str]]
) -> None:
    clients.append(launch_client(place / "pg"))
    wait_for((place / "pg/making/PG_VERSION").exists)
    os.killpg(clients[0].pid, signal.SIGKILL)
    assert not (place / "pg/data").exists()
    cluster = begin(place / "pg")
    assert ask(cluster, "SELECT 1") == "1"
    assert not (place / "pg/making").exists()
    cluster.stop()


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control", "postgresql.conf"])
def test_a_damaged_folder_is_refused_in_a_clear_sentence(lost: str, pg: Path) -> None:
    (pg / "data" / lost).unlink()
    with pytest.raises(EmbeddedError, match="is damaged") as refused:
        begin(pg)
    assert refused.value.code == "broken-folder"
    assert "put a backup back" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("server", ["16"], indirect=True)
def test_a_folder_of_another_major_version_is_refused_and_left_alone(
    server: Server, place: Path
) -> None:
    begin(place / "pg", server=server).stop()
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 16 and this server is PostgreSQL"):
        begin(place / "pg", server=find_server("18"))
    begin(place / "pg", server=server).stop()


def test_a_full_disk_is_said_before_anything_is_made(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "MIN_FREE_BYTES", 2**60)
    with pytest.raises(EmbeddedError, match=r"No space is left.*free at least") as refused:
        begin(place / "pg")
    assert refused.value.code == "disk-full"
    assert not (place / "pg/making").exists()


def test_a_folder_the_server_cannot_use_is_named(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700 if ROOT else 0o500)
    with pytest.raises(EmbeddedError, match="give it access, or choose another") as refused:
        begin(closed / "pg")
    assert str(closed) in str(refused.value)
    assert closed.stat().st_mode & 0o777 == (0o700 if ROOT else 0o500), "never opened by us"


def test_a_machine_without_server_is_told_what_to_install(place: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"holds no postgres and initdb.*apt-get"):
        find_server(str(place))
    (place / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    (place / "initdb").touch()
    (place / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedError, match="older than 15"):
        find_server(str(place))


def test_without_the_package_the_system_server_is_used(place: Path) -> None:
    pg_config = place / "pg_config"
    pg_config.write_text(f"#!/bin/sh\necho {find_server('16').bin}\n")
    pg_config.chmod(0o755)
    # -S: Python's own library only, as on a machine the package has no wheel for.
    found = subprocess.run(
        [sys.executable, "-S", "-c", "from deliberation.devserver import binaries as found;"
         "print(found.find_server().major)"],
        env={"PATH": f"{place}:/usr/bin:/bin", "PYTHONPATH": project()},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert found.stdout == "16\n", found.stderr


@as_root
def test_under_root_the_server_runs_as_nobody_and_no_folder_changes_its_mode(place: Path) -> None:
    before = place.stat().st_mode
    cluster = begin(place / "pg")
    number = postmaster(place / "pg")
    assert Path(f"/proc/{number}").owner() == "nobody"
    assert (place / "pg/data").owner() == "nobody"
    assert (place / "pg/data").stat().st_mode & 0o777 == 0o700
    assert place.stat().st_mode == before
    assert b"BEFFROI" not in Path(f"/proc/{number}/environ").read_bytes()
    cluster.stop()


@as_root
def test_under_root_a_private_virtualenv_is_copied_and_stays_private(place: Path) -> None:
    original = find_server("18").bin.parent
    private = place / "private"
    home = private / original.parent.name / original.name
    shutil.copytree(original, home, copy_function=link_or_copy)
    libraries = original.parent.with_name(f"{original.parent.name}.libs")
    shutil.copytree(libraries, private / libraries.name, copy_function=link_or_copy)
    private.chmod(0o700)
    server = find_server(str(home / "bin"), cache=place / "cache")
    assert server.bin.is_relative_to(place / "cache")
    assert find_server(str(home / "bin"), cache=place / "cache") == server, "copied once"
    assert private.stat().st_mode & 0o777 == 0o700
    cluster = begin(place / "pg", server=server)
    assert ask(cluster, "SELECT 1") == "1"
    cluster.stop()


@as_root
def test_an_unprivileged_account_runs_its_own_server(place: Path) -> None:
    home = place / "home"
    home.mkdir()
    shutil.chown(home, "nobody")
    script = """
import encodings.idna, os, pwd, subprocess, sys
from pathlib import Path
from deliberation.devserver.server import start
account = pwd.getpwnam("nobody")
os.setgroups([]), os.setgid(account.pw_gid), os.setuid(account.pw_uid)
cluster = start(Path(sys.argv[1]))
print(cluster.folder.stat().st_mode & 0o777, cluster.folder.owner())
cluster.stop()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, home / "pg"],
        env={"PATH": os.environ["PATH"], "BEFFROI_POSTGRES": str(find_server("18").bin)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{0o700} nobody\n", done.stderr


def a_client(folder: Path, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Another program that uses the server until its input closes."""
    client = launch_client(folder, environment)
    assert client.stdout
    assert client.stdout.readline(), "the client did not start"
    return client


def launch_client(folder: Path, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "always::ResourceWarning", "-c", CLIENT, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | (environment or {}),
    )


def begin(folder: Path, server: Server | None = None) -> Cluster:
    """Start without waiting for the disk: these tests cut no power."""
    return start(folder, server=server, durable=False)


def ask(cluster: Cluster, sql: str, database: str = "app") -> str:
    psql = str(cluster.server.bin / "psql")
    command = [psql, "-XqAt", cluster.dsn(database), "-c", sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def answers(cluster: Cluster) -> bool:
    try:
        return ask(cluster, "SELECT 1") == "1"
    except subprocess.CalledProcessError:
        return False


def postmaster(folder: Path) -> int:
    return int((folder / "data/postmaster.pid").read_text().split()[0])


def running(number: int) -> bool:
    """A zombie does not run: it has no command line."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes() != b""
    except OSError:
        return False


def wait_for(condition: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def project() -> str:
    return str(Path(embedded.__file__).parents[2])
