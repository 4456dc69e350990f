"""publish: publish the signed count of a sealed vote. Needs the database."""

from pathlib import Path

import click

from api.cli.sealed.files import content
from api.cli.support import AS_PATH, asynchronous, cli_context, language, tell
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results.result_upload import CountFiles, read_count
from deliberation.elections.results.sealed_count import load_count
from deliberation.i18n.catalogue import in_language
from deliberation.process.consultations.queries import consultation_page


@click.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--minutes",
    "minutes_file",
    required=True,
    metavar="FILE",
    type=AS_PATH,
    help="minutes.json, which the trustees signed.",
)
@click.option(
    "--signature",
    "signature_files",
    required=True,
    multiple=True,
    metavar="FILE",
    type=AS_PATH,
    help="One for each trustee who signed.",
)
@click.option(
    "--recount",
    "recount_file",
    metavar="FILE",
    type=AS_PATH,
    default=None,
    help="recount.json, when the count wrote one.",
)
@click.option(
    "--pdf",
    "pdf_file",
    required=True,
    metavar="FILE",
    type=AS_PATH,
    help="minutes.pdf, the same minutes for reading.",
)
@asynchronous
async def publish(
    slug: str,
    number: int,
    minutes_file: Path,
    signature_files: tuple[Path, ...],
    recount_file: Path | None,
    pdf_file: Path,
) -> None:
    """Publish the signed count of poll NUMBER of consultation SLUG; it cannot be replaced."""
    _ = in_language(language())
    files = CountFiles(
        minutes=content(minutes_file),
        signatures=[content(path) for path in signature_files],
        recount=content(recount_file) if recount_file else None,
        pdf=content(pdf_file),
    )
    async with cli_context() as ctx:
        page = await consultation_page(ctx, slug)
        poll = await poll_view(ctx, page.ref, number)
        await load_count(ctx, page.ref, poll, await read_count(ctx, poll, files))
        site = ctx.app.settings.origin
    tell(_("Le résultat est publié :"))
    click.echo(f"{site.rstrip('/')}/{language()}/c/{slug}/resultats/{number}")
