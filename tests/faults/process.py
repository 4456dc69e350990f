"""A child process of a run: the site or the worker, as `beffroi serve` and `beffroi worker` do.

`python -m tests.faults.process site`, `worker`, `serve` (a site with a database of its own), or a
site with a seeded bug: `early`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar

from api.cli.running import SITE, serve, serve_site, worker
from deliberation.kit.settings import read_settings

EARLY = "tests.faults.process:early_site"


def early_site() -> Litestar:
    """A site with a seeded bug: it acknowledges a ballot half a second before it commits it."""
    from deliberation.ballot_box import intake
    from web.app import create_site

    alone, late = intake.alone, set[asyncio.Task[None]]()

    @asynccontextmanager
    async def committed_late(engine: Any) -> AsyncIterator[Any]:
        held = alone(engine)
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

    bugged: Any = intake
    bugged.alone = committed_late
    return create_site()


if __name__ == "__main__":
    name = sys.argv.pop(1)
    if name in ("worker", "serve"):
        {"worker": worker, "serve": serve}[name].main([])
    else:
        serve_site(read_settings(), {"site": SITE, "early": EARLY}[name])
