"""verify: check a sealed vote from what is published, and report each claim in a sentence."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from api.cli.sealed.files import content, refuse
from api.cli.sealed.mirror import kept_board
from api.cli.sealed.published import Files, add_file, from_address, is_address, place_signatures
from api.cli.support import AS_PATH, language, plain, show_json, stop, tell
from deliberation.elections.counting.question import Question
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.sealed_protocol.board import (
    Entry,
    Fault,
    SignedEntry,
    body_of,
    entry_of,
)
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, read_receipt
from deliberation.elections.verification.claims import Finding, Published, findings
from deliberation.elections.verification.minutes import question_in
from deliberation.i18n.catalogue import in_language
from deliberation.i18n.formats import translate_count

SHOWN = 20  # faults of a claim printed one by one


@click.command("verify")
@click.argument("sources", nargs=-1, required=True, metavar="URL|FILE...")
@click.option(
    "--receipt",
    "receipt_files",
    multiple=True,
    metavar="FILE",
    type=AS_PATH,
    help="A voter's receipt file.",
)
@click.option(
    "--mirror", metavar="FOLDER", type=AS_PATH, help="Copies kept by `beffroi sealed mirror`."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(
    sources: tuple[str, ...], receipt_files: tuple[Path, ...], mirror: Path | None, as_json: bool
) -> None:
    """Check a sealed vote: say what holds and what does not.

    URL is the address of the vote's page. FILE, or a folder of files, is what that page offers: the
    board, the minutes, the signatures, the recount file; then nothing is asked of any network.

    Exit codes: 0 all that could be checked holds, 1 something does not, 2 wrong usage, 3 a file
    that cannot be read, 4 a file or an address that cannot be found.
    """
    found = _gathered(sources)
    receipts = [*found.receipts, *map(_receipt, receipt_files)]
    kept = kept_board(mirror, found.board or []) if mirror else []
    results = list(_all_findings(found, kept, receipts))
    holds = all(one.holds for one in results)
    if as_json:
        show_json({"holds": holds, "findings": [_document(one) for one in results]})
    else:
        for one in results:
            _show(one)
        _show_rest(found, results)
    sys.exit(0 if holds else 1)


def _gathered(sources: Sequence[str]) -> Files:
    """The files of an address, or those given; 2 for both at once."""
    _ = in_language(language())
    if any(is_address(one) for one in sources):
        if len(sources) > 1:
            stop(_("Donnez une adresse seule, ou des fichiers."), 2)
        return from_address(sources[0])
    found = Files()
    for one in sources:
        add_file(found, Path(one))
    if found.board is None:
        stop(_("Il manque le tableau public : sans lui, rien ne peut être vérifié."), 3)
    place_signatures(found)
    return found


def _all_findings(
    found: Files, mirror: Sequence[SignedEntry], receipts: Sequence[SealedReceipt]
) -> Iterator[Finding]:
    """Every claim about the files, and about what the site shows."""
    if found.damaged:
        yield Finding("board", False, {}, found.damaged)
        return
    board = found.board or []
    published = Published(
        board=board,
        minutes=found.minutes,
        signatures=found.signatures,
        recount=found.recount,
    )
    try:
        yield from findings(published, mirror=mirror, receipts=receipts)
        opening = entry_of(board, "open")
        if found.shown is not None and opening is not None:
            yield _announced(opening, found.shown)
            if found.minutes is None and entry_of(board, "result") is not None:
                yield Finding("same-vote", False, {}, [Fault("minutes-missing")])
    except (KeyError, TypeError, ValueError, AttributeError):  # a DecodeError is a ValueError
        yield Finding("readable", False)


def _announced(opening: Entry, shown: dict[str, Any]) -> Finding:
    """Whether the site shows now what the board announced."""
    now = {**shown, "choices": [one["title"] for one in shown["options"]]}
    now["grades"] = [one["name"] for one in now["grades"]]
    now["costs"] = [one["cost"] for one in shown["options"] if one.get("cost") is not None]
    question, absent = question_in(opening), object()
    names = [name for name in Question.__struct_fields__ if name in now or name in opening.body]
    faults = [
        Fault("announced-differs", {"what": name})
        for name in names
        if getattr(question, name) != now.get(name, absent)
    ]
    return Finding("announced", not faults, {}, faults)


def _show(one: Finding) -> None:
    _ = in_language(language())
    lang, mark = language(), _("tient") if one.holds else _("NE TIENT PAS")
    click.echo(
        plain(f"[{mark}] {verification_texts.claim(lang, one.claim, one.holds, one.values)}")
    )
    for fault in one.faults[:SHOWN]:
        sentence = verification_texts.as_sentence(
            verification_texts.fault(lang, fault.code, fault.values)
        )
        click.echo(plain(f"    {sentence}"))
    if len(one.faults) > SHOWN:
        left = len(one.faults) - SHOWN
        click.echo("    " + translate_count(lang, "et %(num)s autre.", "et %(num)s autres.", left))


def _show_rest(found: Files, results: Sequence[Finding]) -> None:
    """Print checks that were not possible yet, what to compare with others, and the verdict."""
    lang = language()
    _ = in_language(lang)
    board = found.board or []
    if not found.damaged and board:
        if entry_of(board, "close") is None:
            tell(_("Le vote n’est pas clos : la clôture et le dépouillement se vérifient ensuite."))
        elif found.minutes is None:
            tell(_("Aucun procès-verbal n’est donné : le dépouillement n’est pas vérifié."))
        _show_head(board)
    wrong = sum(not one.holds for one in results)
    click.echo()
    click.echo(
        translate_count(
            lang, "%(num)s point ne tient pas.", "%(num)s points ne tiennent pas.", wrong
        )
        if wrong
        else _("Tout ce qui a pu être vérifié tient.")
    )


def _show_head(board: Sequence[SignedEntry]) -> None:
    """Print the head of the board and the trustees' fingerprints, for people to compare."""
    _ = in_language(language())
    last = board[-1].entry
    tell(_("Tête du tableau, à comparer avec d’autres copies :"))
    tell(f"  {last.number} {last.digest}")
    tell(_("Empreintes des dépositaires, à comparer avec les leurs :"))
    try:
        trustees = body_of(board[0].entry, OpenBody).trustees
    except msgspec.ValidationError:
        return
    for one in trustees:
        tell(plain(f"  {one.fingerprint}  {one.name}"))


def _receipt(path: Path) -> SealedReceipt:
    try:
        return read_receipt(content(path))
    except msgspec.DecodeError:
        _ = in_language(language())
        refuse(path, _("ce fichier n’est pas un reçu."))


def _document(one: Finding) -> dict[str, Any]:
    lang = language()
    return {
        **msgspec.to_builtins(one),
        "sentence": verification_texts.claim(lang, one.claim, one.holds, one.values),
        "sentences": [
            verification_texts.as_sentence(verification_texts.fault(lang, fault.code, fault.values))
            for fault in one.faults
        ],
    }
