"""The demo as a visitor starts it: `beffroi demo` as a process of its own, on a free port.

Its story is played once a run: every demo after that starts from a copy of the folder.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.processes import free_port
from tests.conftest import one_worker_at_a_time

BEFFROI = [sys.executable, "-c", "from api.cli import main; main()"]
PATIENCE = 900.0  # seconds, on a busy machine: for the story to be played, for what the worker does


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    address: str
    folder: Path
    process: subprocess.Popen[str]

    def advance(self, duration: str) -> datetime:
        """Move its clock, as a visitor would: `beffroi demo advance 3d`. The new time, in UTC."""
        said = subprocess.run(
            [*BEFFROI, "demo", "--folder", str(self.folder), "advance", duration, "--json"],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        return datetime.fromisoformat(json.loads(said.stdout)["now"])


@contextmanager
def a_demo() -> Iterator[Demo]:
    """A demo of one's own, from a copy of the prepared folder."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-demo-"))
    copy_prepared_folder(folder)
    try:
        with running_demo(folder) as demo:
            yield demo
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_prepared_folder(target: Path) -> None:
    """A copy with its owners: the database server may run as another account."""
    subprocess.run(["cp", "-aT", prepared_folder(), target], check=True)


def prepared_folder() -> Path:
    """The folder of a demo whose story has been played: made by whichever worker asks first."""
    run = Path(os.environ["BEFFROI_TEST_FOLDER"])
    folder = run / "demo"
    with one_worker_at_a_time("demo"):
        if not (run / "demo-is-prepared").exists():
            folder.mkdir(exist_ok=True)
            with running_demo(folder):
                pass
            (run / "demo-is-prepared").touch()
    return folder


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Start the demo of a folder and wait for its first page; stop it as Ctrl-C does."""
    folder.chmod(0o755)  # the database server may run as another account
    port = free_port()
    process = subprocess.Popen(
        [*BEFFROI, "demo", "--folder", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )
    address = f"http://localhost:{port}"
    try:
        wait_for(address + "/fr/", process)
        yield Demo(address, folder, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def wait_for(address: str, process: subprocess.Popen[str], patience: float = PATIENCE) -> float:
    """Seconds until an address answers; fails with what the process said when it ends before."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return time.monotonic() - begun
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0]) from None
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer in {patience} s")


def environment() -> dict[str, str]:
    """This machine's, without what would choose another database or another language."""
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return {**kept, "LC_ALL": "fr_FR.UTF-8"}
