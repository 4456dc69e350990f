"""The worker, beside or inside the site: it reports its work, and a busy site does not stop it."""

import asyncio
import os
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

import api.app_context
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.ids import new_id
from deliberation.core.settings import environment_of
from deliberation.operations.queue import enqueue
from tests.builders import request_context
from tests.site import running
from web.app import create_site

SOON = 60.0  # seconds after which a test gives up: never what decides


async def job_is_done(app: AppContext) -> None:
    """Ask for a job that has nothing to do, and wait until it is gone."""
    async with request_context(app) as ctx:
        await ctx.db.execute(text("DELETE FROM job"))
        await enqueue(ctx.db, "open-urn", poll_id=str(new_id()))
    async with asyncio.timeout(SOON):
        while True:
            async with transaction(app.engine) as db:
                if not await db.scalar(text("SELECT count(*) FROM job")):
                    return
            await asyncio.sleep(0.05)


async def test_h1_a_site_whose_connections_are_all_taken_still_works_in_the_background(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.app_context, "PERIODIC", {})
    settings = replace(app.settings, worker_inside=True)
    async with running(create_site(settings)) as site, AsyncExitStack() as held:
        engine = site.state.app.engine
        pool = engine.sync_engine.pool
        assert isinstance(pool, QueuePool)
        while pool.checkedout() < 2 * pool.size():
            await held.enter_async_context(transaction(engine))
        await job_is_done(app)


async def test_a_worker_says_when_it_works_and_warns_of_what_is_not_set(app: AppContext) -> None:
    environment = {**os.environ, **environment_of(app.settings), "BEFFROI_SMPT": "smtp://x"}
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "worker",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert worker.stderr is not None
    said = ""
    try:
        async with asyncio.timeout(SOON):
            while "Working for" not in said:
                line = await worker.stderr.readline()
                assert line, said
                said += line.decode()
    finally:
        worker.terminate()
        await worker.wait()
    assert "BEFFROI_SMTP is empty" in said
    assert "BEFFROI_SMPT is no setting and is ignored; did you mean BEFFROI_SMTP?" in said
    assert worker.returncode == 0
