"""sign: a trustee's signature of the minutes, offline."""

from pathlib import Path

import click
import msgspec

from api.cli.sealed.files import (
    bad_files_refused,
    content,
    key_option,
    must_be_new,
    new_file,
    opened_key,
    passphrase_option,
)
from api.cli.support import AS_PATH, language, plain, stop, tell
from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.i18n.catalogue import in_language
from deliberation.operations.process_limits import keep_memory_private


@click.command()
@click.argument("minutes", type=AS_PATH)
@key_option
@click.option("--out", required=True, metavar="SIGNATURE", type=AS_PATH, help="Where to write it.")
@click.option("--yes", is_flag=True, help="Sign without asking again.")
@passphrase_option
def sign(minutes: Path, key_file: Path, out: Path, yes: bool, passphrase_file: Path | None) -> None:
    """Show the MINUTES (minutes.json) of a count, then sign them, offline.

    Minutes (procès-verbal): what the trustees counted, and what does not add up.
    """
    keep_memory_private()
    from api.cli.sealed.count import show_minutes
    from deliberation.elections.sealed_protocol.signatures import sign_minutes
    from deliberation.elections.verification.minutes import MinutesDocument, read_minutes

    _ = in_language(language())
    must_be_new(out)
    data = content(minutes)
    with bad_files_refused(minutes):
        said: MinutesDocument = read_minutes(data)
        show_minutes(said)
    tell(_("Empreinte du procès-verbal (SHA-256) : %(digest)s", digest=digest(data)))
    if not yes and not click.confirm(_("Signer ce procès-verbal ?"), err=True):
        stop(_("Rien n’est signé."), 1)
    signature = sign_minutes(opened_key(key_file, passphrase_file), data)
    with new_file(out) as file:
        file.write(msgspec.json.encode(signature) + b"\n")
    tell(_("Signature écrite dans %(file)s.", file=plain(str(out))))
