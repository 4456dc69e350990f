"""serve, worker, migrate, settings."""

import asyncio
import os
import signal
import socket
from dataclasses import replace

import click

from api.cli.support import asynchronous, sentences, show_json, stop, tell, with_database
from deliberation.kit.advice import advice
from deliberation.kit.settings import (
    Settings,
    check_address,
    check_secret_is_given,
    describe,
    environment_of,
    read_settings,
    unknown_variables,
)

SITE = "web.app:create_site"  # named, not imported: the one reference upward


@click.command()
@click.option("--host", default=None, help="Address to listen on (BEFFROI_HOST).")
@click.option("--port", type=int, default=None, help="Port to listen on (BEFFROI_PORT).")
@click.option("--workers", type=int, default=None, help="Site processes (BEFFROI_WORKERS).")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the site until Ctrl-C. The database is brought to the newest schema first."""
    from api.house import check_start
    from deliberation.kit.database import migrate as bring_up_to_date

    with sentences():
        given = read_settings()
        chosen = replace(
            given,
            host=host or given.host,
            port=port or given.port,
            workers=workers or given.workers,
        )
        check_secret_is_given(chosen)
        check_address(chosen)
        check_port(chosen)
        with with_database(chosen) as known:
            bring_up_to_date(known.database_url)
            asyncio.run(check_start(known))
            for sentence in advice(known, unknown_variables()):
                tell(sentence)
            serve_site(known)


@click.command()
@asynchronous
async def worker() -> None:
    """Run the background jobs until Ctrl-C."""
    from api.house import check_start, run_worker
    from deliberation.kit.logs import configure_logs

    settings = read_settings()
    check_secret_is_given(settings)
    configure_logs(settings.log_level)
    until = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, until.set)
    with with_database(settings) as known:
        await check_start(known)
        for sentence in advice(known, unknown_variables()):
            tell(sentence)
        tell(f"Working for {known.origin}.")
        await run_worker(known, until)


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema, and tell it the site's secret if one is given."""
    from api.house import open_house
    from deliberation.kit.database import migrate as bring_up_to_date

    async def introduce(known: Settings) -> None:
        async with open_house(known, size=1):
            pass

    settings = read_settings()
    with sentences(), with_database(settings) as known:
        bring_up_to_date(known.database_url)
        if settings.secret:
            asyncio.run(introduce(known))
        tell("The database has the newest schema.")


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


def serve_site(settings: Settings, site: str = SITE) -> None:
    """Run the processes of a site, named as `module:function`, until a signal stops them."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ.update(environment_of(settings))
    where = f"http://{settings.host}:{settings.port}"
    server = Granian(
        site,
        factory=True,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_enabled=False,
    )
    server.on_startup(lambda: tell(f"Listening on {where}, as {settings.origin}."))
    server.serve()


def check_port(settings: Settings) -> None:
    """Stop with a sentence when another program listens on the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            stop(
                f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}): "
                f"stop the program that holds it, or choose another with --port "
                f"{settings.port + 1}."
            )
