"""export: write a closed ballot box as an archive for its trustees. Needs the database."""

from pathlib import Path

import click

from api.cli.sealed.files import new_file
from api.cli.support import AS_PATH, asynchronous, cli_context, language, plain, tell
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.polls.queries import poll_view
from deliberation.i18n.formats import translate_count
from deliberation.process.consultations.queries import consultation_ref


@click.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.option("--out", required=True, metavar="FILE", type=AS_PATH, help="Where to write it.")
@asynchronous
async def export(slug: str, number: int, out: Path) -> None:
    """Write the archive of sealed ballots of poll NUMBER of consultation SLUG, after the close.

    The trustees decrypt and count it offline. Prints its SHA-256 digest.
    """
    lang = language()
    async with cli_context() as ctx:
        poll = await poll_view(ctx, await consultation_ref(ctx, slug), number)
        with new_file(out) as file:
            manifest = await export_archive(ctx, poll.id, file)
    tell(
        translate_count(
            lang,
            "%(num)s bulletin scellé écrit dans %(file)s.",
            "%(num)s bulletins scellés écrits dans %(file)s.",
            manifest.ballots,
            file=plain(str(out)),
        )
    )
    click.echo(manifest.digest)
