"""backup, restore: the whole database in a folder, and back into an empty one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import click

from api.app_context import open_app
from api.cli.site.serve import introduce
from api.cli.support import AS_PATH, sentences, stop, tell, with_database
from deliberation import backups
from deliberation.core.secrets import secret_check
from deliberation.core.settings import (
    CannotStart,
    Settings,
    check_secret_is_given,
    read_settings,
    secret_of,
)
from deliberation.migrations.upgrade import migrate

OPEN = (
    "Sealed votes are open: {votes}. A backup made now keeps the order in which voters came; with "
    "the trustees' help it could tell who voted what. Wait for the close, or say --while-voting "
    "and keep this one as secret as the votes."
)
APART = (
    "The site's secret is not in it: keep BEFFROI_SECRET apart, since without it no code, receipt "
    "or board of this site holds. The keys of open sealed votes are not in it either."
)
ANOTHER = (
    "BEFFROI_SECRET: this is not the secret of the site that was backed up. Give that one: with "
    "another, its codes, receipts and boards do not hold."
)
BACK = (
    "Mails that waited then are sent again. Accounts deleted since then are back, and have to be "
    "deleted again."
)
INTERRUPTED = (
    "The sealed vote {number} of {slug} was open: later ballots are missing from it, which their "
    "receipts show. Unless the data folder still has its key, run `beffroi sealed renew-key {slug} "
    "{number}`."
)


@click.command()
@click.argument("folder", type=AS_PATH)
@click.option("--while-voting", is_flag=True, help="Back up even while a sealed vote is open.")
def backup(folder: Path, while_voting: bool) -> None:
    """Write the whole database into a new FOLDER, with the checks that a restore must pass."""
    with _database() as known:
        if folder.exists():
            stop(f"{folder} exists already: name a new folder.", 5)
        votes = asyncio.run(_looked_at(known))
        if votes and not while_voting:
            stop(OPEN.format(votes=", ".join(votes)), 5)
        folder.mkdir(mode=0o700)
        try:
            made = asyncio.run(backups.back_up(known.database_url, folder))
        except BaseException:
            rmtree(folder)  # no half of one
            raise
    tell(f"{sum(made.rows.values())} rows of {len(made.rows)} tables are in {folder}. {APART}")


@click.command()
@click.argument("folder", type=AS_PATH)
def restore(folder: Path) -> None:
    """Load the backup of FOLDER into the empty database of DATABASE_URL and check it.

    Stop the site and the worker first. Everybody signs in again.
    """
    with _database() as known:
        manifest = backups.read_manifest(folder)
        if manifest.secret_check not in (None, secret_check(secret_of(known))):
            raise CannotStart(ANOTHER)
        asyncio.run(backups.restore(known.database_url, folder, manifest))
        migrate(known.database_url)
        asyncio.run(introduce(known, secret=True))
    tell(f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables are back. {BACK}")
    for vote in manifest.open_ballot_boxes:
        slug, number = vote.rsplit("/", 1)
        tell(INTERRUPTED.format(slug=slug, number=number))


@contextmanager
def _database() -> Iterator[Settings]:
    """The settings of a running database, and what goes wrong with it as a sentence."""
    with sentences():
        settings = read_settings()
        check_secret_is_given(settings)
        try:
            with with_database(settings) as known:
                yield known
        except backups.BackupError as error:
            stop(str(error))


async def _looked_at(settings: Settings) -> list[str]:
    """The open sealed votes of this site's database."""
    async with open_app(settings, size=1):
        return await backups.open_ballot_boxes(settings.database_url)
