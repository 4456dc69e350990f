"""`serve` and `worker` start only beside processes of the same site: one secret, one folder."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from litestar.connection import ASGIConnection
from sqlalchemy import text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from api.app_context import check_start, open_app
from api.core import identity
from api.core.requests import AnyConnection
from benchmarks.processes import family, free_port
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import CannotStart, Settings, environment_of
from deliberation.devserver import server
from deliberation.elections.pseudonyms.key_folder import folder_fault
from deliberation.elections.pseudonyms.keys import folder_of
from deliberation.migrations.grants import SITE, WORKER, grant
from deliberation.migrations.upgrade import migrate
from tests.builders import request_context
from tests.cli import beffroi_process
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.journeys.demo import wait_for
from tests.sealed import a_sealed_ballot, a_sealed_result, a_sealed_vote

Server = server.Cluster | GivenServer


@pytest.fixture(scope="module")
async def place(cluster: Server, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site of its own: database, data folder, port."""
    url = await empty_database(cluster, "start")
    await asyncio.to_thread(migrate, url)
    return Settings(
        database_url=url,
        secret="the one secret of all processes of a site",
        folder=str(tmp_path_factory.mktemp("data")),
        port=free_port(),
    )


@pytest.fixture
async def other(place: Settings) -> AsyncIterator[AppContext]:
    """The context of another process of the same site."""
    async with open_app(place, serving=True) as app:
        async with transaction(app.engine) as db:
            await db.execute(text("UPDATE install SET kind = 'test'"))
        yield app


async def test_f2_a_process_with_another_secret_does_not_start(place: Settings) -> None:
    with serving(place) as process:
        for pid in family(process.pid):
            limits = Path(f"/proc/{pid}/limits")
            if limits.exists():  # noqa: ASYNC240
                assert re.search(r"core file size +0 +0", limits.read_text())  # noqa: ASYNC240
        for command in ("serve", "worker"):
            done = await started(command, replace(place, secret="x" * 40, port=free_port()))
            assert done.returncode == 2
            assert "not the secret of the site" in done.stderr
            assert "Traceback" not in done.stderr
            assert place.secret not in done.stderr


async def test_f25_a_site_whose_words_cannot_be_written_starts_and_answers(
    place: Settings,
) -> None:
    with Path("/dev/full").open("wb") as full, serving(place, full):  # noqa: ASYNC230
        pass


