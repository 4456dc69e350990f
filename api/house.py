"""Opening the house: settings, database and secret, for a site, a worker or a command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from deliberation.ballot_box.shared_keys import check_keys
from deliberation.ballot_box.slot_keys import folder_name
from deliberation.jobs import LANES, PERIODIC
from deliberation.kit import clock
from deliberation.kit.act import Act, House
from deliberation.kit.database import connect, disconnect, serving_name, transaction
from deliberation.kit.install import hold_to_secret
from deliberation.kit.settings import Settings, secret_of
from deliberation.kit.worker import connections, work


@asynccontextmanager
async def open_house(
    settings: Settings, *, size: int = 8, patience: float = 900.0, serving: bool = False
) -> AsyncIterator[House]:
    """The house of `settings.database_url`, whose schema is up to date; closed at the end.

    `patience`: seconds that a statement may take; a command or a job may have a large one.
    `serving`: it is a site's or a worker's. Raises `CannotStart` when the database belongs to a
    site with another secret.
    """
    name = serving_name(folder_name(settings)) if serving else "beffroi"
    engine = connect(settings.database_url, size=size, patience=patience, name=name)
    house = House(settings=settings, engine=engine, secret=secret_of(settings))
    try:
        async with transaction(engine) as db:
            await hold_to_secret(db, house.secret)
            house = replace(house, kind=await clock.install_kind(db))
        yield house
    finally:
        await house.relay.close()
        await disconnect(engine)


async def check_start(settings: Settings) -> None:
    """Raise `CannotStart` when a site or worker must not be started here, beside the others."""
    async with (
        open_house(settings, size=1, serving=True) as house,
        transaction(house.engine) as db,
    ):
        await check_keys(Act(house=house, db=db, now=await clock.now(db)))


async def run_worker(settings: Settings, until: asyncio.Event) -> None:
    """Work until `until` is set, with connections of its own: a busy site takes none of them."""
    size = connections(LANES, PERIODIC)
    async with open_house(settings, size=size, serving=True) as house:
        await work(house, LANES, PERIODIC, until=until)
