"""Shared by all commands: the reader's language, errors as sentences and exit codes, context."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from unicodedata import category

import click
import msgspec

from deliberation.core import errors
from deliberation.core.settings import (
    CannotStart,
    SettingError,
    Settings,
    check_secret_is_given,
    read_settings,
)
from deliberation.i18n.catalogue import LANGUAGES, SOURCE

if TYPE_CHECKING:  # read only by commands that need a database: the others start at once
    from deliberation.core.context import RequestContext

Result = TypeVar("Result")

EXIT: dict[type[errors.Refusal], int] = {
    errors.Invalid: 3,
    errors.NotFound: 4,
    errors.Conflict: 5,
    errors.NotAllowed: 6,
    errors.SignInNeeded: 6,
    errors.TooMany: 1,
}


# Signs that turn the direction of writing around.
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def language() -> str:
    """The terminal's language where the site has it, otherwise French."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return next((lang for lang in LANGUAGES if value.startswith(lang)), SOURCE)
    return SOURCE


def stop(sentence: str, code: int = 1) -> NoReturn:
    """End the command with a sentence on standard error."""
    click.echo(sentence, err=True)
    sys.exit(code)


def tell(sentence: str) -> None:
    """Progress and remarks, on standard error: one that cannot be written there stops nothing."""
    with suppress(OSError):
        click.echo(sentence, err=True)


def show_json(value: Any) -> None:
    """One JSON object on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


async def show_list(name: str, only: str, after: str, *, as_json: bool) -> None:
    """A page of a list of `views.operators`: a line a row, or one JSON object."""
    from deliberation.views.operators.queries import PAGE, listed

    async with cli_context() as ctx:
        rows = await listed(ctx, name, only=only, after=after)
    if as_json:
        show_json({name: rows})
        return
    for row in rows:
        click.echo("\t".join(map(shown, row.values())))
    if len(rows) == PAGE:
        tell(f"More with --after {next(iter(rows[-1].values()))}")


def asynchronous(
    command: Callable[..., Coroutine[Any, Any, Result]],
) -> Callable[..., Result]:
    """Run a coroutine as a command; a refusal prints its sentence and sets the exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Result:
        import asyncio

        with sentences():
            return asyncio.run(command(*args, **kwargs))

    return run


def paged(command: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A command that shows a page of a list, with the options that all of them have."""
    after = click.option("--after", default="", help="Go on after this first column of a line.")
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
    return after(as_json(asynchronous(command)))


def plain(text: str) -> str:
    """A text from a file as a terminal may show it: nothing in it moves the cursor or the line."""
    return "".join("\ufffd" if sign in TURNING or category(sign) == "Cc" else sign for sign in text)


def shown(value: Any) -> str:
    """A value of a list, in one line; times are those of the site's pages, to the minute."""
    if isinstance(value, datetime):
        from deliberation.i18n.formats import PARIS

        return f"{value.astimezone(PARIS):%Y-%m-%d %H:%M}"
    return "-" if value is None else plain(str(value))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for what calls it with (done, all); nothing but `label` in a file."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:
        shown = 0

        def move(done: int, all_: int) -> None:
            nonlocal shown
            if done == all_ or done - shown >= 500:
                bar.length = all_
                bar.update(done - shown)
                shown = done

        yield move


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what is refused or goes wrong into one clear sentence and an exit code."""
    from api.core.refusals import refusal
    from deliberation.devserver.server import EmbeddedError

    try:
        yield
    except errors.Invalid as error:
        for field, (code, values) in error.errors.items():
            click.echo(f"{field}: {refusal(language(), code, values)}", err=True)
        sys.exit(EXIT[errors.Invalid])
    except errors.Refusal as error:
        if error.code == "not-found":  # whose sentence is about a page
            stop("Nothing here has that name.", EXIT[errors.NotFound])
        stop(refusal(language(), error.code, error.values), EXIT[type(error)])
    except CannotStart as error:
        stop(str(error), 2)
    except (EmbeddedError, SettingError) as error:
        stop(str(error))
    except (OSError, ConnectionError) as error:
        stop(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def with_database(settings: Settings) -> Iterator[Settings]:
    """Settings that name a running database: the given one, or the embedded one, started here."""
    if settings.database_url:
        with _database_errors(settings.database_url):
            yield settings
        return
    from deliberation.devserver import server

    cluster = server.start(settings.data_folder / "postgresql")
    try:
        with server.kept_alive(cluster):
            yield replace(settings, database_url=cluster.url())
    finally:
        cluster.stop()


@contextmanager
def _database_errors(url: str) -> Iterator[None]:
    """End the command with where the database should be and what to do, when it is away."""
    try:
        yield
    except Exception as error:
        if said := database_trouble(url, error):
            stop(said)
        raise


def database_trouble(url: str, error: Exception) -> str:
    """Where the database should be and what to do, for an error of reaching it; else empty."""
    from deliberation.core.database import place_of
    from deliberation.core.database_errors import is_unavailable, refused_entry

    if "unsupported startup parameter" in str(error):
        return (
            f"A connection pooler at {place_of(url)} refuses what the site asks for. Name the "
            "database's own address, or let PgBouncer pass it: pool_mode = session and "
            "ignore_startup_parameters = jit,idle_in_transaction_session_timeout,synchronous_commit"
        )
    if refused := refused_entry(error):
        return f"The database at {place_of(url)} refuses: {refused}. Check DATABASE_URL."
    if is_unavailable(error):
        return (
            f"The database at {place_of(url)} does not answer ({type(error).__name__}). "
            "Start it, or correct DATABASE_URL, then run this command again."
        )
    return ""


@asynccontextmanager
async def cli_context() -> "AsyncIterator[RequestContext]":
    """The operator's context, in a transaction: nobody signed in, on a migrated database."""
    import asyncio

    from api.app_context import open_app
    from deliberation.core import clock
    from deliberation.core.context import RequestContext
    from deliberation.core.database import transaction
    from deliberation.migrations.upgrade import migrate

    given = read_settings()
    check_secret_is_given(given)
    with with_database(given) as known:
        await asyncio.to_thread(migrate, known.database_url)
        async with open_app(known, size=2) as app, transaction(app.engine) as db:
            yield RequestContext(app=app, db=db, now=await clock.now(db), lang=language())


AS_PATH = click.Path(path_type=Path)