def test_a_site_says_that_it_listens_once_it_answers(place: Settings) -> None:
    """Its pages are made long after its port is chosen."""
    here = replace(place, port=free_port())
    with subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve"],
        env={**os.environ, **environment_of(here)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            said = next(line for line in process.stderr if line.startswith("Listening on"))
            assert f":{here.port}, as {here.origin}" in said
            answer = httpx.get(f"http://127.0.0.1:{here.port}/sante", timeout=0.5)
            assert answer.status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_a_role_that_cannot_do_the_work_ends_the_start_in_one_line(
    place: Settings, database_url: str, command: str
) -> None:
    await grant(place.database_url)
    url = make_url(place.database_url)
    wrong = url.set(username={"serve": WORKER, "worker": SITE}[command])
    needed = {"serve": SITE, "worker": WORKER}[command]
    here = replace(place, port=free_port())
    given = replace(here, database_url=wrong.render_as_string(hide_password=False))
    done = await asyncio.wait_for(started(command, given), 60)
    assert done.returncode == 2
    assert f"rights that {needed} has" in done.stderr
    assert "{" not in done.stderr  # no line of a log
    await check_start(place, SITE, WORKER)  # the owner may be both


@pytest.mark.parametrize("command", ["serve", "worker", "person"])
async def test_f2_a_given_database_without_a_secret_is_refused(
    place: Settings, command: str
) -> None:
    words = ("invite", "a@example.org", "--authority", "b") if command == "person" else ()
    done = await started(command, replace(place, secret="", port=free_port()), *words)
    assert done.returncode == 2
    assert "BEFFROI_SECRET" in done.stderr
    assert not [path for path in Path(place.folder).iterdir() if path.name == "secret"]  # noqa: ASYNC240


async def test_h6_l8_an_address_without_https_or_without_its_proxies_is_refused(
    place: Settings,
) -> None:
    for origin in ("http://participer.example.org", "https://participer.example.org"):
        done = await started("serve", replace(place, origin=origin, port=free_port()))
        assert done.returncode == 2
        assert "https" in done.stderr


async def test_f3_a_second_folder_is_refused_as_soon_as_a_sealed_vote_exists(
    place: Settings, other: AppContext, tmp_path: Path
) -> None:
    elsewhere = replace(place, folder=str(tmp_path / "elsewhere"))
    with capture_logs() as logs:
        await check_start(elsewhere)  # no sealed vote yet: nothing to spoil, but said
    assert [one["event"] for one in logs] == ["slot-key-folder"]
    await a_sealed_vote(other, opened=False)
    with pytest.raises(CannotStart, match="another folder"):
        await check_start(elsewhere)
    await check_start(place)


async def test_f3_a_folder_that_cannot_be_written_is_refused(
    place: Settings, other: AppContext, tmp_path: Path
) -> None:
    await a_sealed_vote(other, opened=False)
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be written"):
        await check_start(replace(place, folder=str(tmp_path / "file")))


async def test_f3_a_ballot_box_does_not_open_while_processes_look_into_two_folders(
    place: Settings, other: AppContext, tmp_path: Path
) -> None:
    async with request_context(other) as ctx:
        assert await folder_fault(ctx) is None
    # It was started before there was a sealed vote.
    async with open_app(replace(place, folder=str(tmp_path)), serving=True):
        vote = await a_sealed_vote(other)
        async with request_context(other) as ctx:
            assert await folder_fault(ctx) == "several"
            opened = text("SELECT board_is_open(:poll)")
            assert not await ctx.db.scalar(opened, {"poll": vote.poll.id})
    async with request_context(other) as ctx:
        assert await folder_fault(ctx) is None


async def test_f3_without_the_key_of_an_open_ballot_box_nothing_starts_until_it_is_called_lost(
    place: Settings, other: AppContext
) -> None:
    vote = await a_sealed_vote(other)
    await a_sealed_ballot(other, vote, vote.codes[0], {"1": 7})
    await check_start(place)
    (folder_of(place) / str(vote.poll.id)).rename(folder_of(place) / "moved")
    slug, number = vote.page.card.slug, str(vote.poll.number)
    done = await started("worker", place)
    assert done.returncode == 2
    assert f"beffroi sealed renew-key {slug} {number}" in done.stderr
    done = await started("sealed", place, "renew-key", slug, number, "--yes")
    assert done.returncode == 0, done.stderr
    await check_start(place)
    await a_sealed_ballot(other, vote, vote.codes[1], {"1": 7})


async def test_the_secret_is_changed_between_votes_only(cluster: Server, tmp_path: Path) -> None:
    url = await empty_database(cluster, "changed")
    await asyncio.to_thread(migrate, url)
    first = Settings(database_url=url, secret="a" * 40, folder=str(tmp_path))
    second = replace(first, secret="b" * 40)
    async with open_app(first) as app:
        vote = await a_sealed_vote(app)
        refused = await started("secret", second, "change", "--yes")
        assert refused.returncode == 2
        assert f"{vote.page.card.slug}/1" in refused.stderr
        await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
        await a_sealed_result(app, vote)
    done = await started("secret", second, "change", "--yes")
    assert done.returncode == 0, done.stderr
    async with open_app(second):
        pass
    with pytest.raises(CannotStart, match="not the secret"):
        async with open_app(first):
            pass


def test_h6_a_proxy_that_hides_its_visitors_is_told_once(app: AppContext) -> None:
    def asked(address: str, **headers: str) -> AnyConnection:
        raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        scope: Any = {"type": "http", "headers": raw, "client": (address, 1), "path": "/"}
        return ASGIConnection(scope)

    identity._LOGGED.clear()
    with capture_logs() as logs:
        identity.networks_of(asked("192.0.2.1", x_forwarded_for="198.51.100.7"), app)
        identity.networks_of(asked("127.0.0.1"), app)
        assert logs == []
        for _ in range(3):
            identity.networks_of(asked("127.0.0.1", x_forwarded_for="198.51.100.7"), app)
    assert [one["event"] for one in logs] == ["visitors-count-as-one"]
    assert "198.51.100.7" not in str(logs)


async def started(
    command: str, settings: Settings, *words: str
) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, with these settings."""
    environment = {"LC_ALL": "en_GB.UTF-8", **environment_of(settings)}
    return await asyncio.to_thread(beffroi_process, command, *words, environment=environment)


@contextmanager
def serving(
    settings: Settings, log: "int | IO[bytes]" = subprocess.PIPE
) -> "Iterator[subprocess.Popen[str]]":
    """`beffroi serve`, answering, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve"],
        env={**os.environ, **environment_of(settings)},
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{settings.port}/sante", process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
