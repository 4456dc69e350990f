"""E-mail addresses: one grammar, one normal form, and the mailbox of an address.

The grammar is the part of RFC 5322 (`dot-atom@dot-atom`) on which all mail programs agree: no
comment, group, list, quotation, encoded word or bare IP address. Names before the @ are ASCII
(addresses of RFC 6531 are refused: many servers cannot reach them, and their letters have
confusables); an internationalised domain is stored in its ASCII form, `xn--…`.
"""

import re
from email.headerregistry import Address
from typing import Annotated

import idna
import msgspec

MAX_EMAIL_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


class NotAnAddress(ValueError):
    """A text is not an accepted address; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_address(text: str) -> str:
    """The normal form of an address: lower case, domain in its ASCII form.

    Raises `NotAnAddress`: `not-an-email`, `email-name` (before the @), `email-domain` (after it).
    """
    if len(text) > MAX_EMAIL_LENGTH:
        raise NotAnAddress("not-an-email")
    local, at, domain = text.strip().rpartition("@")
    if not at or "@" in local:
        raise NotAnAddress("not-an-email")
    if len(local) > 64 or not _LOCAL.fullmatch(local):
        raise NotAnAddress("email-name")
    address = f"{local.lower()}@{_encoded(domain)}"
    if len(address) > MAX_EMAIL_LENGTH:
        raise NotAnAddress("email-domain")
    return address


def mailbox_of(address: str) -> str:
    """The mailbox that an address, as `read_address` gives it, delivers to: without `+tag`.

    Sub-addresses (RFC 5233) are the only aliases common to most servers. Dots are kept: on servers
    where they count, two people would become one.
    """
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def read_sender(text: str) -> Address:
    """A sender as `Name <address>` or `address`; `localhost` is a domain here. Raises as above."""
    named = _NAMED.fullmatch(text.strip())
    name, address = (named["name"].strip(' "'), named["address"]) if named else ("", text.strip())
    local, _, domain = address.rpartition("@")
    if domain == "localhost" and _LOCAL.fullmatch(local):
        return Address(name, addr_spec=address)
    return Address(name, addr_spec=read_address(address))


def _encoded(domain: str) -> str:
    # `isprintable`: UTS 46 drops zero-width signs in silence, and an address holds none.
    if not domain.isprintable():
        raise NotAnAddress("email-domain")
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        raise NotAnAddress("email-domain") from None
    _, dot, last = encoded.rpartition(".")
    if not dot or not last or last.isdecimal():
        raise NotAnAddress("email-domain")
    return encoded


# In a draft: `read_draft` gives the one spelling, or the code of what is wrong.
Email = Annotated[
    str, msgspec.Meta(min_length=3, max_length=MAX_EMAIL_LENGTH, extra={"read": read_address})
]
OptionalEmail = Annotated[
    str, msgspec.Meta(max_length=MAX_EMAIL_LENGTH, extra={"read": read_address})
]
