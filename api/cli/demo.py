"""demo: a demonstration network on this machine, and its clock."""

import asyncio
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import click

from api.app_context import open_app
from api.cli.site.serve import check_port, serve_site
from api.cli.support import asynchronous, language, sentences, show_json, stop, tell, with_database
from deliberation.core import clock
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import Settings, read_settings
from deliberation.i18n import formats
from deliberation.i18n.catalogue import translate
from deliberation.migrations.upgrade import migrate

UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@click.group(invoke_without_command=True)
@click.option("--fresh", is_flag=True, help="Delete the demo's data and start again.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on (8000).")
@click.option("--folder", type=click.Path(path_type=Path), help="Folder of its data.")
@click.pass_context
def demo(ctx: click.Context, fresh: bool, port: int | None, folder: Path | None) -> None:
    """Start a living demonstration network on this machine; Ctrl-C stops all of it.

    Its data is kept for the next time. The site listens on this machine only.
    """
    settings = _demo_settings(read_settings(), port, folder)
    ctx.obj = settings
    if ctx.invoked_subcommand is not None:
        return
    with sentences():
        if fresh and settings.database_url:
            stop("--fresh never empties the database of DATABASE_URL: empty it yourself.", 5)
        check_port(settings.host, settings.port, f"--port {settings.port + 1}")
        if fresh:
            shutil.rmtree(settings.data_folder, ignore_errors=True)
        with with_database(settings) as known:
            asyncio.run(_prepare(known))
            serve_site(known)


@demo.command()
@click.argument("duration")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@asynchronous
async def advance(settings: Settings, duration: str, as_json: bool) -> None:
    """Move the demo's clock forward: 3d, 12h, 30m. What is due then happens within seconds."""
    by = _duration(duration)
    if not settings.database_url and not (settings.data_folder / "postgresql").exists():
        stop(f"No demo in {settings.data_folder}: start one, or name its folder by --folder.", 4)
    with with_database(settings) as known:
        async with open_app(known, size=1) as app, transaction(app.engine) as db:
            now = await clock.advance(db, by)
    if as_json:
        show_json({"now": now.isoformat()})
    else:
        click.echo(formats.moment(language(), now))


async def _prepare(settings: Settings) -> None:
    """A migrated database holding the story, or a refusal to touch somebody's data."""
    from deliberation.demo.player import story_exists, tell_story

    await _refuse_foreign(settings)
    await asyncio.to_thread(migrate, settings.database_url)
    async with open_app(settings) as app:
        if not await story_exists(app):
            tell(translate(language(), "Le réseau de démonstration se remplit…"))
            await tell_story(app, progress=tell)
            app = replace(app, kind="demo")
        _welcome(app)


def _welcome(app: AppContext) -> None:
    """The address, a line for each person one can be, and what opens the sealed vote."""
    from deliberation.demo.reading import demo_people

    settings, lang = app.settings, language()
    tell(f"\n  {settings.origin}/\n")
    tell(
        translate(
            lang,
            "Se connecter : %(url)s, en un clic, comme :",
            url=f"{settings.origin}/{lang}/demo",
        )
    )
    for person in demo_people():
        tell(f"  {person.name} <{person.email}>: {person.who}")
    _tell_codes(app)
    tell(
        translate(
            lang,
            "Ou avec une adresse : le code arrive sur %(url)s. Ctrl-C arrête tout.",
            url=f"{settings.origin}/{lang}/demo/courriels",
        )
        + "\n"
    )


def _tell_codes(app: AppContext) -> None:
    """Codes and keys of the vote that visitors can try; None outside the demo's folder."""
    from deliberation.demo.credentials import demo_credentials

    lang, given = language(), demo_credentials(app)
    if given is None:
        return
    url = f"{app.settings.origin}/{lang}/c/{given.slug}/voter/1"
    tell(translate(lang, "Voter par code, à bulletin scellé : %(url)s", url=url))
    for name, code in given.codes.items():
        tell(f"  {name}: {code}")
    tell(
        translate(
            lang,
            "Les clés de ses dépositaires : %(folder)s, phrase secrète « %(passphrase)s ».",
            folder=given.folder,
            passphrase=given.passphrase,
        )
    )


async def _refuse_foreign(settings: Settings) -> None:
    """Stop when the database holds tables that are not a demo's."""
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", "", 1))
    try:
        tables = await connection.fetchval(
            "SELECT count(*) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        if tables == 0:
            return
        ours = await connection.fetchval("SELECT to_regclass('public.install') IS NOT NULL")
        kind = await connection.fetchval("SELECT kind FROM install") if ours else None
        people = await connection.fetchval("SELECT count(*) FROM person") if ours else 1
    finally:
        await connection.close()
    if kind != "demo" and people:
        stop(
            "The database of DATABASE_URL is not empty and is not a demo: the demo does not touch "
            "it. Give an empty database, or unset DATABASE_URL for an embedded one.",
            5,
        )


def _demo_settings(given: Settings, port: int | None, folder: Path | None) -> Settings:
    """Settings of the demo: loopback only, plain http, the worker inside, mails kept for the outbox
    page.
    """
    port = port or given.port
    return replace(
        given,
        folder=str(folder.absolute() if folder else given.data_folder / "demo"),
        host="127.0.0.1",
        port=port,
        origin=f"http://localhost:{port}",
        smtp="",
        workers=1,
        worker_inside=True,
        trusted_proxies=0,
    )


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([dhm])", text)
    if not found:
        stop(f"{text!r} is not a duration: write 3d, 12h or 30m.", 2)
    return timedelta(**{UNITS[found[2]]: int(found[1])})
