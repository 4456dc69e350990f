"""bundle export, minutes publish, slot-key renew: what an operator does for a sealed vote.

Operator's commands: they need the site's database.
"""

from pathlib import Path

import click

from api.cli.files import AS_PATH, content, new_file
from api.cli.support import asynchronous, cli_context, language, plain, tell
from deliberation.elections.ballots.shared_keys import renew_key
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results.result_upload import CountFiles, read_count
from deliberation.elections.results.sealed_count import load_count
from deliberation.i18n.catalogue import in_language
from deliberation.i18n.formats import translate_count
from deliberation.process.consultations.queries import consultation_page, consultation_ref


@click.group("bundle")
def archive() -> None:
    """The sealed ballots of a closed urn, for its trustees."""


@archive.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.option("--out", required=True, metavar="FILE", type=AS_PATH, help="Where to write it.")
@asynchronous
async def export(slug: str, number: int, out: Path) -> None:
    """Write the bundle of poll NUMBER of consultation SLUG, once its urn is closed."""
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


@click.group("slot-key")
def pseudonym_key() -> None:
    """The key by which voters of an open sealed vote change their ballot."""


@pseudonym_key.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.confirmation_option(
    prompt="Those who have voted will not be able to change their vote any more. Go on?"
)
@asynchronous
async def renew(slug: str, number: int) -> None:
    """Replace the key of poll NUMBER of consultation SLUG, when it is lost for good.

    First votes go on; those who have voted cannot change their vote any more, and are told so.
    """
    _ = in_language(language())
    async with cli_context() as ctx:
        page = await consultation_page(ctx, slug)
        await renew_key(ctx, page.ref, await poll_view(ctx, page.ref, number))
    tell(_("La clé est refaite dans ce dossier de données."))


@click.group()
def minutes() -> None:
    """The minutes of a sealed vote's count."""


@minutes.command()
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.option("--minutes", "minutes_file", required=True, metavar="FILE", type=AS_PATH)
@click.option(
    "--signature",
    "signature_files",
    required=True,
    multiple=True,
    metavar="FILE",
    type=AS_PATH,
    help="One for each trustee who signed.",
)
@click.option("--recount", "recount_file", metavar="FILE", type=AS_PATH, default=None)
@click.option("--pdf", "pdf_file", required=True, metavar="FILE", type=AS_PATH)
@asynchronous
async def publish(
    slug: str,
    number: int,
    minutes_file: Path,
    signature_files: tuple[Path, ...],
    recount_file: Path | None,
    pdf_file: Path,
) -> None:
    """Publish the signed count of poll NUMBER of consultation SLUG, once."""
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
