"""renew-key: replace the lost pseudonym key of an open sealed vote. Needs the database."""

import click

from api.cli.support import asynchronous, cli_context, language, tell
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.pseudonyms.key_folder import renew_key as make_new_key
from deliberation.i18n.catalogue import in_language
from deliberation.process.consultations.queries import consultation_page


@click.command("renew-key")
@click.argument("slug")
@click.argument("number", type=click.IntRange(1))
@click.confirmation_option(
    prompt="Those who have voted will not be able to change their vote any more. Go on?"
)
@asynchronous
async def renew_key(slug: str, number: int) -> None:
    """Replace the lost pseudonym key of poll NUMBER of consultation SLUG while voting is open.

    First votes go on. Voters who have already voted can no longer change their vote; the site tells
    them so. Use it only when the key file is lost for good.
    """
    _ = in_language(language())
    async with cli_context() as ctx:
        page = await consultation_page(ctx, slug)
        await make_new_key(ctx, page.ref, await poll_view(ctx, page.ref, number))
    tell(_("La clé est refaite dans ce dossier de données."))
