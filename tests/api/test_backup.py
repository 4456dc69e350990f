"""`beffroi backup` and `beffroi restore`: a site with votes, backed up, put back and checked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from api.cli import main
from api.house import open_house
from deliberation.ballot_box.board import board_lines
from deliberation.ballot_box.casting import cast_choice
from deliberation.ballot_box.sealed.board import faults_of
from deliberation.ballot_box.slot_keys import folder_of
from deliberation.kit import backups, embedded
from deliberation.kit.act import House
from deliberation.kit.database import migrate, transaction
from deliberation.kit.settings import Settings, environment_of
from deliberation.results.commands import count_poll
from deliberation.results.queries import recount_bytes
from tests.builders import TITLES, a_poll, acting, close_now
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.sealed import a_roll, a_sealed_ballot, a_sealed_result, a_sealed_vote

Server = embedded.Cluster | GivenServer
SECRET = "the secret of the site that is backed up"


@pytest.fixture
async def house(cluster: Server, tmp_path: Path) -> AsyncIterator[House]:
    """A site of its own."""
    url = await empty_database(cluster, "backed_up")
    await asyncio.to_thread(migrate, url)
    settings = Settings(database_url=url, secret=SECRET, folder=str(tmp_path / "data"))
    async with open_house(settings) as opened:
        async with transaction(opened.engine) as db:
            await db.execute(text("UPDATE install SET kind = 'test'"))
        yield opened


@asynccontextmanager
async def empty_site(cluster: Server, house: House, **values: str) -> AsyncIterator[Settings]:
    """The settings of the same site on another, empty database."""
    url = await empty_database(cluster, "put_back")
    yield replace(house.settings, database_url=url, **values)


async def run(settings: Settings, *words: str | Path) -> Result:
    """A command with these settings, in English."""
    environment = {"LC_ALL": "en_GB.UTF-8", **environment_of(settings)}
    command = list(map(str, words))
    return await asyncio.to_thread(CliRunner().invoke, main, command, env=environment)


async def test_p4_a_backup_is_put_back_with_its_open_and_its_counted_votes(
    cluster: Server, house: House, tmp_path: Path
) -> None:
    sealed = await a_sealed_vote(house)
    for code in sealed.codes:
        await a_sealed_ballot(house, sealed, code, {"1": 7})
    await a_sealed_result(house, sealed)
    page, plain = await a_poll(house, TITLES, eligibility="code")
    codes = await a_roll(house, page, 6)
    for code in codes[:5]:
        async with acting(house) as act:
            pass
        await cast_choice(act, page, plain, {"1": 7}, code.encode(), code=code)
    done = await run(house.settings, "backup", tmp_path / "backup")
    assert done.exit_code == 0, done.stderr
    assert "secret is not in it" in done.stderr
    written = b"".join(path.read_bytes() for path in (tmp_path / "backup").iterdir())
    assert SECRET.encode() not in written

    async with empty_site(cluster, house) as settings:
        done = await run(settings, "restore", tmp_path / "backup")
        assert done.exit_code == 0, done.stderr
        async with open_house(settings) as back:
            async with acting(house) as before, acting(back) as after:
                was = await recount_bytes(before, sealed.page, 1)
                assert await recount_bytes(after, sealed.page, 1) == was
                assert faults_of(await board_lines(after, sealed.poll.id)) == []
            async with acting(back) as act:
                pass
            await cast_choice(act, page, plain, {"2": 7}, b"again", code=codes[0])
            await cast_choice(act, page, plain, {"2": 7}, b"first", code=codes[5])
            await close_now(back, page)
            async with acting(back) as act:
                await count_poll(act, str(plain.id))
                counted = text("SELECT ballots FROM result WHERE poll_id = :poll")
                assert await act.db.scalar(counted, {"poll": plain.id}) == 6
                places = text("SELECT count(DISTINCT slot), max(version) FROM urn_ballot")
                assert tuple((await act.db.execute(places)).one()) == (6, 2)
                assert await act.db.scalar(text("SELECT count(*) FROM session")) == 0


async def test_p4_a_backup_while_a_sealed_vote_is_open_is_asked_for_twice_and_holds_no_key(
    cluster: Server, house: House, tmp_path: Path
) -> None:
    vote = await a_sealed_vote(house)
    await a_sealed_ballot(house, vote, vote.codes[0], {"1": 7})
    refused = await run(house.settings, "backup", tmp_path / "backup")
    assert refused.exit_code == 5
    assert f"{vote.page.card.slug}/1" in refused.stderr
    assert not (tmp_path / "backup").exists()
    done = await run(house.settings, "backup", tmp_path / "backup", "--while-voting")
    assert done.exit_code == 0, done.stderr
    key = (folder_of(house.settings) / str(vote.poll.id)).read_bytes()
    for path in (tmp_path / "backup").iterdir():
        assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".json"
        assert key not in path.read_bytes()
        assert key.hex().encode() not in path.read_bytes()
    async with empty_site(cluster, house) as settings:
        done = await run(settings, "restore", tmp_path / "backup")
        assert done.exit_code == 0, done.stderr
        assert f"slot-key renew {vote.page.card.slug} 1" in done.stderr


async def test_p4_a_backup_that_fails_leaves_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_candidates", lambda name: [])
    done = await run(house.settings, "backup", tmp_path / "backup")
    assert done.exit_code == 1
    assert "No pg_dump of PostgreSQL" in done.stderr
    assert not (tmp_path / "backup").exists()


async def test_p4_a_backup_goes_only_where_it_belongs(
    cluster: Server, house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert (await run(house.settings, "backup", folder)).exit_code == 0
    assert (await run(house.settings, "backup", folder)).exit_code == 5  # never written over
    full = await run(house.settings, "restore", folder)
    assert (full.exit_code, "not empty" in full.stderr) == (1, True)
    async with empty_site(cluster, house, secret="x" * 40) as other:
        wrong = await run(other, "restore", folder)
        assert (wrong.exit_code, "BEFFROI_SECRET" in wrong.stderr) == (2, True)
    async with empty_site(cluster, house) as settings:
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
