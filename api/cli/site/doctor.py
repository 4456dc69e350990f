"""doctor: check an installation, one line a check; nothing is changed."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import click
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.app_context import check_start
from api.cli.support import database_trouble, language, sentences, show_json, with_database
from api.core.refusals import refusal
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, place_of, serving_name
from deliberation.core.email_addresses import read_address
from deliberation.core.errors import Refusal
from deliberation.core.pools import SIZES, disconnect
from deliberation.core.settings import (
    SettingError,
    check_address,
    check_secret_is_given,
    read_settings,
    secret_of,
)
from deliberation.elections.pseudonyms.key_folder import folder_fault
from deliberation.elections.pseudonyms.keys import folder_of
from deliberation.migrations.grants import SITE, WORKER, missing_privileges
from deliberation.operations.advice import advice
from deliberation.operations.logs import configure_logs
from deliberation.operations.mail import send_trial
from deliberation.operations.replicas import replica
from deliberation.operations.replication import Copies, copies

OLDEST_SERVER = 15
DRIFT = 5.0  # seconds between two clocks
A_PROCESS = 2 * 8 + sum(SIZES.values())  # connections that a site process may hold
RENEWED = 14  # days before the end of a certificate

Verdict = Literal["ok", "look", "fault", "skipped"]
Said = AsyncIterator[tuple[Verdict, str]]
Look = Callable[[AppContext, AsyncSession], Said]


class CheckResult(msgspec.Struct, frozen=True):
    """`fault`: it does not work, or is not safe; `look`: somebody should look at it."""

    check: str
    verdict: Verdict
    said: str


async def _settings(app: AppContext, db: AsyncSession) -> Said:
    for sentence in advice(app.settings):
        yield "look", sentence
    yield "ok", f"every variable can be read; the secret has {len(app.secret)} signs"


async def _address(app: AppContext, db: AsyncSession) -> Said:
    check_address(app.settings)
    proxies = app.settings.trusted_proxies or 0
    yield "ok", f"{app.settings.origin}; proxies that add to X-Forwarded-For: {proxies}"


async def _database(app: AppContext, db: AsyncSession) -> Said:
    found: Any = (await db.execute(_SERVER)).one()
    where = place_of(app.settings.database_url)
    old = found.version < OLDEST_SERVER * 10000
    yield "fault" if old else "ok", f"PostgreSQL {found.name} at {where}, as {found.role}"
    if found.encoding != "UTF8":
        yield "fault", f"its encoding is {found.encoding}: make the database with ENCODING 'UTF8'"
    if not found.collated:
        yield (
            "fault",
            "the system's collation has changed since its indexes were made: REINDEX DATABASE, then"
            " ALTER DATABASE … REFRESH COLLATION VERSION",
        )
    if found.most < (wanted := app.settings.workers * A_PROCESS):
        yield "look", f"max_connections is {found.most}; the sites here may take {wanted} of them"
    if found.superuser:
        yield "look", f"{found.role} is a superuser: whoever breaks into the site is one too"


async def _copies(app: AppContext, db: AsyncSession) -> Said:
    if (commit := await db.scalar(text("SHOW synchronous_commit"))) in ("off", "local"):
        yield "fault", f"synchronous_commit is {commit} even for us: a pooler drops what we ask for"
    yield _COPIES[await copies(db)]
    if url := app.settings.read_database_url:
        async with replica(url) as late:
            (row,) = await late.fetch("SELECT pg_is_in_recovery() AS follows")
        what = "a replica" if row["follows"] else "the primary itself"
        yield "ok", f"at {place_of(url)}, which visitors read from, {what} answers"


async def _clock(app: AppContext, db: AsyncSession) -> Said:
    drift = await clock.drift(db)
    far = abs(drift) > DRIFT
    yield (
        "look" if far else "ok",
        f"this machine is {drift:+z.1f} s off the database server, whose clock decides"
        + (": synchronise both (NTP)" if far else ""),
    )


async def _schema(app: AppContext, db: AsyncSession) -> Said:
    from deliberation.migrations.upgrade import schema_of

    schema = await asyncio.to_thread(schema_of, app.settings.database_url)
    if schema.newer:
        yield "look", f"release {schema.newer} has migrated the database: complete the upgrade"
    elif missing := [*schema.versions, *schema.functions]:
        yield "fault", f"run `beffroi migrate`; {len(missing)} to do, the first: {missing[0]}"
    else:
        yield "ok", "the newest"


async def _rights(app: AppContext, db: AsyncSession) -> Said:
    role = await db.scalar(text("SELECT current_user"))
    if role not in (SITE, WORKER):
        yield (
            "look",
            f"{role} is neither {SITE} nor {WORKER}: right for an operator's command, and one who "
            "breaks into a site or worker with this role can switch the database's rules off",
        )
    elif missing := await missing_privileges(db, role):
        yield "fault", f"{role} lacks {missing[0]}, {len(missing)} in all: run `beffroi migrate`"
    else:
        yield "ok", f"{role} may do what it needs"


async def _processes(app: AppContext, db: AsyncSession) -> Said:
    """The secret, the folder of the keys, and the processes that use them."""
    folder = folder_of(app.settings)
    if not folder.exists() or await db.scalar(_SECRET) is None:
        yield "look", f"none was started yet: the first makes {folder} and settles the secret"
        return
    await check_start(app.settings)
    fault = await folder_fault(RequestContext(app=app, db=db, now=await clock.now(db)))
    if fault == "several":
        yield "look", f"other processes use another folder of keys than {folder}: BEFFROI_FOLDER"
    elif fault == "unwritable":
        yield "look", f"{folder} cannot be written: no sealed vote could open"
    else:
        if (mode := folder.stat().st_mode & 0o777) & 0o077:
            yield "fault", f"{folder} has mode {mode:o}: give it 700, for it holds keys of votes"
        there: Any = (await db.execute(_SERVING, {"serving": serving_name("%")})).one()
        yield (
            "ok",
            f"one secret and one folder for all, {folder}: keep it out of every backup. Site "
            f"and workers hold {there.connections} connections, from at least {there.machines} "
            "machine(s)",
        )


async def _mail(app: AppContext, db: AsyncSession) -> Said:
    address = click.get_current_context().params["address"]
    if address:
        ctx = RequestContext(app=app, db=db, now=await clock.now(db))
        await send_trial(ctx, read_address(address))
        yield "ok", f"the mail server has taken a mail from {app.settings.mail_from} to {address}"
    elif app.settings.smtp:
        async with app.relay.connection(app.settings.smtp) as client:
            await client.noop()
        yield "ok", "the mail server answers; --mail ADDRESS sends one mail"


async def _provider(app: AppContext, db: AsyncSession) -> Said:
    from api.oidc.discovery import conversation, keys_of, provider_of

    if not app.settings.oidc_issuer:
        return
    async with conversation(app.settings) as client:
        keys = await keys_of(client, await provider_of(client, app.settings))
    yield "ok", f"{app.settings.oidc_issuer} answers, with {len(keys.keys)} key(s)"


async def _site(app: AppContext, db: AsyncSession) -> Said:
    """The public address as visitors reach it: certificate, and an answer."""
    import httpx2

    address = f"{app.settings.origin}/sante"
    async with (
        httpx2.AsyncClient(timeout=10, verify=ssl.create_default_context()) as client,
        client.stream("GET", address) as answer,
    ):
        if wire := answer.extensions["network_stream"].get_extra_info("ssl_object"):
            end = ssl.cert_time_to_seconds(wire.getpeercert()["notAfter"])
            left = int(end - (await clock.now(db)).timestamp()) // 86400
            yield "look" if left < RENEWED else "ok", f"its certificate lasts {left} days"
    yield "ok" if answer.status_code == 200 else "fault", f"{address}: {answer.status_code}"


_COPIES: dict[Copies, tuple[Verdict, str]] = {
    "none": ("ok", "one server and its disk: a synchronous standby would survive its loss"),
    "asynchronous": (
        "look",
        "standbys follow asynchronously: one that takes over lacks ballots that were acknowledged; "
        "name a synchronous one in synchronous_standby_names, or with Patroni set synchronous_mode",
    ),
    "synchronous": ("ok", "a standby has each ballot before it is acknowledged"),
}

# Check -> what looks, and the check that must succeed first; in this order.
CHECKS: dict[str, tuple[Look, str]] = {
    "settings": (_settings, ""),
    "address": (_address, ""),
    "database": (_database, ""),
    "copies": (_copies, "database"),
    "clock": (_clock, "database"),
    "schema": (_schema, "database"),
    "rights": (_rights, "schema"),
    "processes": (_processes, "schema"),
    "mail": (_mail, ""),
    "provider": (_provider, ""),
    "site": (_site, "database"),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--mail", "address", default="", help="Send one mail to this address.")
def doctor(as_json: bool, address: str) -> None:
    """Check the settings, the database and what is around: one line a check, nothing is changed.

    Run it as each process runs: same account, same variables. Exit code 1 if there is a fault.
    """
    configure_logs("critical")  # each failure is a line of this command
    with sentences():
        findings = asyncio.run(_examined())
    if as_json:
        show_json({"findings": findings})
    for one in [] if as_json else findings:
        click.echo(f"{one.verdict:<8}{one.check}: {one.said}")
    sys.exit(any(one.verdict == "fault" for one in findings))


async def _examined() -> list[CheckResult]:
    """What all checks find."""
    try:
        settings = read_settings()
        check_secret_is_given(settings)
    except SettingError as error:
        return [CheckResult("settings", "fault", str(error))]
    with with_database(settings) as known:
        engine = connect(known.database_url, size=2)
        app = AppContext(settings=known, engine=engine, secret=secret_of(known))
        try:
            return await _looked_at(app)
        finally:
            await app.relay.close()
            await disconnect(engine)


async def _looked_at(app: AppContext) -> list[CheckResult]:
    findings: list[CheckResult] = []
    failed: set[str] = set()
    for name, (look, needs) in CHECKS.items():
        if needs in failed:
            found = [CheckResult(name, "skipped", f"{needs} comes first")]
        else:
            found = [finding async for finding in _said(name, look, app)]
        if any(one.verdict in ("fault", "skipped") for one in found):
            failed.add(name)
        findings += found
    return findings


async def _said(name: str, look: Look, app: AppContext) -> AsyncIterator[CheckResult]:
    """The lines of one check, which reads in a transaction of its own; an error is a fault."""
    try:
        async with AsyncSession(app.engine) as db:  # connects when it is first asked
            async for verdict, said in look(app, db):
                yield CheckResult(name, verdict, said)
    except Refusal as error:
        yield CheckResult(name, "fault", refusal(language(), error.code, error.values))
    except Exception as error:
        said = str(error) if isinstance(error, SettingError) else f"{type(error).__name__}: {error}"
        where = database_trouble(app.settings.database_url, error) if name == "database" else ""
        yield CheckResult(name, "fault", where or said)


_SERVER = text(
    """
    SELECT current_setting('server_version_num')::int AS version, current_user AS role,
           split_part(current_setting('server_version'), ' ', 1) AS name, rolsuper AS superuser,
           getdatabaseencoding() AS encoding, current_setting('max_connections')::int AS most,
           datcollversion IS NOT DISTINCT FROM pg_database_collation_actual_version(pg_database.oid)
               AS collated
    FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user
    """
)
_SECRET = text("SELECT secret_check FROM install")
_SERVING = text(
    """
    SELECT count(*) AS connections, greatest(count(DISTINCT host(client_addr)), 1) AS machines
    FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE :serving
    """
)
