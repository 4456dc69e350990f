"""sealed: the commands of a sealed vote, one module each.

The trustees' (keygen, fingerprint, decrypt, count, sign) and anybody's (verify, mirror) need no
database; the operator's (export, publish, renew-key) do.
"""

import click

from api.cli.lazy import LazyGroup

HERE = "api.cli.sealed"

# Command -> (its module, its name there, what it does): one literal table.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "keygen": (f"{HERE}.keygen", "keygen", "Make a trustee's key pair (offline)."),
    "fingerprint": (f"{HERE}.keygen", "fingerprint", "Show the fingerprint of a key file."),
    "export": (f"{HERE}.export", "export", "Write a closed ballot box for its trustees."),
    "decrypt": (
        f"{HERE}.decrypt",
        "decrypt",
        "Decrypt a trustee's share of every ballot (offline).",
    ),
    "count": (f"{HERE}.count", "count", "Count the vote from enough shares (offline)."),
    "sign": (f"{HERE}.sign", "sign", "Sign the minutes of the count (offline)."),
    "publish": (f"{HERE}.publish", "publish", "Publish the signed count."),
    "verify": (f"{HERE}.verify", "verify", "Check a sealed vote from what is published."),
    "mirror": (f"{HERE}.mirror", "mirror", "Keep copies of the public bulletin board."),
    "renew-key": (
        f"{HERE}.renew_key",
        "renew_key",
        "Replace the lost pseudonym key of an open vote.",
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS, one_thread=frozenset(COMMANDS))
def sealed() -> None:
    """Sealed votes: from the trustees' keys to the published and verified count.

    A ballot box (urne) is opened by its trustees (dépositaires) together, who sign the minutes
    (procès-verbal) of the count.
    """
