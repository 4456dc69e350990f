"""count: from an archive and enough trustees' shares to the minutes that they sign, offline."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click
import msgspec

from api.cli.sealed.files import bad_files_refused, must_be_new, new_file, refuse
from api.cli.support import AS_PATH, language, plain, progress, show_json, stop, tell
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.findings.file_texts import bad_file
from deliberation.elections.results import minutes_texts as words
from deliberation.elections.sealed_protocol.archive import (
    BallotArchive,
    NotABallotArchive,
    open_archive,
)
from deliberation.elections.sealed_protocol.board import body_of, entry_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.elections.sealed_protocol.shares import read_shares, trustees_of
from deliberation.elections.verification.minutes import (
    MinutesDocument,
    SealedCount,
    count_archive,
    read_minutes,
)
from deliberation.i18n.catalogue import in_language
from deliberation.operations.process_limits import keep_memory_private

SHOWN = 20  # unreadable ballots printed one by one
# What is wrong with one file of shares among several.
OF_SHARES = frozenset({"shares", "shares-line", "shares-length", "other-bundle"})


@click.command("count")
@click.argument("archive", type=AS_PATH)
@click.argument("shares", nargs=-1, required=True, type=AS_PATH)
@click.option("--out", required=True, metavar="FOLDER", type=AS_PATH, help="Where to write.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def count(archive: Path, shares: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Count a sealed vote, offline, from ARCHIVE and the SHARES files of enough trustees.

    Writes in FOLDER: minutes.json, for the trustees to sign; minutes.pdf, the same for reading;
    recount.json, for anybody to count again (not under ten ballots). Any sufficient set of trustees
    gives the same minutes, byte for byte. Ballots that cannot be decrypted are listed, not dropped.

    To count a plain file of ballots use `beffroi tally`; to check a published result, `beffroi
    recount`.

    Exit code 1 when something does not add up or cannot be decrypted; the minutes, which say so,
    are still written.
    """
    _ = in_language(language())
    keep_memory_private()
    names = ("minutes.json", "minutes.pdf", "recount.json")
    for name in names:
        must_be_new(out / name)
    with bad_files_refused(archive), open_archive(archive) as opened:
        counted = _counted(opened, shares)
        signing = _trustees_of(opened)
    minutes = read_minutes(counted.minutes)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(out, f"{error.strerror}.", 1)
    said = words.minutes_text(
        language(), msgspec.to_builtins(minutes), digest(counted.minutes), signing
    )
    contents = (counted.minutes, words.as_pdf(said, minutes.closed_at), counted.recount)
    for name, data in zip(names, contents, strict=True):
        if data is not None:
            with new_file(out / name) as file:
                file.write(data)
    if as_json:
        show_json({"minutes": digest(counted.minutes), **msgspec.to_builtins(minutes)})
    else:
        show_minutes(minutes)
        click.echo(
            _("Empreinte du procès-verbal (SHA-256) : %(digest)s", digest=digest(counted.minutes))
        )
    tell(_("Écrit dans %(folder)s.", folder=plain(str(out))))
    sys.exit(1 if minutes.faults or minutes.unreadable else 0)


def show_minutes(minutes: MinutesDocument) -> None:
    """Print minutes: question, counts, faults, result."""
    _ = in_language(language())
    said = words.minutes_text(language(), msgspec.to_builtins(minutes), "")
    lines = [said.title, said.question, ""]
    lines += [f"{name} : {value}" for name, value in said.facts.rows]
    lines += ["", said.words["counts"]]
    lines += [f"  {value:>9}  {name}" for name, value in said.counts.rows]
    if said.unreadable:
        lines += ["", said.words["unreadable"]]
        lines += [f"  {mark} : {why}" for mark, why in said.unreadable.rows[:SHOWN]]
        if len(said.unreadable.rows) > SHOWN:
            lines.append("  …")
    lines += ["", said.words["faults"]]
    lines += [f"  {line}" for line in said.faults or [said.words["no_faults"]]]
    lines += ["", said.words["result"], *([said.headline] if said.headline else [])]
    for place, name, *beside in said.ranking.rows:
        lines.append(f"  {place:>4}. {' – '.join([name, *beside])}")
    for line in [*lines, *said.notes, ""]:
        click.echo(plain(line))


def _counted(archive: BallotArchive, paths: tuple[Path, ...]) -> SealedCount:
    """The count; an error in a file of shares names the file."""
    _ = in_language(language())
    with ExitStack() as stack:
        files: list[IO[bytes]] = []
        for path in paths:
            try:
                files.append(stack.enter_context(path.open("rb")))
            except FileNotFoundError:
                refuse(path, _("ce fichier n’existe pas."), 4)
            except OSError as error:
                refuse(path, f"{error.strerror}.", 1)
        _refuse_twice(paths, files)
        try:
            with progress(_("Dépouillement")) as move:
                return count_archive(archive, files, move)
        except NotABallotArchive as error:
            if error.args[0] in OF_SHARES:
                _blame(archive, paths, files)
            if error.args[0] == "too-few-shares":
                stop(
                    verification_texts.as_sentence(bad_file(language(), *error.args)),
                    3,
                )
            raise


def _refuse_twice(paths: tuple[Path, ...], files: list[IO[bytes]]) -> None:
    """End the command when two files hold the same trustee's shares, or one is no such file."""
    seen: set[int] = set()
    for path, file in zip(paths, files, strict=True):
        with bad_files_refused(path):
            head, _ = read_shares(file)
            file.seek(0)
            if head.trustee in seen:
                raise NotABallotArchive("shares-twice")
            seen.add(head.trustee)


def _blame(archive: BallotArchive, paths: tuple[Path, ...], files: list[IO[bytes]]) -> None:
    """End the command at the first shares file that is damaged or of another archive."""
    for path, file in zip(paths, files, strict=True):
        file.seek(0)
        with bad_files_refused(path):
            head, shares = read_shares(file)
            if (head.poll, head.archive) != (archive.manifest.poll, archive.manifest.digest):
                raise NotABallotArchive("other-bundle")
            found = sum(1 for _ in shares)
            if found < archive.manifest.ballots:
                raise NotABallotArchive("shares-length", found + 1)
            if found > archive.manifest.ballots:
                raise NotABallotArchive("other-bundle")


def _trustees_of(archive: BallotArchive) -> words.MinutesTrustees:
    opening = entry_of(archive.board, "open")
    assert opening is not None
    trustees = [(one.name, one.fingerprint) for one in trustees_of(archive)]
    return words.MinutesTrustees(trustees, body_of(opening, OpenBody).threshold)
