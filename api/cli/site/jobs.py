"""jobs, mail, health: waiting and failed jobs, a test mail, the state of the installation."""

import sys

import click
from aiosmtplib import SMTPException

from api.cli.support import (
    asynchronous,
    cli_context,
    language,
    paged,
    show_json,
    show_list,
    stop,
    tell,
)
from deliberation.core.email_addresses import read_address
from deliberation.jobs import PERIODIC
from deliberation.operations import job_list
from deliberation.operations.health import health as look
from deliberation.operations.health_texts import health_lines
from deliberation.operations.mail import send_trial
from deliberation.operations.queue import PermanentFailure
from deliberation.views.operators.queries import listed


@click.group()
def jobs() -> None:
    """List, retry and drop jobs that failed."""


@jobs.command(name="list")
@click.option(
    "--all", "everything", is_flag=True, help="Include jobs that are waiting for their next try."
)
@paged
async def list_(everything: bool, after: str, as_json: bool) -> None:
    """List jobs that failed, oldest first: number, job, state, tries, failure, since, next try."""
    await show_list("jobs", "all" if everything else "", after, as_json=as_json)


@jobs.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed jobs.")
@asynchronous
async def retry(numbers: tuple[int, ...], everything: bool) -> None:
    """Have jobs tried again now, by their numbers in `jobs list`."""
    async with cli_context() as ctx:
        if everything:
            numbers = await job_list.failed(ctx.db)
        elif not numbers:
            raise click.UsageError("Give numbers of `beffroi jobs list`, or --all.")
        for number in numbers:
            await job_list.retry(ctx.db, number)
    tell(f"To be tried now: {len(numbers)}")


@jobs.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@asynchronous
async def drop(numbers: tuple[int, ...]) -> None:
    """Forget jobs for good, with the mails they were to deliver."""
    async with cli_context() as ctx:
        for number in numbers:
            await job_list.drop(ctx.db, number)
    tell(f"Dropped: {len(numbers)}")


@click.group()
def mail() -> None:
    """Mails that were not delivered yet, and the mail server."""


@mail.command(name="list")
@click.option("--to", "address", default="", help="Only those to this address.")
@paged
async def list_mails(address: str, after: str, as_json: bool) -> None:
    """List undelivered mails: number, recipient's domain, time, job, tries, failure, given up."""
    await show_list("mails", address.lower(), after, as_json=as_json)


@mail.command()
@click.option("--to", "address", default="", help="Those to this address.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@asynchronous
async def resend(address: str, everything: bool) -> None:
    """Have undelivered mails tried again now, those given up too."""
    if bool(address) == everything:
        raise click.UsageError("Say --to ADDRESS or --all.")
    tried, after = 0, ""
    async with cli_context() as ctx:
        while rows := await listed(ctx, "mails", only=address.lower(), after=after):
            for job in [row["job"] for row in rows if row["job"]]:  # the others have their turn
                await job_list.retry(ctx.db, job)
            tried, after = tried + len(rows), str(rows[-1]["id"])
    tell(f"To be sent now: {tried}")


@mail.command()
@click.argument("address")
@asynchronous
async def test(address: str) -> None:
    """Send one mail to ADDRESS now, and say what the mail server answered."""
    async with cli_context() as ctx:
        if not ctx.app.settings.smtp:
            stop("BEFFROI_SMTP is empty: say where mails go, as smtp://user:password@host:587")
        address = read_address(address)
        try:
            await send_trial(ctx, address)
        except (PermanentFailure, SMTPException, OSError) as error:
            stop(f"The mail server did not take it: {type(error).__name__}: {error}")
    tell(f"The mail server has taken a mail from {ctx.app.settings.mail_from} to {address}.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@asynchronous
async def health(as_json: bool) -> None:
    """Report the state of the installation, as /sante does; exit code 1 unless all is well."""
    async with cli_context() as ctx:
        found = await look(ctx.db, PERIODIC)
        mails = ctx.app.mails
    if as_json:
        show_json(found)
    else:
        click.echo(found.status)
        for sentence in health_lines(language(), found, mails=mails):
            click.echo(f"- {sentence}")
    sys.exit(found.status != "ok")
