"""Mails: written in the transaction that causes them, delivered by the worker."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import msgspec
from sqlalchemy import Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kit.act import Act, House
from deliberation.kit.addresses import NotAnAddress, read_address, read_sender
from deliberation.kit.database import Row
from deliberation.kit.ids import new_id
from deliberation.kit.queue import enqueue


class Mail(Row):
    """A mail waiting to be delivered; in a demo it stays, for the outbox page."""

    __tablename__ = "mail"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    unsubscribe: Mapped[str | None]  # address of the one-click unsubscription
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


async def post(
    act: Act, recipient: str, subject: str, body: str, *, unsubscribe: str | None = None
) -> None:
    """Write a mail and the job that delivers it, in the act's transaction.

    A demo without a mail server sends nothing: its outbox page shows the mail at once. An account
    older than the grammar of addresses may have none that is one: it gets no mail.
    """
    try:
        recipient = read_address(recipient)
    except NotAnAddress:
        return
    shown = act.house.demo and not act.house.settings.smtp
    mail = Mail(
        id=new_id(),
        recipient=recipient,
        subject=" ".join(subject.split()),  # a header is one line
        body=body,
        unsubscribe=unsubscribe,
        created_at=act.now,
        sent_at=act.now if shown else None,
    )
    act.db.add(mail)
    await act.db.flush()
    if not shown:
        await enqueue(act.db, "deliver-mail", mail_id=str(mail.id))


class MailView(msgspec.Struct, frozen=True):
    """A mail as the outbox page of a demo shows it."""

    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None


async def latest_mails(act: Act, most: int = 50) -> list[MailView]:
    """The newest mails that are kept: all of them in a demo, elsewhere those not yet sent."""
    columns = (Mail.recipient, Mail.subject, Mail.body, Mail.created_at, Mail.sent_at)
    query = select(*columns).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(most)
    return [MailView(*row) for row in (await act.db.execute(query)).all()]


async def deliver_mail(act: Act, mail_id: str) -> None:
    """Job: hand one mail to the SMTP server, then forget it (a demo keeps it, marked as sent).

    Without an SMTP server the mail waits in the database.
    """
    mail = (
        await act.db.scalars(select(Mail).where(Mail.id == UUID(mail_id)).with_for_update())
    ).one_or_none()
    if mail is None or mail.sent_at is not None:
        return
    if act.house.settings.smtp:
        await _send(act.house, mail)
    elif not act.house.demo:
        return
    mail.sent_at = act.now
    if not act.house.demo:
        await act.db.execute(delete(Mail).where(Mail.id == mail.id))


async def _send(house: House, mail: Mail) -> None:
    server = urlsplit(house.settings.smtp)
    sender = read_sender(house.settings.mail_from)
    await aiosmtplib.send(
        _message(house, mail, sender),
        sender=sender.addr_spec,
        recipients=[mail.recipient],
        hostname=server.hostname,
        port=server.port or (465 if server.scheme == "smtps" else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        # Plain smtp:// upgrades when the server offers it; credentials never travel without TLS.
        start_tls=True if server.scheme == "smtp" and server.username else None,
        timeout=20,
    )


def _message(house: House, mail: Mail, sender: Address) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at.timestamp())
    message["Message-ID"] = make_msgid(str(mail.id), urlsplit(house.settings.origin).hostname)
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    return message
