"""trustee: a trustee's own work, offline: making a key, opening ballots, signing the minutes."""

from pathlib import Path

import click
import msgspec

from api.cli.files import (
    AS_PATH,
    content,
    must_be_new,
    new_file,
    opened_key,
    passphrase,
    passphrase_option,
    public_of,
    told,
)
from api.cli.support import language, plain, progress, show_json, stop, tell
from deliberation.core.process_limits import keep_memory_private
from deliberation.elections.sealed_protocol.archive import open_archive
from deliberation.elections.sealed_protocol.canonical import canonical, digest
from deliberation.elections.sealed_protocol.keys import SHORTEST_PASSPHRASE, new_key
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.i18n.catalogue import in_language
from deliberation.i18n.formats import translate_count

MAX_NAME_LENGTH = 120
key_option = click.option(
    "--key", "key_file", required=True, metavar="KEYFILE", type=AS_PATH, help="The trustee's key."
)


@click.group()
def trustee() -> None:
    """A trustee's own work, offline: make a key, open ballots, sign the minutes."""
    keep_memory_private()  # it holds a key, and what ballots say


@trustee.command()
@click.option("--name", required=True, help="Who holds the key, as everybody will read it.")
@click.option("--out", required=True, metavar="KEYFILE", type=AS_PATH, help="Where to write it.")
@passphrase_option
def keygen(name: str, out: Path, passphrase_file: Path | None) -> None:
    """Make a trustee's key, offline.

    Writes KEYFILE, locked by a passphrase and to be kept secret, and beside it the file with the
    ending .public.json, to be given to the organisers. Prints the fingerprint, to be compared by
    voice with what the site shows.
    """
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


@trustee.command()
@click.argument("file", type=AS_PATH)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def fingerprint(file: Path, as_json: bool) -> None:
    """Show whose key a file holds and its fingerprint; FILE is the public one or the other."""
    public = public_of(file)
    if as_json:
        show_json({"name": public.name, "fingerprint": public.fingerprint})
        return
    tell(plain(public.name))
    click.echo(public.fingerprint)


@trustee.command()
@click.argument("archive", type=AS_PATH)
@key_option
@click.option("--out", required=True, metavar="SHARES", type=AS_PATH, help="Where to write them.")
@passphrase_option
def unwrap(archive: Path, key_file: Path, out: Path, passphrase_file: Path | None) -> None:
    """Open, offline, this trustee's shares of every ballot in BUNDLE.

    The shares of enough trustees together count the vote (beffroi count); fewer open nothing.
    """
    lang = language()
    _ = in_language(lang)
    must_be_new(out)
    with told(archive), open_archive(archive) as opened:
        key = opened_key(key_file, passphrase_file)
        with told(archive), new_file(out, 0o600) as file, progress(_("Ouverture")) as move:
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


@trustee.command()
@click.argument("minutes", type=AS_PATH)
@key_option
@click.option("--out", required=True, metavar="SIGNATURE", type=AS_PATH, help="Where to write it.")
@click.option("--yes", is_flag=True, help="Sign without asking again.")
@passphrase_option
def sign(minutes: Path, key_file: Path, out: Path, yes: bool, passphrase_file: Path | None) -> None:
    """Show what the MINUTES (minutes.json) of a count say, then sign them, offline."""
    from api.cli.minutes import show_minutes
    from deliberation.elections.sealed_protocol.signatures import sign_minutes
    from deliberation.elections.verification.minutes import Minutes, read_minutes

    _ = in_language(language())
    must_be_new(out)
    data = content(minutes)
    with told(minutes):
        said: Minutes = read_minutes(data)
        show_minutes(said)
    tell(_("Empreinte du procès-verbal (SHA-256) : %(digest)s", digest=digest(data)))
    if not yes and not click.confirm(_("Signer ce procès-verbal ?"), err=True):
        stop(_("Rien n’est signé."), 1)
    signature = sign_minutes(opened_key(key_file, passphrase_file), data)
    with new_file(out) as file:
        file.write(msgspec.json.encode(signature) + b"\n")
    tell(_("Signature écrite dans %(file)s.", file=plain(str(out))))
