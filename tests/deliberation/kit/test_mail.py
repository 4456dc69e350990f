"""Mails leave through a real SMTP server, once, and are then forgotten."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from deliberation.jobs import JOBS
from deliberation.kit import mail
from deliberation.kit.act import House
from deliberation.kit.database import transaction
from deliberation.kit.queue import run_all
from tests.builders import acting


class Sink:
    """Keeps what it receives; refuses as long as it is told to."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refusing = False

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.refusing:
            return "451 try again later"
        content = envelope.content  # type: ignore[attr-defined]
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))  # type: ignore[attr-defined]
        self.received.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    server.stop()


def mailing(house: House, smtp: str) -> House:
    return replace(house, settings=replace(house.settings, smtp=smtp))


async def test_a_mail_arrives_whole_and_is_forgotten(house: House, sink: tuple[Sink, str]) -> None:
    handler, smtp = sink
    with_mail = mailing(house, smtp)
    async with acting(with_mail) as act:
        await mail.post(
            act,
            "amélie@example.org".replace("é", "e"),
            "Réponse à\nvotre proposition",
            "Bonjour,\n\nC’est décidé.\n",
            unsubscribe="https://example.org/desinscription/x",
        )
    await run_all(with_mail, JOBS)
    (received,) = [m for m in handler.received if m["to"] == "amelie@example.org"]
    assert received["subject"] == "Réponse à votre proposition"  # a header stays one line
    assert "C’est décidé." in received.get_content()
    assert received["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert received["auto-submitted"] == "auto-generated"
    async with transaction(house.engine) as db:
        left = await db.scalar(
            text("SELECT count(*) FROM mail WHERE recipient = 'amelie@example.org'")
        )
    assert left == 0


async def test_a_server_that_refuses_gets_the_mail_later(
    house: House, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(house, smtp)
    handler.refusing = True
    async with acting(with_mail) as act:
        await mail.post(act, "later@example.org", "Plus tard", "…")
    await run_all(with_mail, JOBS)
    assert handler.received == []
    handler.refusing = False
    async with transaction(house.engine) as db:
        await db.execute(text("UPDATE job SET run_at = clock_now()"))
    await run_all(with_mail, JOBS)
    assert [m["to"] for m in handler.received].count("later@example.org") == 1


async def test_f02_the_envelope_names_the_one_address_that_was_read(
    house: House, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(house, smtp)
    settings = replace(with_mail.settings, mail_from="Mairie, vote <vote@café.example>")
    with_mail = replace(with_mail, settings=settings)
    async with acting(with_mail) as act:
        await mail.post(act, "Léa@café.example".replace("é", "e", 1), "Code", "…")
        for other in ("a,envelope@example.org", "b(2)@example.org", "g:c@example.org;"):
            await mail.post(act, other, "Code", "…")  # of accounts older than the grammar
    await run_all(with_mail, JOBS)
    assert handler.envelopes == [("vote@xn--caf-dma.example", ["lea@xn--caf-dma.example"])]
    (received,) = handler.received
    assert received["to"] == "lea@xn--caf-dma.example"
    assert received["from"] == '"Mairie, vote" <vote@xn--caf-dma.example>'
