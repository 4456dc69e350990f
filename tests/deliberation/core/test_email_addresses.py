"""One grammar of addresses, and one mailbox behind all the names that reach it."""

from email.headerregistry import Address

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.core.email_addresses import (
    MAX_EMAIL_LENGTH,
    Email,
    NotAnAddress,
    OptionalEmail,
    mailbox_of,
    read_address,
    read_sender,
)
from deliberation.core.errors import Invalid
from deliberation.text.inputs import read_draft

PLAIN = {
    "ana@example.org": "ana@example.org",
    "  Ana.Morel@Example.ORG ": "ana.morel@example.org",
    "o'neil+vote@example.org": "o'neil+vote@example.org",
    "ana@café.example": "ana@xn--caf-dma.example",
    "ana@CAFE\u0301.example": "ana@xn--caf-dma.example",
    "ana@xn--caf-dma.example": "ana@xn--caf-dma.example",
    "ana@ｅxample．org": "ana@example.org",
}

# What the trials sent, and its kind.
NAMES = [
    *("a:b@example.org", "b(2)@example.org", "(z)b@example.org", ",b@example.org"),
    "a,b@example.org",
    *("g:b;@example.org", '"b"@example.org', "=?utf-8?q?b?=,@example.org", "<ana@example.org"),
    *("mailto:ana@example.org", "Ana <ana@example.org", ".b@example.org", "b.@example.org"),
    *("b..c@example.org", "b c@example.org", "b\u200b@example.org", "b\r\nbcc:c@example.org"),
    *("аna@example.org", "élise@example.org", "b" * 65 + "@example.org", "@example.org"),
]
DOMAINS = [
    *("b@example.org,", "b@example.org.", "b@example.org>", "b@example.org;", "b@example", "b@"),
    *("b@exa\u200bmple.org", "b@exa\u00admple.org", "b@ex ample.org", "b@[127.0.0.1]"),
    *("b@127.0.0.1", "b@-example.org", "b@exam_ple.org", "b@example..org", "b@example.org(x)"),
    *("b@" + "a" * 64 + ".org", "b@xn--zzzz.org", "b@example.org\x00"),
]


@pytest.mark.parametrize(("typed", "kept"), PLAIN.items())
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert read_address(typed) == kept
    assert read_address(kept) == kept


@pytest.mark.parametrize("typed", NAMES)
def test_f02_what_a_mail_program_reads_otherwise_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress, match="email-name"):
        read_address(typed)


@pytest.mark.parametrize("typed", DOMAINS)
def test_f02_a_domain_is_one_or_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress, match="email-domain"):
        read_address(typed)


@pytest.mark.parametrize("typed", ["", "ana", "a@b@example.org", "<a@b>, c@example.org", "é" * 300])
def test_what_is_no_address_at_all_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress, match="not-an-email"):
        read_address(typed)


def test_no_address_is_longer_than_the_network_allows() -> None:
    domain = ".".join(["a" * 61] * 3) + ".org"
    assert len(read_address("b" * 64 + "@" + domain)) == MAX_EMAIL_LENGTH
    with pytest.raises(NotAnAddress):  # short as typed, long as encoded
        read_address("b" * 64 + "@" + ".".join(["é" * 40] * 4) + ".org")


@given(st.text(max_size=80) | st.from_regex(r"[ -~]{1,30}@[ -~]{1,30}\.[a-z]{2,5}", fullmatch=True))
def test_f02_what_is_accepted_a_mail_program_reads_as_the_same_address(typed: str) -> None:
    try:
        kept = read_address(typed)
    except NotAnAddress:
        return
    assert Address(addr_spec=kept).addr_spec == kept
    assert kept.isascii()
    assert read_address(kept) == kept


def test_m1_a_tag_is_the_same_mailbox_and_a_dot_is_not() -> None:
    assert mailbox_of("me+a@example.org") == mailbox_of("me@example.org") == "me@example.org"
    assert mailbox_of("me+a+b@example.org") == "me@example.org"
    assert mailbox_of("m.e@example.org") != mailbox_of("me@example.org")
    assert mailbox_of("+a@example.org") == "+a@example.org"


def test_a_sender_has_a_name_or_none() -> None:
    named = read_sender('"Mairie d’Houtenacker" <vote@café.example>')
    assert (named.display_name, named.addr_spec) == (
        "Mairie d’Houtenacker",
        "vote@xn--caf-dma.example",
    )
    assert read_sender("vote@example.org").addr_spec == "vote@example.org"
    assert read_sender("Beffroi <ne-pas-repondre@localhost>").addr_spec.endswith("@localhost")
    for wrong in ("vote", "a@example.org, b@example.org", "<a@example.org> <b@example.org>"):
        with pytest.raises(NotAnAddress):
            read_sender(wrong)


class _Draft(msgspec.Struct):
    email: Email
    other: OptionalEmail = ""


def test_a_draft_holds_the_one_spelling_or_says_what_is_wrong() -> None:
    assert read_draft(_Draft, {"email": " Ana@CAFÉ.example"}).email == "ana@xn--caf-dma.example"
    with pytest.raises(Invalid) as refused:
        read_draft(_Draft, {"email": "a:b@example.org", "other": "b@example"})
    assert refused.value.errors == {"email": ("email-name", {}), "other": ("email-domain", {})}
