"""ballots import: a past vote from a file, counted and published as a page of its own."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.support import asynchronous, cli_context, language, tell
from api.cli.tally.count import DEFAULTS, content_of, refuse
from deliberation.elections.methods.offered import OFFERED
from deliberation.elections.results.imports import ImportDraft, load_ballots
from deliberation.explanations.invalid_files import passed_over
from deliberation.i18n.catalogue import translate
from deliberation.network.authorities.queries import authority_row
from deliberation.text.inputs import read_draft
from voting import formats
from voting.ballots import kind_of
from voting.formats import Election
from voting.invalid import InvalidBallots


@click.group()
def ballots() -> None:
    """Publish the count of ballots from a file."""


@ballots.command("import")
@click.argument("file")
@click.option("--poll", "slug", required=True, help="The page's name in its address.")
@click.option("--authority", required=True, help="The slug of the authority that publishes it.")
@click.option("--title", default="", help="By default the file's own title.")
@click.option("--question", default="", help="The question that was put to the vote.")
@click.option("--method", type=click.Choice(OFFERED), default=None)
@click.option("--compare", type=click.Choice(OFFERED), default=None)
@click.option("--date", "held_on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--source", required=True, help="Where the ballots come from, in a sentence.")
@click.option("--from", "format_", default=None, metavar="FORMAT", help="The file's format.")
@click.option(
    "--question-number", default="", metavar="N", help="Which question of a Belenios result."
)
@click.option(
    "--tolerant", is_flag=True, help="Skip minor format errors and report each as a warning."
)
@asynchronous
async def import_(
    file: str,
    slug: str,
    authority: str,
    title: str,
    question: str,
    method: str | None,
    compare: str | None,
    held_on: datetime,
    source: str,
    format_: str | None,
    question_number: str,
    tolerant: bool,
) -> None:
    """Load a past vote from FILE, count it and publish its result page."""
    election = _election(file, format_, question_number, tolerant)
    values: dict[str, Any] = {
        "slug": slug,
        "title": title or election.title or Path(file).stem,
        "question": question,
        "method": method or DEFAULTS[kind_of(election.ballots)],
        "compared": compare,
        "source_note": source,
    }
    try:
        async with cli_context() as ctx:
            where = await authority_row(ctx, authority)
            draft = read_draft(ImportDraft, values)
            await load_ballots(ctx, where.id, election, draft, held_on.date())
            site = ctx.app.settings.origin
    except InvalidBallots as error:
        refuse(error, file)
    tell(translate(language(), "Le résultat est publié :"))
    click.echo(f"{site.rstrip('/')}/{language()}/c/{slug}/resultats")


def _election(file: str, format_: str | None, number: str, tolerant: bool) -> Election:
    rules = {"question": number} if number else None
    try:
        election = formats.read(content_of(file), file, format_, strict=not tolerant, rules=rules)
    except InvalidBallots as error:
        refuse(error, file, forced=format_ is not None)
    for note in election.source.notes:
        tell(passed_over(language(), note, file))
    return election
