"""A child process of a run: the site or the worker, as `beffroi serve` and `beffroi worker` do.

`python -m tests.faults.process site`, `worker`, `serve` (a site with a database of its own), a
worker that kills itself, `dying:count-poll:7`, a site without garbage collection, `uncollected`, or
a site with a seeded bug: `early`, `cached`.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from sqlalchemy import event

from api.app_context import open_app
from api.cli.site.serve import CREATE_SITE, serve, serve_site, worker
from deliberation.core.context import RequestContext
from deliberation.core.database import driver_connection
from deliberation.core.pools import autocommit_connection
from deliberation.core.settings import read_settings
from deliberation.jobs import JOBS
from deliberation.operations.queue import Lane, Leased
from deliberation.operations.worker import work

UNCOLLECTED = "tests.faults.process:uncollected_site"
EARLY = "tests.faults.process:early_site"
CACHED = "tests.faults.process:cached_site"


def uncollected_site() -> Litestar:
    """A site that frees only what nothing refers to, so that a reference cycle stays."""
    from web.app import create_site

    gc.disable()
    return create_site()


def early_site() -> Litestar:
    """A site with a seeded bug: it acknowledges a ballot half a second before it commits it."""
    from deliberation.elections.ballots import casting
    from web.app import create_site

    late = set[asyncio.Task[None]]()

    @asynccontextmanager
    async def committed_late(engine: Any) -> AsyncIterator[Any]:
        held = autocommit_connection(engine)
        connection = await held.__aenter__()
        unit = connection.transaction()
        await unit.start()
        try:
            yield connection
        except BaseException:
            await unit.rollback()
            await held.__aexit__(None, None, None)
            raise

        async def commit() -> None:
            await asyncio.sleep(0.5)
            await unit.commit()
            await held.__aexit__(None, None, None)

        task = asyncio.ensure_future(commit())
        late.add(task)
        task.add_done_callback(late.discard)

    bugged: Any = casting
    bugged.autocommit_connection = committed_late
    return create_site()


async def work_and_die(name: str, statements: int) -> None:
    """Run jobs of one name only; be killed after so many statements of the first, and its COMMIT.

    SQLAlchemy's statements are seen by its own events, raw ones by asyncpg's.
    """
    left, job = statements, JOBS[name]

    def note(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def dying(ctx: RequestContext, **values: Any) -> None:
        event.listen(ctx.app.engine.sync_engine, "after_cursor_execute", note)
        driver_connection(ctx.db).add_query_logger(lambda _: note())
        assert not isinstance(job, Leased)
        await job(ctx, **values)

    async with open_app(read_settings(), size=2, serving=True) as app:
        if isinstance(job, Leased):  # its statements run on a connection that is kept
            async with autocommit_connection(app.engine) as connection:
                connection.add_query_logger(lambda _: note())
        jobs: dict[str, Any] = {name: job if isinstance(job, Leased) else dying}
        await work(app, {"only": Lane(jobs)}, {}, until=asyncio.Event())


def cached_site() -> Litestar:
    """A site with a seeded bug: its framework remembers what was sent to it."""
    import api.app
    from web.app import create_site

    bugged: Any = api.app
    bugged.keep_no_request = lambda app: None
    return create_site()


if __name__ == "__main__":
    name = sys.argv.pop(1)
    if name.startswith("dying:"):
        asyncio.run(work_and_die(name.split(":")[1], int(name.split(":")[2])))
    elif name in ("worker", "serve"):
        {"worker": worker, "serve": serve}[name].main([])
    else:
        sites = {"site": CREATE_SITE, "uncollected": UNCOLLECTED, "early": EARLY, "cached": CACHED}
        serve_site(read_settings(), sites[name])
