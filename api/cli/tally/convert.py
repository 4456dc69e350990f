"""convert: a file of ballots written in another format."""

from pathlib import Path, PurePath

import click

from api.cli.support import language, stop, tell
from api.cli.tally.count import content_of, refuse
from deliberation.explanations.invalid_files import passed_over
from deliberation.i18n.catalogue import in_language
from voting import formats
from voting.ballots import Grades
from voting.formats import Election
from voting.invalid import InvalidBallots

# A suffix that several kinds of ballots share: the first format that can hold them is written.
SHARED = {".csv": ("grade_csv", "score_csv", "cvr", "rank_csv"), ".txt": ("debian",)}


@click.command("convert")
@click.argument("source")
@click.argument("target")
@click.option("--from", "format_", default=None, metavar="FORMAT", help="The format of SOURCE.")
@click.option("--to", "to", default=None, metavar="FORMAT", help="The format of TARGET.")
@click.option("--question", default="", metavar="N", help="Which question of a Belenios result.")
@click.option(
    "--tolerant", is_flag=True, help="Skip minor format errors and report each as a warning."
)
def convert(
    source: str, target: str, format_: str | None, to: str | None, question: str, tolerant: bool
) -> None:
    """Write the ballots of SOURCE ("-" reads standard input) as TARGET.

    TARGET's suffix names its format; our JSON is written for .json and for "-", standard output.
    """
    try:
        rules = {"question": question} if question else None
        data = content_of(source)
        election = formats.read(data, source, format_, strict=not tolerant, rules=rules)
        for note in election.source.notes:
            tell(passed_over(language(), note, source))
        text = written(election, formats_of(target, to))
    except InvalidBallots as error:
        refuse(error, source, forced=format_ is not None or to is not None)
    _tell_losses(election, text)
    if target == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        Path(target).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        stop(f"{target}: {error.strerror}")


def _tell_losses(election: Election, text: str) -> None:
    """The names of grades, for a format that stores only their numbers."""
    ballots = election.ballots
    if not isinstance(ballots, Grades) or all(name in text for name in ballots.grades):
        return
    _ = in_language(language())
    named = [f"{number} = {name}" for number, name in enumerate(ballots.grades, start=1)]
    tell(
        _(
            "Ce format ne garde pas les noms des mentions : %(grades)s.",
            grades=", ".join(named),
        )
    )


def formats_of(target: str, to: str | None) -> tuple[str, ...]:
    """The formats that a target may be written in, the first that can hold the ballots to be
    taken; an unknown suffix ends the command.
    """
    if to is not None:
        return (to,)
    suffix = PurePath(target).suffix.lower()
    if target == "-" or suffix == ".json":
        return ("own",)
    found = SHARED.get(suffix) or tuple(
        name for name, entry in formats.FORMATS.items() if suffix and suffix in entry.suffixes
    )
    if not found:
        _ = in_language(language())
        known = ", ".join(sorted(formats.FORMATS))
        stop(
            _(
                "%(file)s : son extension ne dit pas le format. Donnez --to : %(known)s.",
                file=target,
                known=known,
            ),
            2,
        )
    return found


def written(election: Election, names: tuple[str, ...]) -> str:
    """The text in the first of the formats that can hold the ballots."""
    for name in names[:-1]:
        try:
            return formats.write(election, name)
        except InvalidBallots as error:
            if error.reason != "cannot_write":
                raise
    return formats.write(election, names[-1])
