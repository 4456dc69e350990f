"""Warnings to the operator at start-up."""

from deliberation.core.settings import Settings
from deliberation.operations.advice import advice

SET = Settings(smtp="smtp://mail.example.org", mail_from="Ville <vote@example.org>")


def test_settings_that_fit_give_no_advice() -> None:
    environment = {"BEFFROI_SMTP": "x", "PATH": "x", "BEFFROI_POSTGRES": "16"}
    assert list(advice(SET, environment)) == []


def test_a_site_without_a_mail_server_is_told() -> None:
    (said,) = advice(Settings(), [])
    assert said.startswith("BEFFROI_SMTP is empty")


def test_a_sender_at_localhost_is_told() -> None:
    (said,) = advice(Settings(smtp="smtp://mail.example.org"), [])
    assert said.startswith("BEFFROI_MAIL_FROM")


def test_an_unknown_variable_is_told_with_the_nearest_name() -> None:
    first, second = advice(SET, ["BEFFROI_SMPT", "BEFFROI_ZZZ"])
    assert first == "BEFFROI_SMPT is no setting and is ignored; did you mean BEFFROI_SMTP?"
    assert second == "BEFFROI_ZZZ is no setting and is ignored"
