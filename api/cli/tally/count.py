"""tally, recount: count files of ballots, without a database.

Imports what counting needs and nothing more: a small file is counted in a blink.
"""

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from api.cli.support import language, show_json, stop, tell
from api.cli.tally.compare import compared_document, show_compared
from api.cli.tally.options import CountOptions, check_options, costs_of, count_options, with_known
from deliberation.explanations import texts as explanation_texts
from deliberation.explanations.invalid_files import invalid, passed_over
from deliberation.i18n import formats as formats_of_words
from deliberation.i18n.catalogue import in_language
from voting import formats
from voting.ballots import Ballots, kind_of
from voting.evidence import GradesEvidence, SchulzeEvidence, SmithEvidence
from voting.explain import headline
from voting.formats import Election
from voting.invalid import InvalidBallots
from voting.methods import METHODS
from voting.outcome import Outcome
from voting.records.documents import as_document
from voting.records.recount import recount
from voting.tally import (
    Comparison,
    Needed,
    Summary,
    allows,
    compare,
    method_named,
    needed_by,
    tally,
)
from voting.ties import places_of_tiers

# The kind of a file's ballots -> the method when none is asked for.
DEFAULTS = {
    "rankings": "schulze",
    "grades": "majority_judgment",
    "approvals": "approval",
    "scores": "score",
    "points": "cumulative",
}


# What is wrong with the request rather than with the file: exit code 2.
USAGE = {
    "unknown_method",
    "unknown_method_option",
    "bad_option_value",
    "wrong_ballot_kind",
    "cannot_write",
    "tie_order_incomplete",
    "tie_order_repeats",
}


