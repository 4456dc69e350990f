"""keygen, fingerprint: a trustee's key pair, made offline."""

from pathlib import Path

import click

from api.cli.sealed.files import (
    must_be_new,
    new_file,
    passphrase,
    passphrase_option,
    public_of,
)
from api.cli.support import AS_PATH, language, plain, show_json, stop, tell
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.keys import SHORTEST_PASSPHRASE, new_key
from deliberation.i18n.catalogue import in_language
from deliberation.operations.process_limits import keep_memory_private

MAX_NAME_LENGTH = 120


@click.command()
@click.option("--name", required=True, help="Name of the trustee, as it will be published.")
@click.option("--out", required=True, metavar="KEYFILE", type=AS_PATH, help="Where to write it.")
@passphrase_option
def keygen(name: str, out: Path, passphrase_file: Path | None) -> None:
    """Make a trustee's key pair, offline.

    Writes KEYFILE, encrypted with a passphrase: keep it secret. Writes the public key beside it,
    with the ending .public.json: give it to the organisers. Prints the fingerprint: compare it by
    voice with the one that the site shows.
    """
    keep_memory_private()
    _ = in_language(language())
    public_file = out.with_suffix(".public.json")
    must_be_new(out)
    must_be_new(public_file)
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        stop(_("Donnez un nom lisible, de %(most)s signes au plus.", most=MAX_NAME_LENGTH), 2)
    try:
        key = new_key(name, passphrase(passphrase_file, twice=True))
    except ValueError:
        stop(
            _(
                "Cette phrase secrète est trop courte : %(least)s signes au moins.",
                least=SHORTEST_PASSPHRASE,
            ),
            3,
        )
    with new_file(out, 0o600) as file:
        file.write(canonical(key) + b"\n")
    with new_file(public_file) as file:
        file.write(canonical(key.public) + b"\n")
    tell(_("Clé secrète, à garder hors ligne : %(file)s", file=plain(str(out))))
    tell(_("Clé publique, à remettre : %(file)s", file=plain(str(public_file))))
    tell(_("Sans ce fichier ou sans sa phrase, cette clé n’ouvre plus rien : gardez-en une copie."))
    tell(_("Empreinte :"))
    click.echo(key.public.fingerprint)


@click.command()
@click.argument("file", type=AS_PATH)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def fingerprint(file: Path, as_json: bool) -> None:
    """Show the name and the fingerprint of a key; FILE is a public or a secret key file."""
    public = public_of(file)
    if as_json:
        show_json({"name": public.name, "fingerprint": public.fingerprint})
        return
    tell(plain(public.name))
    click.echo(public.fingerprint)
