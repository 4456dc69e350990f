"""`beffroi jobs`, `mail test` and `health`: what failed is listed, retried, dropped."""

import asyncio
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from api.cli import main
from deliberation.kit.act import House
from deliberation.kit.database import transaction
from tests.builders import acting


@pytest.fixture(autouse=True)
async def empty_queue(house: House) -> None:
    async with transaction(house.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await db.execute(text("DELETE FROM mail"))


async def beffroi(house: House, *words: str, **environment: str) -> Result:
    """A command as an operator calls it, in a thread: it runs a loop of its own."""
    given = {
        "DATABASE_URL": house.settings.database_url,
        "BEFFROI_SECRET": house.settings.secret,
        "LANG": "en",
        **environment,
    }
    return await asyncio.to_thread(CliRunner().invoke, main, words, env=given)


async def a_job(house: House, **values: Any) -> int:
    """A job that was given up, or what `values` say."""
    row = {"name": "count-poll", "tries": 8, "failure": "KeyError", "once": None, "dead": True}
    query = text(
        "INSERT INTO job (name, values, run_at, tries, failure, once, dead_at)"
        ' VALUES (:name, \'{"words": "secret"}\', clock_now(), :tries, :failure, :once,'
        " CASE WHEN :dead THEN clock_now() END) RETURNING id"
    )
    async with acting(house) as act:
        return int((await act.db.scalars(query, row | values)).one())


async def test_f4_dead_jobs_are_listed_without_what_they_are_about(house: House) -> None:
    dead = await a_job(house)
    await a_job(house, name="react", tries=0, failure=None, dead=False)
    said = await beffroi(house, "jobs", "list")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(f"{dead}\tcount-poll\tgiven-up\t8 tries\tKeyError\t")
    assert "react" not in said.stdout
    assert "secret" not in said.stdout
    listed = json.loads((await beffroi(house, "jobs", "list", "--all", "--json")).stdout)["jobs"]
    assert [(one["name"], one["state"]) for one in listed] == [
        ("count-poll", "given-up"),
        ("react", "waiting"),
    ]


async def test_f4_a_dead_job_is_retried_from_its_beginning(house: House) -> None:
    dead = await a_job(house)
    said = await beffroi(house, "jobs", "retry", str(dead))
    assert said.exit_code == 0, said.output
    async with acting(house) as act:
        row = (await act.db.execute(text("SELECT tries, dead_at, failure FROM job"))).one()
    assert tuple(row) == (0, None, None)


async def test_a_dead_job_that_was_asked_for_again_gives_way_to_the_new_one(house: House) -> None:
    await a_job(house, once="count-poll:1")
    new = await a_job(house, once="count-poll:1", dead=False)
    assert (await beffroi(house, "jobs", "retry", "--all")).exit_code == 0
    async with acting(house) as act:
        assert (await act.db.scalars(text("SELECT id FROM job"))).all() == [new]


async def test_a_dropped_job_takes_its_mail_along(house: House) -> None:
    async with acting(house) as act:
        query = text(
            "INSERT INTO mail (id, recipient, subject, body, created_at)"
            " VALUES (gen_random_uuid(), 'a@example.org', '', '', clock_now()) RETURNING id::text"
        )
        mail_id = (await act.db.scalars(query)).one()
    dead = await a_job(house, name="deliver-mail")
    async with acting(house) as act:
        values = text("UPDATE job SET values = jsonb_build_object('mail_id', CAST(:id AS text))")
        await act.db.execute(values, {"id": mail_id})
    assert (await beffroi(house, "jobs", "drop", str(dead))).exit_code == 0
    async with acting(house) as act:
        assert await act.db.scalar(text("SELECT count(*) FROM mail")) == 0
        assert await act.db.scalar(text("SELECT count(*) FROM job")) == 0
    assert (await beffroi(house, "jobs", "drop", str(dead))).exit_code == 4


async def test_mail_is_tried_and_the_answer_told(house: House) -> None:
    unset = await beffroi(house, "mail", "test", "a@example.org")
    assert (unset.exit_code, "BEFFROI_SMTP is empty" in unset.output) == (1, True)
    away = await beffroi(house, "mail", "test", "a@example.org", BEFFROI_SMTP="smtp://127.0.0.1:1")
    assert away.exit_code == 1
    assert "The mail server did not take it" in away.output


async def test_health_is_an_exit_code(house: House) -> None:
    async with acting(house) as act:
        await act.db.execute(text("DELETE FROM periodic_run"))
    said = await beffroi(house, "health")
    assert said.exit_code == 1
    assert "The background program shows no sign of life" in said.output


async def test_a_database_that_is_away_is_named_with_the_next_step(house: House) -> None:
    said = await beffroi(house, "jobs", "list", DATABASE_URL="postgresql://app:pw@127.0.0.1:1/app")
    assert said.exit_code == 1
    assert "127.0.0.1:1" in said.output
    assert "Start it, or correct DATABASE_URL" in said.output
    assert "pw" not in said.output
