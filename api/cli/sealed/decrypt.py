"""decrypt: a trustee's shares of every sealed ballot, offline."""

from pathlib import Path

import click

from api.cli.sealed.files import (
    bad_files_refused,
    key_option,
    must_be_new,
    new_file,
    opened_key,
    passphrase_option,
)
from api.cli.support import AS_PATH, language, plain, progress, tell
from deliberation.elections.sealed_protocol.archive import open_archive
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.i18n.catalogue import in_language
from deliberation.i18n.formats import translate_count
from deliberation.operations.process_limits import keep_memory_private


@click.command()
@click.argument("archive", type=AS_PATH)
@key_option
@click.option("--out", required=True, metavar="SHARES", type=AS_PATH, help="Where to write them.")
@passphrase_option
def decrypt(archive: Path, key_file: Path, out: Path, passphrase_file: Path | None) -> None:
    """Decrypt, offline, this trustee's share of every ballot in ARCHIVE.

    The shares of enough trustees together count the vote (`beffroi sealed count`); fewer reveal
    nothing. Prints the archive's SHA-256 digest.
    """
    keep_memory_private()
    lang = language()
    _ = in_language(lang)
    must_be_new(out)
    with bad_files_refused(archive), open_archive(archive) as opened:
        key = opened_key(key_file, passphrase_file)
        with (
            bad_files_refused(archive),
            new_file(out, 0o600) as file,
            progress(_("Ouverture")) as move,
        ):
            unread = write_shares(file, opened, key, move)
        ballots = opened.manifest.ballots
    tell(
        translate_count(
            lang,
            "%(num)s bulletin scellé : parts écrites dans %(file)s.",
            "%(num)s bulletins scellés : parts écrites dans %(file)s.",
            ballots,
            file=plain(str(out)),
        )
    )
    if unread:
        tell(
            translate_count(
                lang,
                "%(num)s bulletin n’a pas pu être lu avec cette clé : le comptage le dira.",
                "%(num)s bulletins n’ont pas pu être lus avec cette clé : le comptage les dira.",
                unread,
            )
        )
    click.echo(opened.manifest.digest)
