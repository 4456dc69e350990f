"""Make the application context (settings, database, secret) of a site, a worker or a command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, serving_name, transaction
from deliberation.core.pools import disconnect
from deliberation.core.secrets import hold_to_secret
from deliberation.core.settings import CannotStart, Settings, secret_of
from deliberation.elections.pseudonyms.key_folder import check_keys
from deliberation.elections.pseudonyms.keys import folder_name
from deliberation.jobs import LANES, PERIODIC
from deliberation.migrations.grants import missing_privileges
from deliberation.operations.poolers import refuse_shared_servers
from deliberation.operations.replicas import replica
from deliberation.operations.worker import connections, work


@asynccontextmanager
async def open_app(
    settings: Settings, *, size: int = 8, statement_timeout: float = 900.0, serving: bool = False
) -> AsyncIterator[AppContext]:
    """The context of `settings.database_url`, whose schema is up to date; closed at the end.

    `statement_timeout`: seconds that a statement may take; a command or a job may have a large one.
    `serving`: it is a site's or a worker's. Raises `CannotStart` when the database belongs to a
    site with another secret.
    """
    name = serving_name(folder_name(settings)) if serving else "beffroi"
    url = settings.database_url
    engine = connect(url, size=size, statement_timeout=statement_timeout, name=name)
    app = AppContext(settings=settings, engine=engine, secret=secret_of(settings))
    try:
        async with transaction(engine) as db:
            await hold_to_secret(db, app.secret)
            app = replace(app, kind=await clock.install_kind(db))
        async with AsyncExitStack() as held:
            if serving and settings.read_database_url:
                late = await held.enter_async_context(replica(settings.read_database_url))
                app = replace(app, replica=late)
            yield app
    finally:
        await app.relay.close()
        await disconnect(engine)


async def check_start(settings: Settings, *roles: str) -> None:
    """Raise `CannotStart` when a pooler or another process makes it wrong to start this one.

    So does a database role that may not do what `roles` do: each page or job would fail.
    """
    async with open_app(settings, size=1, serving=True) as app:
        await refuse_shared_servers(app.engine)
        async with transaction(app.engine) as db:
            for role in roles:
                if missing := await missing_privileges(db, role):
                    raise CannotStart(_ROLE.format(role=role, number=len(missing), one=missing[0]))
            await check_keys(RequestContext(app=app, db=db, now=await clock.now(db)))


async def run_worker(settings: Settings, until: asyncio.Event) -> None:
    """Run the worker until `until` is set, with connections that a busy site cannot take."""
    size = connections(LANES, PERIODIC)
    async with open_app(settings, size=size, serving=True) as app:
        await work(app, LANES, PERIODIC, until=until)


_ROLE = (
    "DATABASE_URL: its role lacks {number} rights that {role} has, the first: {one}. Connect as "
    "{role} or as the owner of the tables; `beffroi migrate` grants what a release needs."
)
