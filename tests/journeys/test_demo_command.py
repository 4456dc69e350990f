"""`beffroi demo` as an operator meets it: what it keeps, what it refuses, how it ends."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from benchmarks.processes import free_port
from deliberation.devserver import server as embedded
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.journeys.demo import BEFFROI, PATIENCE, copy_prepared_folder, environment, wait_for


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own account may enter, which pytest's may not."""
    made = Path(tempfile.mkdtemp(prefix="beffroi-folder-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command to its end."""
    return subprocess.run(
        [*BEFFROI, *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**environment(), **variables},
    )


def test_a_taken_port_is_one_clear_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run("demo", "--port", str(port), "--folder", str(folder))
    assert said.returncode == 1
    assert len(said.stderr.strip().splitlines()) == 1
    assert str(port) in said.stderr
    assert "--port" in said.stderr


def test_a_folder_that_holds_something_else_is_refused(folder: Path) -> None:
    data = folder / "postgresql" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    said = run("demo", "--port", str(free_port()), "--folder", str(folder))
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert str(folder) in said.stderr


async def test_somebodys_database_is_neither_filled_nor_emptied(
    cluster: embedded.Cluster | GivenServer, folder: Path
) -> None:
    address = await empty_database(cluster, "somebody")
    connection = await asyncpg.connect(address.replace("+asyncpg", "", 1))
    await connection.execute("CREATE TABLE letters (body text)")
    words = ["demo", "--port", str(free_port()), "--folder", str(folder)]
    refused = await asyncio.to_thread(run, *words, DATABASE_URL=address)
    fresh = await asyncio.to_thread(run, *words, "--fresh", DATABASE_URL=address)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert (refused.returncode, fresh.returncode) == (5, 5)
    assert "DATABASE_URL" in refused.stderr
    assert [row[0] for row in tables] == ["letters"]


async def test_a_live_install_is_not_a_demo(
    cluster: embedded.Cluster | GivenServer, folder: Path
) -> None:
    address = await empty_database(cluster, "live_install")
    where = {"DATABASE_URL": address, "BEFFROI_SECRET": "s" * 40, "BEFFROI_FOLDER": str(folder)}
    made = await asyncio.to_thread(
        run,
        *("authority", "create", "ville", "--kind", "commune"),
        *("--name", "Ville", "--email", "mairie@example.org"),
        **where,
    )
    assert made.returncode == 0, made.stderr
    invited = await asyncio.to_thread(
        run,
        *("person", "invite", "agent@example.org", "--authority", "ville"),
        **where,
    )
    assert invited.returncode == 0, invited.stderr
    said = await asyncio.to_thread(
        run,
        *("demo", "--port", str(free_port()), "--folder", str(folder)),
        **where,
    )
    assert said.returncode == 5
    moved = await asyncio.to_thread(run, "demo", "--folder", str(folder), "advance", "1d", **where)
    assert moved.returncode == 6  # the clock of a live install is real


def test_the_commands_of_an_empty_install_say_what_is_wrong(folder: Path) -> None:
    where = {"BEFFROI_FOLDER": str(folder / "data"), "DATABASE_URL": ""}
    wrong = run("person", "invite", "nobody", "--authority", "nowhere", **where)
    assert wrong.returncode in (3, 4)
    assert "Traceback" not in wrong.stderr
    nowhere = run("demo", "--folder", str(folder / "nothing"), "advance", "1d", DATABASE_URL="")
    assert nowhere.returncode == 4
    assert str(folder / "nothing") in nowhere.stderr
    assert "Traceback" not in nowhere.stderr
    assert not (folder / "nothing").exists()
    assert run("settings", BEFFROI_PORT="huit").returncode == 1
    assert run("nonsense").returncode == 2


def test_ctrl_c_stops_everything_and_the_data_is_kept(folder: Path) -> None:
    """On a copy of the prepared folder: start, stop, start again warm, stop."""
    copy = folder / "copy"
    copy_prepared_folder(copy)
    port = free_port()
    words = [*BEFFROI, "demo", "--folder", str(copy), "--port", str(port)]
    for _ in range(2):
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment())
        wait_for(f"http://localhost:{port}/fr/", process)
        with urllib.request.urlopen(f"http://localhost:{port}/fr/c/haies") as page:
            assert "haies" in page.read().decode().lower()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said
        assert not running_in(copy)


def running_in(folder: Path) -> list[str]:
    """Command lines of processes that work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in line and str(os.getpid()) not in entry.parts:
            found.append(line)
    return found
