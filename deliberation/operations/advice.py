"""Warnings at start-up about settings that are allowed but probably not intended."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from difflib import get_close_matches

from deliberation.core.email_addresses import read_sender
from deliberation.core.settings import ENVIRONMENT, Settings, variable_of

# Read by the compose file, the embedded server and the tests, not by `Settings`.
ELSEWHERE = {
    *("BEFFROI_BROWSER", "BEFFROI_DATA", "BEFFROI_DATABASE_PASSWORD", "BEFFROI_DOMAIN"),
    *("BEFFROI_POSTGRES", "BEFFROI_PUBLISHED_PORT", "BEFFROI_REQUIRE_BROWSER"),
    "BEFFROI_TEST_FOLDER",
}


def advice(settings: Settings, environment: Iterable[str] = ENVIRONMENT) -> Iterator[str]:
    """A sentence for each setting that looks wrong, and each variable that is none, by its name."""
    if not settings.smtp:
        yield (
            "BEFFROI_SMTP is empty: mails wait in the database, and nobody can sign in by a code, "
            "until it says where mails go, as smtp://user:password@host:587"
        )
    elif (domain := read_sender(settings.mail_from).domain).endswith(("localhost", ".local")):
        yield (
            f"BEFFROI_MAIL_FROM: mail from an address at {domain} is refused by most servers; "
            "give an address of your own domain, as Name <name@example.org>"
        )
    if settings.secure and not settings.security_contact:
        yield (
            "BEFFROI_SECURITY_CONTACT is empty: whoever finds a flaw is sent to the authorities; "
            "give the address of those who run this server"
        )
    known = [variable_of(item) for item in fields(Settings)]
    given = {name for name in environment if name.startswith("BEFFROI_")}
    for name in sorted(given - ELSEWHERE - set(known)):
        near = get_close_matches(name, known, n=1, cutoff=0.85)
        meant = f"; did you mean {near[0]}?" if near else ""
        yield f"{name} is no setting and is ignored{meant}"
