"""Read and write the files of a sealed vote; errors are precise sentences.

A file that exists is never written over. Read or written whole, or not at all.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, cast

import click
import msgspec

from api.cli.support import AS_PATH, language, plain, stop
from deliberation.elections.findings.file_texts import bad_file
from deliberation.elections.sealed_protocol.archive import NotABallotArchive
from deliberation.elections.sealed_protocol.keys import (
    KeyFile,
    TrusteeKey,
    TrusteePublic,
    WrongPassphrase,
    unlock,
)
from deliberation.elections.sealed_protocol.shares import NotATrustee
from deliberation.i18n.catalogue import in_language

key_option = click.option(
    "--key", "key_file", required=True, metavar="KEYFILE", type=AS_PATH, help="The trustee's key."
)


# A key, a signature, minutes, a recount file: none is larger.
MAX_FILE_BYTES = 200_000_000


# How a command asks for the passphrase of a key.
passphrase_option = click.option(
    "--passphrase-file",
    metavar="FILE",
    type=AS_PATH,
    help="Read the passphrase from a file's first line instead of asking for it.",
)


def content(path: Path) -> bytes:
    """A file's bytes; 4 when it does not exist."""
    _ = in_language(language())
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            refuse(path, _("ce fichier est trop gros."))
        return path.read_bytes()
    except FileNotFoundError:
        refuse(path, _("ce fichier n’existe pas."), 4)
    except OSError as error:
        refuse(path, f"{error.strerror}.", 1)


def decoded(path: Path, type_: Any, what: str) -> Any:
    """A JSON file as one of our structs; `what` says what it is not."""
    try:
        return msgspec.json.decode(content(path), type=type_)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        refuse(path, what)


@contextmanager
def new_file(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file to write, which takes its name once it is whole; 5 when there is one already."""
    must_be_new(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        refuse(path, f"{error.strerror}.", 4 if isinstance(error, FileNotFoundError) else 1)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.link(name, path)  # unlike a rename, this never takes another file's place
    except FileExistsError:
        must_be_new(path)
    finally:
        Path(name).unlink(missing_ok=True)


def must_be_new(path: Path) -> None:
    """End the command, 5, when a file has this name."""
    if path.exists():
        _ = in_language(language())
        refuse(path, _("ce fichier existe déjà : il n’est pas remplacé."), 5)


@contextmanager
def bad_files_refused(path: Path) -> Iterator[None]:
    """Turn what is wrong with an archive, shares or a key into a sentence about its file."""
    _ = in_language(language())
    try:
        yield
    except NotABallotArchive as error:
        refuse(path, bad_file(language(), *error.args))
    except NotATrustee:
        refuse(path, _("cette clé n’est pas celle d’une ou un dépositaire de ce vote."), 6)
    except (KeyError, TypeError, ValueError, AttributeError):  # a DecodeError is a ValueError
        refuse(path, bad_file(language()))


def opened_key(path: Path, passphrase_file: Path | None) -> TrusteeKey:
    """A trustee's key, its passphrase asked; 6 when it is wrong."""
    _ = in_language(language())
    file = decoded(path, KeyFile, _("ce fichier n’est pas la clé d’une ou un dépositaire."))
    try:
        return unlock(file, passphrase(passphrase_file))
    except WrongPassphrase:
        refuse(path, _("la phrase secrète n’ouvre pas cette clé, ou le fichier est endommagé."), 6)


def passphrase(path: Path | None, *, twice: bool = False) -> str:
    """The passphrase of a file's first line, or asked without showing it."""
    _ = in_language(language())
    if path is not None:
        lines = content(path).decode(errors="replace").splitlines()
        return lines[0] if lines else ""
    again = _("La même, une deuxième fois") if twice else False
    return str(
        click.prompt(_("Phrase secrète"), hide_input=True, confirmation_prompt=again, err=True)
    )


def public_of(path: Path) -> TrusteePublic:
    """The public half of a public file or of a key file."""
    _ = in_language(language())
    try:
        return msgspec.json.decode(content(path), type=KeyFile).public
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        what = _("ce fichier n’est pas une clé de dépositaire.")
        return cast(TrusteePublic, decoded(path, TrusteePublic, what))


def refuse(path: Path, sentence: str, code: int = 3) -> NoReturn:
    """End the command with what is wrong with a file."""
    _ = in_language(language())
    stop(_("%(file)s : %(reason)s", file=plain(str(path)), reason=plain(sentence)), code)
