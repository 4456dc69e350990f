"""Opening the house: settings, database and secret, for a site, a worker or a command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from deliberation.kit import clock
from deliberation.kit.act import House
from deliberation.kit.database import connect, disconnect, transaction
from deliberation.kit.settings import Settings, secret_of


@asynccontextmanager
async def open_house(
    settings: Settings, *, size: int = 8, patience: float = 900.0
) -> AsyncIterator[House]:
    """The house of `settings.database_url`, whose schema is up to date; closed at the end.

    `patience`: seconds that a statement may take; a command or a job may have a large one.
    """
    engine = connect(settings.database_url, size=size, patience=patience)
    house = House(settings=settings, engine=engine, secret=secret_of(settings))
    try:
        async with transaction(engine) as db:
            house = replace(house, kind=await clock.install_kind(db))
        yield house
    finally:
        await disconnect(engine)
