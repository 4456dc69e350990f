"""mirror: a witness keeps copies of a public bulletin board while the vote goes on."""

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from api.cli.sealed.files import content, refuse
from api.cli.sealed.published import Files, api_of, fetched, is_address, read_lines
from api.cli.support import AS_PATH, language, plain, stop, tell
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.sealed_protocol.board import Fault, SignedEntry, faults_of, grown_from
from deliberation.i18n.catalogue import in_language

# `board-<when>-<entries>-<beginning of the head's digest>.jsonl`; a copy that contradicts those
# before it ends with `.rewritten.jsonl` and is never taken for the board.
COPY = re.compile(r"board-\d{8}T\d{6}Z-(\d+)-[0-9a-f]{16}\.jsonl")
SHOWN = 20


class Head(msgspec.Struct, frozen=True):
    """The signed head of a board, as a site gives it."""

    number: int
    digest: str
    signature: str


@click.command()
@click.argument("url")
@click.option("--folder", required=True, type=AS_PATH, help="Folder of the copies.")
@click.option(
    "--every",
    metavar="SECONDS",
    type=click.IntRange(1, 86_400),
    help="Repeat at this interval until Ctrl-C.",
)
def mirror(url: str, folder: Path, every: int | None) -> None:
    """Keep copies of the public bulletin board of the vote at URL; check that it only grew.

    Every distinct copy stays in the folder, with its date; signed heads are added to heads.jsonl.
    Exit code 1 when the board was rewritten, shortened or damaged: the copy that proves it is kept.
    """
    _ = in_language(language())
    if not is_address(url):
        stop(_("%(address)s n’est pas une adresse.", address=plain(url)), 2)
    where = api_of(url)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, f"{error.strerror}.", 1)
    try:
        _go_on(where, folder, every)
    except KeyboardInterrupt:
        sys.exit(130)


def kept_board(folder: Path, later: Sequence[SignedEntry] = ()) -> list[SignedEntry]:
    """The copy of a folder that a board contradicts, or the longest; empty without any."""
    longest: list[SignedEntry] = []
    for path in copies(folder):
        lines = _lines(path)
        if later and grown_from(lines, later):
            return lines
        longest = lines
    return longest


def copies(folder: Path) -> list[Path]:
    """The copies of a folder, the shortest first; 4 when there is no such folder."""
    if not folder.is_dir():
        _ = in_language(language())
        refuse(folder, _("ce dossier n’existe pas."), 4)
    found = [(match, one) for one in folder.iterdir() if (match := COPY.fullmatch(one.name))]
    return [one for match, one in sorted(found, key=lambda pair: (int(pair[0][1]), pair[1].name))]


def _go_on(where: str, folder: Path, every: int | None) -> None:
    while True:
        try:
            _copy(where, folder)
        except SystemExit as ending:
            if every is None or ending.code != 4:
                raise  # retry when the site does not answer; report anything else at once
        if every is None:
            return
        time.sleep(every)


def _copy(where: str, folder: Path) -> None:
    """Fetch the head and the board once, keep them if they are new; 1 when something is wrong."""
    _ = in_language(language())
    head = _head(fetched(f"{where}/board/head"))
    data = fetched(f"{where}/board") or b""
    found = Files()
    read_lines(found, data)
    lines = found.board or []
    before = copies(folder)
    last = _lines(before[-1]) if before else []
    wrong = found.damaged or [*grown_from(last, lines), *_head_faults(head, lines)]
    if not wrong and len(lines) != len(last):  # of the same length, it was checked when it came
        wrong = faults_of(lines)
    if wrong:
        kept = _keep(folder, lines, data, ".rewritten.jsonl")
        for fault in wrong[:SHOWN]:
            tell(
                plain(
                    verification_texts.as_sentence(
                        verification_texts.fault(language(), fault.code, fault.values)
                    )
                )
            )
        stop(
            _(
                "Ce tableau n’est pas la suite de la copie gardée, ou n’est pas intact. Gardez "
                "%(file)s et les copies d’avant : elles le prouvent.",
                file=plain(str(kept)),
            )
        )
    if last and len(last) == len(lines):
        tell(_("Rien de nouveau : %(entries)s écritures.", entries=len(lines)))
        return
    with (folder / "heads.jsonl").open("ab") as heads:
        heads.write(msgspec.json.encode(head) + b"\n")
    kept = _keep(folder, lines, data, ".jsonl")
    tell(
        _(
            "%(entries)s écritures, dont %(new)s nouvelles : %(file)s",
            entries=len(lines),
            new=len(lines) - len(last),
            file=plain(str(kept)),
        )
    )
    click.echo(f"{lines[-1].entry.number} {lines[-1].entry.digest}")


def _head_faults(head: Head | None, lines: Sequence[SignedEntry]) -> list[Fault]:
    """The head was asked for first: the board must hold it."""
    if head is None or not 1 <= head.number <= len(lines):
        return [Fault("board-head-differs", {"number": head.number if head else 0})]
    line = lines[head.number - 1]
    if (line.entry.digest, line.signature) != (head.digest, head.signature):
        return [Fault("board-head-differs", {"number": head.number})]
    return []


def _keep(folder: Path, lines: Sequence[SignedEntry], data: bytes, ending: str) -> Path:
    """Write a copy, unless the same one is there; its name contains time, length and head."""
    digest = lines[-1].entry.digest[:16] if lines else "0" * 16
    known = next(folder.glob(f"board-*-{len(lines)}-{digest}{ending}"), None)
    if known is not None:
        return known
    when = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path = folder / f"board-{when}-{len(lines)}-{digest}{ending}"
    fresh = path.with_suffix(".part")
    fresh.write_bytes(data)
    fresh.rename(path)
    return path


def _head(data: bytes | None) -> Head | None:
    try:
        return msgspec.json.decode(data or b"", type=Head)
    except (msgspec.DecodeError, RecursionError):
        return None


def _lines(path: Path) -> list[SignedEntry]:
    found = Files()
    read_lines(found, content(path))
    if found.damaged:
        refuse(path, verification_texts.fault(language(), "board-damaged", found.damaged[0].values))
    return found.board or []