@click.command("tally")
@click.argument("file")
@click.option("--method", default="", help="A method of `beffroi methods`.")
@click.option("--option", "pairs", multiple=True, metavar="KEY=VALUE", help="A method's option.")
@click.option("--from", "format_", default=None, metavar="FORMAT", help="The file's format.")
@click.option("--question", default="", metavar="N", help="Which question of a Belenios result.")
@click.option(
    "--tolerant", is_flag=True, help="Skip minor format errors and report each as a warning."
)
@click.option(
    "--workers",
    default=1,
    metavar="N",
    type=click.IntRange(1, 256),
    help="Number of processes that parse a large BLT or CSV file.",
)
@click.option(
    "--compare",
    "others",
    multiple=True,
    metavar="METHOD",
    help="A second method, shown for comparison.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def tally_file(
    file: str,
    method: str,
    pairs: tuple[str, ...],
    format_: str | None,
    question: str,
    tolerant: bool,
    workers: int,
    others: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count a file of ballots ("-" reads standard input) and explain the outcome.

    Options are those of the method, and everywhere tie_order=A,B,C (the order published before the
    count) or tie_seed=TEXT; otherwise a tie is left, and told. seats=N, judges=N, budget=N and
    costs=NAME:N,... stand for what the file says; overvote, skipped and duplicate say how cast vote
    records are read. --from rank_csv reads a table of ranks, where 1 is best. --compare says what
    another method would change, and where.

    --workers N has N processes read a large file that holds one ballot per line (BLT, CSV); the
    outcome is the same to the byte. Each holds its part of the text and its distinct ballots.
    """
    try:
        given = count_options(_options(pairs) | ({"question": question} if question else {}))
        if method:
            check_options(given, method_named(method))
        content, strict = content_of(file), not tolerant
        parts = None
        if workers > 1 and given.judges is None and not others:
            from api.cli.tally.parallel_read import Request, counted_in_parts

            how = Request(file, format_, given.reading, method, given.options, DEFAULTS)
            parts = counted_in_parts(content, how, workers)
        if parts is None:
            election = formats.read(content, file, format_, strict=strict, rules=given.reading)
        else:
            election = parts.election
        for note in election.source.notes:
            tell(passed_over(language(), note, file))
        if election.source.format == "cvr":
            _tell_reading(election)
        if not method:
            method = DEFAULTS[kind_of(election.ballots)]
            check_options(given, method_named(method))
        if given.judges is not None:
            election = formats.with_judges(election, given.judges)
        ballots = parts.summary if parts else election.ballots
        _tell_ignored(election, method)
        outcome = _counted(election, ballots, method, given)
        compared = _compared(election, outcome, others, given) if others else None
    except InvalidBallots as error:
        refuse(with_known(error, method), file, forced=format_ is not None)
    if as_json:
        beside: dict[str, Any] = {"compared": compared_document(compared)} if compared else {}
        if election.source.withdrawn:
            beside["withdrawn"] = list(election.source.withdrawn)
        show_json(as_document(outcome) | beside)
        return
    if election.seats > 1 and method_named(method).needs != "seats":
        _ = in_language(language())
        tell(
            _(
                "Ce fichier annonce %(seats)s sièges ; le comptage en pourvoit un.",
                seats=election.seats,
            )
        )
    _show(outcome, election, election.title or Path(file).name)
    if compared:
        show_compared(compared)


@click.command("recount")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def recount_file(file: str, as_json: bool) -> None:
    """Count a published result again and compare; exit code 1 when anything differs."""
    _ = in_language(language())
    try:
        found = recount(content_of(file))
    except InvalidBallots as error:
        refuse(error, file)
    if as_json:
        show_json({"same": found.same, "differences": found.differences})
    elif found.same:
        click.echo(_("Le recomptage donne exactement le résultat publié."))
        click.echo(explanation_texts.explain_sentence(language(), headline(found.outcome)))
        if found.summed:
            click.echo(
                _(
                    "Ce fichier ne contient aucun bulletin, mais les sommes que lit la méthode : "
                    "elles suffisent à recompter."
                )
            )
            click.echo(_("Empreinte des sommes : %(digest)s", digest=found.outcome.digest))
        else:
            click.echo(_("Empreinte des bulletins : %(digest)s", digest=found.outcome.digest))
    else:
        click.echo(_("Le recomptage ne donne pas le résultat publié :"))
        for part in found.differences:
            values = {"path": part.path, "one": part.published, "other": part.recounted}
            click.echo("  " + _("%(path)s : publié %(one)s, recompté %(other)s", **values))
    sys.exit(0 if found.same else 1)


def _tell_reading(election: Election) -> None:
    """Print the overvotes, skipped ranks and duplicates of cast vote records."""
    _ = in_language(language())
    met = election.source.metadata
    tell(
        _(
            "Relevé de bulletins : %(overvotes)s rangs à plusieurs marques, %(skipped)s rangs "
            "sautés, %(duplicates)s répétitions.",
            overvotes=met["overvotes"],
            skipped=met["skipped ranks"],
            duplicates=met["duplicates"],
        )
    )


def _counted(
    election: Election, ballots: Ballots | Summary, method: str, given: CountOptions
) -> Outcome:
    """The outcome; settings come from the options, else from the file."""
    options = _said_options(election, method) | given.options
    needed = needed_by(method, **_needed(election, given))
    return tally(ballots, method, options, ties=given.ties, **needed)


def _compared(
    election: Election, outcome: Outcome, others: tuple[str, ...], given: CountOptions
) -> Comparison:
    """The outcome, and those of the other methods with their default options."""
    methods = [outcome.method, *(name for name in others if name != outcome.method)]
    options = {name: _said_options(election, name) for name in methods}
    options[outcome.method] |= given.options
    needed = _needed(election, given)
    return compare(election.ballots, methods, options=options, ties=given.ties, **needed)


def _said_options(election: Election, method: str) -> dict[str, str]:
    """The options of the method that the file itself sets."""
    options = method_named(method).options
    return {
        name: value
        for name, value in election.settings.items()
        if allows(options.get(name, ()), value)
    }


def _needed(election: Election, given: CountOptions) -> Needed:
    """Seats, budget and costs: those of the file, unless an option says otherwise."""
    return Needed(
        seats=given.needed.get("seats", election.seats),
        budget=given.needed.get("budget", election.budget),
        costs=costs_of(given, election),
    )


def _tell_ignored(election: Election, method: str) -> None:
    """Print the counting rules that the file asks for and this method cannot follow."""
    _ = in_language(language())
    for name, value in election.settings.items():
        allowed = method_named(method).options.get(name)
        if allowed is not None and not allows(allowed, value):
            tell(
                _(
                    "Le fichier demande %(name)s=%(value)s, que cette méthode ne connaît pas.",
                    name=name,
                    value=value,
                )
            )


def _options(pairs: tuple[str, ...]) -> dict[str, str]:
    """The names and values of `--option KEY=VALUE`; a name given twice ends the command."""
    options: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign:
            _ = in_language(language())
            stop(_("Écrivez un réglage sous la forme nom=valeur, et non %(pair)s.", pair=pair), 2)
        if key.strip() in options:
            _ = in_language(language())
            stop(
                _(
                    "Le réglage %(name)s est donné deux fois.",
                    name=explanation_texts.quoted(language(), key.strip()),
                ),
                2,
            )
        options[key.strip()] = value.strip()
    return options


def content_of(file: str) -> bytes:
    """A file's bytes, or those of standard input."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        _ = in_language(language())
        stop(_("%(file)s : ce fichier n’existe pas.", file=file), 4)
    except OSError as error:
        stop(f"{file}: {error.strerror}")


def refuse(error: InvalidBallots, file: str, *, forced: bool = False) -> NoReturn:
    """Print the error with its place; exit with 2 when the request is wrong, 3 when the file is."""
    usage = error.reason in USAGE or (forced and error.reason == "unknown_format")
    stop(invalid(language(), error, "" if usage else file), 2 if usage else 3)


def _show(outcome: Outcome, election: Election, title: str) -> None:
    """The outcome in words: who, the ranking, why, and the count step by step."""
    lang = language()
    _ = in_language(lang)
    titles = election.titles
    headline, reasons, steps = explanation_texts.explain_outcome(lang, outcome, titles)
    click.echo(f"{title}\n\n{headline}\n")
    if withdrawn := election.source.withdrawn:
        names = formats_of_words.joined(
            lang, [explanation_texts.quoted(lang, name) for name in withdrawn]
        )
        click.echo(_("Retirées avant le comptage : %(names)s.", names=names) + "\n")
    for place, tier in places_of_tiers(outcome.ranking):
        for name in tier:
            sign = "=" if len(tier) > 1 else " "
            named = explanation_texts.titled(name, titles)
            click.echo(f" {sign}{place:>3}. {named}{_beside(lang, outcome, name)}")
    click.echo()
    for reason in reasons:
        click.echo(reason)
    click.echo("\n" + _("Comptage, pas à pas"))
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number:>4}. {step}")
    settings = ", ".join(f"{name}={value}" for name, value in outcome.options.items())
    click.echo(
        "\n"
        + _("Méthode : %(method)s", method=outcome.method)
        + (f" ({settings})" if settings else "")
    )
    click.echo(_("Empreinte des bulletins (SHA-256) : %(digest)s", digest=outcome.digest))


def _beside(lang: str, outcome: Outcome, name: str) -> str:
    """Majority grade or score after an option's name; empty where the method has none."""
    if METHODS[outcome.method].family == "grades":
        grade = outcome.evidence_as(GradesEvidence).gauges[name].grade
        return f" – {grade}" if grade else ""
    if isinstance(outcome.evidence, SchulzeEvidence | SmithEvidence):
        return ""
    return f" – {explanation_texts.short_number(lang, outcome.scores[name])}"
