"""`beffroi jobs`, `mail test` and `health`: what failed is listed, retried, dropped."""

import asyncio
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from api.cli import main
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from tests.builders import request_context


@pytest.fixture(autouse=True)
async def empty_queue(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await db.execute(text("DELETE FROM mail"))


async def beffroi(app: AppContext, *words: str, **environment: str) -> Result:
    """A command as an operator calls it, in a thread: it runs a loop of its own."""
    given = {
        "DATABASE_URL": app.settings.database_url,
        "BEFFROI_SECRET": app.settings.secret,
        "LANG": "en",
        **environment,
    }
    return await asyncio.to_thread(CliRunner().invoke, main, words, env=given)


async def a_job(app: AppContext, **values: Any) -> int:
    """A job that was given up, or what `values` say."""
    row = {"name": "count-poll", "tries": 8, "failure": "KeyError", "once": None, "dead": True}
    query = text(
        "INSERT INTO job (name, values, run_at, tries, failure, once, dead_at)"
        ' VALUES (:name, \'{"words": "secret"}\', clock_now(), :tries, :failure, :once,'
        " CASE WHEN :dead THEN clock_now() END) RETURNING id"
    )
    async with request_context(app) as ctx:
        return int((await ctx.db.scalars(query, row | values)).one())


async def test_f4_dead_jobs_are_listed_without_what_they_are_about(app: AppContext) -> None:
    dead = await a_job(app)
    await a_job(app, name="react", tries=0, failure=None, dead=False)
    said = await beffroi(app, "jobs", "list")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(f"{dead}\tcount-poll\tgiven-up\t8\tKeyError\t20")
    assert "react" not in said.stdout
    assert "secret" not in said.stdout
    listed = json.loads((await beffroi(app, "jobs", "list", "--all", "--json")).stdout)["jobs"]
    assert [(one["name"], one["state"]) for one in listed] == [
        ("count-poll", "given-up"),
        ("react", "waiting"),
    ]


async def test_f4_a_dead_job_is_retried_from_its_beginning(app: AppContext) -> None:
    dead = await a_job(app)
    said = await beffroi(app, "jobs", "retry", str(dead))
    assert said.exit_code == 0, said.output
    async with request_context(app) as ctx:
        row = (await ctx.db.execute(text("SELECT tries, dead_at, failure FROM job"))).one()
    assert tuple(row) == (0, None, None)


async def test_a_dead_job_that_was_asked_for_again_gives_way_to_the_new_one(
    app: AppContext,
) -> None:
    await a_job(app, once="count-poll:1")
    new = await a_job(app, once="count-poll:1", dead=False)
    assert (await beffroi(app, "jobs", "retry", "--all")).exit_code == 0
    async with request_context(app) as ctx:
        assert (await ctx.db.scalars(text("SELECT id FROM job"))).all() == [new]


async def test_a_dropped_job_takes_its_mail_along(app: AppContext) -> None:
    async with request_context(app) as ctx:
        query = text(
            "INSERT INTO mail (id, recipient, subject, body, created_at)"
            " VALUES (gen_random_uuid(), 'a@example.org', '', '', clock_now()) RETURNING id::text"
        )
        mail_id = (await ctx.db.scalars(query)).one()
    dead = await a_job(app, name="deliver-mail")
    async with request_context(app) as ctx:
        values = text("UPDATE job SET values = jsonb_build_object('mail_id', CAST(:id AS text))")
        await ctx.db.execute(values, {"id": mail_id})
    assert (await beffroi(app, "jobs", "drop", str(dead))).exit_code == 0
    async with request_context(app) as ctx:
        assert await ctx.db.scalar(text("SELECT count(*) FROM mail")) == 0
        assert await ctx.db.scalar(text("SELECT count(*) FROM job")) == 0
    assert (await beffroi(app, "jobs", "drop", str(dead))).exit_code == 4


async def test_mail_is_tried_and_the_answer_told(app: AppContext) -> None:
    unset = await beffroi(app, "mail", "test", "a@example.org")
    assert (unset.exit_code, "BEFFROI_SMTP is empty" in unset.output) == (1, True)
    away = await beffroi(app, "mail", "test", "a@example.org", BEFFROI_SMTP="smtp://127.0.0.1:1")
    assert away.exit_code == 1
    assert "The mail server did not take it" in away.output


async def test_health_is_an_exit_code(app: AppContext) -> None:
    async with request_context(app) as ctx:
        await ctx.db.execute(text("DELETE FROM periodic_run"))
    said = await beffroi(app, "health")
    assert said.exit_code == 1
    assert "The background program shows no sign of life" in said.output


async def test_a_database_that_is_away_is_named_with_the_next_step(app: AppContext) -> None:
    said = await beffroi(app, "jobs", "list", DATABASE_URL="postgresql://app:pw@127.0.0.1:1/app")
    assert said.exit_code == 1
    assert "127.0.0.1:1" in said.output
    assert "Start it, or correct DATABASE_URL" in said.output
    assert "pw" not in said.output
