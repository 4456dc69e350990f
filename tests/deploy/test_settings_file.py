"""`deploy/beffroi.env` names every setting with its meaning, as `beffroi settings` does.

`python -m tests.deploy.test_settings_file > deploy/beffroi.env` writes it anew.
"""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from textwrap import wrap

from deliberation.core.settings import (
    Settings,
    check_address,
    check_secret_is_given,
    read_settings,
    variable_of,
)
from deliberation.operations.advice import advice

FILE = Path(__file__).parents[2] / "deploy" / "beffroi.env"
# What an installation must decide; the rest stands there as a comment, with its default.
CHOSEN = {
    "BEFFROI_FOLDER": "/var/lib/beffroi",
    "BEFFROI_ORIGIN": "https://participer.example.org",
    "BEFFROI_SECRET": "",
    "BEFFROI_SMTP": "smtp://user:password@mail.example.org:587",
    "BEFFROI_MAIL_FROM": "Ville <ne-pas-repondre@example.org>",
    "BEFFROI_SECURITY_CONTACT": "securite@example.org",
    "BEFFROI_TRUSTED_PROXIES": "1",
}
HEAD = """\
# Settings that all processes of a site share: /etc/beffroi/beffroi.env, mode 640, owner root,
# group beffroi. A line is a name, = and the value as it is, without quotes. The database's address
# differs by process: DATABASE_URL=postgresql://… stands in site.env, worker.env and owner.env
# beside it.
# Choose the secret once: openssl rand -hex 32
"""


def lines() -> Iterator[str]:
    """The file, from the table of settings."""
    yield HEAD
    for item in fields(Settings):
        name: str = variable_of(item)
        if name == "DATABASE_URL":
            continue
        yield from wrap(item.metadata["meaning"], 98, initial_indent="# ", subsequent_indent="# ")
        default = "" if item.default is None else item.default
        value = int(default) if isinstance(default, bool) else default
        yield f"{name}={CHOSEN[name]}\n" if name in CHOSEN else f"#{name}={value}\n"


def values() -> dict[str, str]:
    """The variables that the file sets."""
    set_here = [line for line in FILE.read_text().splitlines() if line and line[0] != "#"]
    return {name: value for name, _, value in (line.partition("=") for line in set_here)}


def test_p8_the_file_is_the_table_of_settings() -> None:
    assert FILE.read_text() == "\n".join(lines())


def test_p8_with_a_secret_and_a_database_the_file_starts_a_site() -> None:
    given = values() | {"BEFFROI_SECRET": "s" * 64, "DATABASE_URL": "postgresql://db/site"}
    settings = read_settings(given)
    check_secret_is_given(settings)
    check_address(settings)
    assert not [said for said in advice(settings, given) if "no setting" in said]


if __name__ == "__main__":
    import sys

    sys.stdout.write("\n".join(lines()))
