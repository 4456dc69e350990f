"""serve, worker, migrate, settings."""

import asyncio
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryDirectory
from threading import Thread

import click

from api.cli.support import asynchronous, sentences, show_json, stop, tell, with_database
from deliberation.core.settings import (
    RANGES,
    Settings,
    check_address,
    check_secret_is_given,
    describe,
    environment_of,
    read_settings,
    secret_of,
)
from deliberation.operations.advice import advice
from deliberation.operations.process_limits import keep_memory_private

CONNECTIONS = 4096  # that the site's processes serve at once, slow ones included
BESIDE = (
    "Release {newer} of Beffroi has migrated this database already. This older release runs beside "
    "it until the upgrade is complete, and changes nothing in the schema."
)
CREATE_SITE = "web.app:create_site"  # named, not imported: the one reference upward


@click.command()
@click.option("--host", default=None, help="Address to listen on (BEFFROI_HOST).")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on (BEFFROI_PORT).")
@click.option(
    "--workers",
    type=click.IntRange(*RANGES["BEFFROI_WORKERS"]),
    help="Site processes (BEFFROI_WORKERS).",
)
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the site until Ctrl-C. The database is brought to the newest schema first."""
    with sentences(), summed_figures():
        from deliberation.migrations.grants import SITE, WORKER

        given = read_settings()
        chosen = replace(
            given,
            host=host or given.host,
            port=port or given.port,
            workers=workers or given.workers,
        )
        check_secret_is_given(chosen)
        check_address(chosen)
        check_port(chosen.host, chosen.port, f"--port {chosen.port + 1}")
        with with_database(chosen) as known:
            asyncio.run(_prepare(known, SITE, *[WORKER] * known.worker_inside))
            serve_site(known)


@click.command()
@click.option(
    "--check", is_flag=True, help="Only check whether a worker is running: exit code 0 or 1."
)
@asynchronous
async def worker(check: bool) -> None:
    """Run the background jobs until Ctrl-C. The schema is brought up to date as by `serve`."""
    from api.app_context import run_worker
    from deliberation.migrations.grants import WORKER
    from deliberation.operations.exposition import shown
    from deliberation.operations.logs import configure_logs

    settings = read_settings()
    check_secret_is_given(settings)
    if check:
        return await _ask_for_worker(settings)
    if settings.metrics_port:
        check_port(settings.host, settings.metrics_port, "BEFFROI_METRICS_PORT")
    configure_logs(settings.log_level)
    if not settings.core_dumps:
        keep_memory_private()
    until = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, until.set)
    with with_database(settings) as known:
        await _prepare(known, WORKER)
        tell(f"Working for {known.origin}.")
        with shown(known.host, known.metrics_port):
            await run_worker(known, until)


async def _prepare(settings: Settings, *roles: str) -> None:
    """Migrate as the owner of the tables, or stop while the schema is too old; check and advise."""
    from api.app_context import check_start
    from deliberation.migrations.upgrade import schema_of

    schema = await asyncio.to_thread(schema_of, settings.database_url, check=False)
    if schema.newer:
        tell(BESIDE.format(newer=schema.newer))
    await check_start(settings, *roles)
    for sentence in advice(settings):
        tell(sentence)


async def _ask_for_worker(settings: Settings) -> None:
    """End with 1 unless a worker came to the end of some work in the last minute."""
    from api.app_context import open_app
    from deliberation.core.database import transaction
    from deliberation.jobs import PERIODIC
    from deliberation.operations.health import SEEN, health

    with with_database(settings) as known:
        async with open_app(known, size=1) as app, transaction(app.engine) as db:
            seen = (await health(db, PERIODIC)).worker_seen
    if not seen:
        stop(f"No worker was at work in the last {SEEN} seconds.")


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Only list what would be done: exit code 5 if there is something.",
)
def migrate(check: bool) -> None:
    """Bring the database to the newest schema, as the owner of its tables.

    It tells the database the site's secret, if one is given, and grants the roles beffroi_site and
    beffroi_worker what they need, where the server has them.
    """
    from deliberation.migrations.upgrade import schema_of

    with sentences(), with_database(read_settings()) as known:
        schema = schema_of(known.database_url, check=check)
        if schema.newer:
            stop(BESIDE.format(newer=schema.newer), 5)
        if check:
            for line in (*schema.versions, *schema.functions):
                click.echo(line)
            sys.exit(5 if schema.versions or schema.functions else 0)
        if schema.functions:
            tell(f"Database functions applied: {', '.join(schema.functions)}.")
        asyncio.run(introduce(known, secret=bool(known.secret)))
        tell("The database has the newest schema.")


async def introduce(settings: Settings, *, secret: bool) -> None:
    """Store a check of the site's secret in the database; grant the rights of site and worker."""
    from api.app_context import open_app
    from deliberation.migrations.grants import SITE, WORKER, grant

    if secret:
        async with open_app(settings, size=1):
            pass
    if len(await grant(settings.database_url)) < 2:
        tell(
            f"The server has no roles {SITE} and {WORKER}: a site that connects as the owner of its"
            " tables could switch their rules off (SECURITY.md says what that means)."
        )


