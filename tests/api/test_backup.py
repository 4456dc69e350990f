"""`beffroi backup` and `beffroi restore`: a site with votes, backed up, put back and checked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from api.app_context import open_app
from api.cli import main
from deliberation import backups
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import Settings, environment_of
from deliberation.devserver import server
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.pseudonyms.keys import folder_of
from deliberation.elections.results.commands import count_poll
from deliberation.elections.results.queries import recount_bytes
from deliberation.elections.sealed_protocol.board import faults_of
from deliberation.migrations.upgrade import migrate
from tests.builders import TITLES, a_poll, close_now, request_context
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.sealed import a_roll, a_sealed_ballot, a_sealed_result, a_sealed_vote

Server = server.Cluster | GivenServer
SECRET = "the secret of the site that is backed up"


@pytest.fixture
async def app(cluster: Server, tmp_path: Path) -> AsyncIterator[AppContext]:
    """A site of its own."""
    url = await empty_database(cluster, "backed_up")
    await asyncio.to_thread(migrate, url)
    settings = Settings(database_url=url, secret=SECRET, folder=str(tmp_path / "data"))
    async with open_app(settings) as opened:
        async with transaction(opened.engine) as db:
            await db.execute(text("UPDATE install SET kind = 'test'"))
        yield opened


@asynccontextmanager
async def empty_site(cluster: Server, app: AppContext, **values: Any) -> AsyncIterator[Settings]:
    """The settings of the same site on another, empty database."""
    url = await empty_database(cluster, "put_back")
    yield replace(app.settings, database_url=url, **values)


async def run(settings: Settings, *words: str | Path) -> Result:
    """A command with these settings, in English."""
    environment = {"LC_ALL": "en_GB.UTF-8", **environment_of(settings)}
    command = list(map(str, words))
    return await asyncio.to_thread(CliRunner().invoke, main, command, env=environment)


async def test_p4_a_backup_is_put_back_with_its_open_and_its_counted_votes(
    cluster: Server, app: AppContext, tmp_path: Path
) -> None:
    sealed = await a_sealed_vote(app)
    for code in sealed.codes:
        await a_sealed_ballot(app, sealed, code, {"1": 7})
    await a_sealed_result(app, sealed)
    page, plain = await a_poll(app, TITLES, eligibility="code")
    codes = await a_roll(app, page, 6)
    for code in codes[:5]:
        sent = BallotRequest(page.card.slug, 1, {"1": 7}, code.encode(), code=code)
        await cast_from_api(app, sent)
    done = await run(app.settings, "backup", tmp_path / "backup")
    assert done.exit_code == 0, done.stderr
    assert "secret is not in it" in done.stderr
    written = b"".join(path.read_bytes() for path in (tmp_path / "backup").iterdir())
    assert SECRET.encode() not in written

    async with empty_site(cluster, app) as settings:
        done = await run(settings, "restore", tmp_path / "backup")
        assert done.exit_code == 0, done.stderr
        async with open_app(settings) as back:
            async with request_context(app) as before, request_context(back) as after:
                was = await recount_bytes(before, sealed.page.ref, 1)
                assert await recount_bytes(after, sealed.page.ref, 1) == was
                assert faults_of(await board_entries(after, sealed.poll.id)) == []
            for form, code in ((b"again", codes[0]), (b"first", codes[5])):
                sent = BallotRequest(page.card.slug, 1, {"2": 7}, form, code=code)
                await cast_from_api(back, sent)
            await close_now(back, page)
            async with request_context(back) as ctx:
                await count_poll(ctx, str(plain.id))
                counted = text("SELECT ballots FROM result WHERE poll_id = :poll")
                assert await ctx.db.scalar(counted, {"poll": plain.id}) == 6
                places = text("SELECT count(DISTINCT slot), max(version) FROM urn_ballot")
                assert tuple((await ctx.db.execute(places)).one()) == (6, 2)
                assert await ctx.db.scalar(text("SELECT count(*) FROM session")) == 0


async def test_p4_a_backup_while_a_sealed_vote_is_open_is_asked_for_twice_and_holds_no_key(
    cluster: Server, app: AppContext, tmp_path: Path
) -> None:
    vote = await a_sealed_vote(app)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    refused = await run(app.settings, "backup", tmp_path / "backup")
    assert refused.exit_code == 5
    assert f"{vote.page.card.slug}/1" in refused.stderr
    assert not (tmp_path / "backup").exists()
    done = await run(app.settings, "backup", tmp_path / "backup", "--while-voting")
    assert done.exit_code == 0, done.stderr
    key = (folder_of(app.settings) / str(vote.poll.id)).read_bytes()
    for path in (tmp_path / "backup").iterdir():
        assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".json"
        assert key not in path.read_bytes()
        assert key.hex().encode() not in path.read_bytes()
    async with empty_site(cluster, app) as settings:
        done = await run(settings, "restore", tmp_path / "backup")
        assert done.exit_code == 0, done.stderr
        assert f"sealed renew-key {vote.page.card.slug} 1" in done.stderr


async def test_p4_a_backup_that_fails_leaves_nothing(
    app: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_candidates", lambda name: [])
    done = await run(app.settings, "backup", tmp_path / "backup")
    assert done.exit_code == 1
    assert "No pg_dump of PostgreSQL" in done.stderr
    assert not (tmp_path / "backup").exists()


async def test_p4_a_backup_goes_only_where_it_belongs(
    cluster: Server, app: AppContext, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert (await run(app.settings, "backup", folder)).exit_code == 0
    assert (await run(app.settings, "backup", folder)).exit_code == 5  # never written over
    full = await run(app.settings, "restore", folder)
    assert (full.exit_code, "not empty" in full.stderr) == (1, True)
    async with empty_site(cluster, app, secret="x" * 40) as other:
        wrong = await run(other, "restore", folder)
        assert (wrong.exit_code, "BEFFROI_SECRET" in wrong.stderr) == (2, True)
    async with empty_site(cluster, app) as settings:
        manifest = folder / "manifest.json"
        whole = json.loads(manifest.read_text())
        for change, said in (
            ({"schema": "9999"}, "9999"),
            ({"dump": "0" * 64}, "damaged"),
            ({"rows": {**whole["rows"], "event": 10**6}}, "event"),
        ):
            manifest.write_text(json.dumps(whole | change))
            done = await run(settings, "restore", folder)
            assert done.exit_code == 1
            assert said in done.stderr
            assert "Traceback" not in done.stderr