@click.group()
def secret() -> None:
    """The secret that all processes of a site share."""


@secret.command()
@click.confirmation_option(prompt="Links of earlier mails and open forms end. Go on?")
@asynchronous
async def change() -> None:
    """Take the secret of BEFFROI_SECRET instead of the present one, while no vote rests on it.

    Stop the site and the worker first, and give both the new one.
    """
    from deliberation.core.database import connect, transaction
    from deliberation.core.pools import disconnect
    from deliberation.core.secrets import change_secret
    from deliberation.elections.ballot_box.under_way import votes_bound_to_secret

    settings = read_settings()
    check_secret_is_given(settings)
    with with_database(settings) as known:
        engine = connect(known.database_url, size=1)
        try:
            async with transaction(engine) as db:
                await change_secret(db, secret_of(known), await votes_bound_to_secret(db))
        finally:
            await disconnect(engine)
    tell("The database belongs to a site with this secret now.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def settings(as_json: bool) -> None:
    """Show every setting: its variable, its value here and its meaning."""
    with sentences():
        rows = list(describe(read_settings()))
    if as_json:
        show_json({name: {"value": value, "meaning": meaning} for name, value, meaning in rows})
        return
    for name, value, meaning in rows:
        click.echo(f"{name}={value}\n    {meaning}")


def serve_site(settings: Settings, site: str = CREATE_SITE) -> None:
    """Run the processes of a site, named as `module:function`, until a signal stops them."""
    from granian import Granian
    from granian.constants import Interfaces

    if not settings.core_dumps:
        keep_memory_private()
    os.environ.update(environment_of(settings))
    raise_file_limit()
    server = Granian(
        site,
        factory=True,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        workers_kill_timeout=3,
        backlog=CONNECTIONS,
        respawn_failed_workers=True,
        log_enabled=False,
    )
    server.on_startup(Thread(target=_tell_when_it_answers, args=(settings,), daemon=True).start)
    server.serve()


def _tell_when_it_answers(settings: Settings) -> None:
    while True:
        connection = HTTPConnection(settings.host, settings.port)
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("HEAD", "/sante")
            connection.getresponse()
            break
        time.sleep(0.1)
    tell(f"Listening on http://{settings.host}:{settings.port}, as {settings.origin}.")


def raise_file_limit() -> None:
    """Let the processes have as many open connections as this account may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def summed_figures() -> Iterator[None]:
    """A folder in which the processes of a site add up their figures; gone at the end.

    Set before prometheus_client is imported, which chooses then.
    """
    with TemporaryDirectory(prefix="beffroi-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        try:
            yield
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def check_port(host: str, port: int, choice: str) -> None:
    """Stop with a sentence when another program listens on the port; `choice`: of another one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            stop(
                f"Port {port} of {host} cannot be used ({error.strerror}): "
                f"stop the program that holds it, or choose another with {choice}."
            )
