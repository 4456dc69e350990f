"""Mails: written in the transaction that causes them, delivered by the worker.

A mail is handed over at least once: a worker killed between the mail server's yes and the commit
sends it again, with the same Message-ID, by which receivers know it. It is given up when the server
refuses its recipient for good, or after the days that its lane lasts; then it is listed, not lost.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog
from aiosmtplib import SMTPRecipientsRefused
from sqlalchemy import Index, Text, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Row
from deliberation.core.email_addresses import NotAnAddress, read_address, read_sender
from deliberation.core.ids import new_id
from deliberation.operations.queue import PermanentFailure, enqueue

log = structlog.get_logger()


class Mail(Row):
    """A mail waiting to be delivered; in a demo it stays, for the outbox page."""

    __tablename__ = "mail"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    unsubscribe: Mapped[str | None]  # address of the one-click unsubscription
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # after which it is of no use: a code
    sent_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "created_at", postgresql_where=text("sent_at IS NULL")),)


async def post(
    ctx: RequestContext,
    recipient: str,
    subject: str,
    body: str,
    *,
    unsubscribe: str | None = None,
    expires_at: datetime | None = None,
    late: bool = False,
) -> None:
    """Write a mail and the job that delivers it, in the context's transaction.

    A mail that expires goes before the others, unless it is `late`. Without a mail server it waits
    until there is one; a demo sends nothing then: its outbox page shows the mail at once. An
    account older than the grammar of addresses may have none that is one: it gets no mail.
    """
    try:
        recipient = read_address(recipient)
    except NotAnAddress:
        return
    shown = ctx.app.demo and not ctx.app.settings.smtp
    mail = Mail(
        id=new_id(),
        recipient=recipient,
        subject=" ".join(subject.split()),  # a header is one line
        body=body,
        unsubscribe=unsubscribe,
        created_at=ctx.now,
        expires_at=expires_at,
        sent_at=ctx.now if shown else None,
    )
    ctx.db.add(mail)
    await ctx.db.flush()
    if ctx.app.settings.smtp:
        name = "deliver-mail" if expires_at is None or late else "deliver-code"
        await enqueue(ctx.db, name, once=f"mail:{mail.id}", mail_id=str(mail.id))


async def deliver_waiting(ctx: RequestContext) -> None:
    """Periodic: have the mails delivered that were written while there was no mail server."""
    if ctx.app.settings.smtp:
        await ctx.db.execute(_DELIVER_WAITING)


class MailView(msgspec.Struct, frozen=True):
    """A mail as the outbox page of a demo shows it."""

    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None


async def latest_mails(ctx: RequestContext) -> list[MailView]:
    """The newest mails that are kept: all of them in a demo, elsewhere those not yet sent."""
    columns = (Mail.recipient, Mail.subject, Mail.body, Mail.created_at, Mail.sent_at)
    query = select(*columns).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(50)
    return [MailView(*row) for row in (await ctx.db.execute(query)).all()]


async def deliver_mail(ctx: RequestContext, mail_id: str) -> str | None:
    """Job: hand one mail to the SMTP server, then forget it (a demo keeps it, marked as sent).

    A code is forgotten unsent when nobody can use it any more, or when the server refuses its
    address for good: anybody may have typed it. Another mail that is refused raises
    `PermanentFailure`.
    """
    mail = (
        await ctx.db.scalars(select(Mail).where(Mail.id == UUID(mail_id)).with_for_update())
    ).one_or_none()
    if mail is None or mail.sent_at is not None:
        return "sent-already"
    if not ctx.app.settings.smtp:
        return "no-mail-server"  # `deliver_waiting` asks again once there is one
    if mail.expires_at is not None and mail.expires_at <= ctx.now:
        log.warning("mail-expired-unsent", mail=mail_id)
        await ctx.db.execute(delete(Mail).where(Mail.id == mail.id))
        return "expired"
    try:
        await send(ctx.app, mail)
    except PermanentFailure as error:
        if mail.expires_at is None:
            raise
        log.warning("code-refused", mail=mail_id, error=error.code)
    if ctx.app.demo:
        mail.sent_at = ctx.now
    else:
        await ctx.db.execute(delete(Mail).where(Mail.id == mail.id))
    return None


async def send_trial(ctx: RequestContext, address: str) -> None:
    """Send one mail to an address now, without queueing or storing it. Raises as `send`."""
    body = f"Beffroi : ce courriel d’essai vient de {ctx.app.settings.origin}.\n"
    trial = Mail(id=new_id(), recipient=address, subject="Essai", body=body, created_at=ctx.now)
    await send(ctx.app, trial)


async def send(app: AppContext, mail: Mail) -> None:
    """Send a mail to the mail server. Raises `PermanentFailure`, SMTP and socket errors."""
    sender = read_sender(app.settings.mail_from)
    message = _message(app, mail, sender)
    try:
        async with app.relay.connection(app.settings.smtp) as client:
            await client.send_message(message, sender=sender.addr_spec, recipients=[mail.recipient])
    except SMTPRecipientsRefused as error:
        code = error.recipients[0].code
        if 500 <= code < 600:
            raise PermanentFailure(f"recipient-refused-{code}") from error
        raise


def _message(app: AppContext, mail: Mail, sender: Address) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at.timestamp())
    # The same at each attempt, so that a second copy can be recognised.
    message["Message-ID"] = f"<{mail.id}@{urlsplit(app.settings.origin).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    return message


_DELIVER_WAITING = text(
    """
    INSERT INTO job (name, values, run_at, once)
    SELECT CASE WHEN expires_at IS NULL THEN 'deliver-mail' ELSE 'deliver-code' END,
           jsonb_build_object('mail_id', id), clock_now(), 'mail:' || id
    FROM mail
    WHERE sent_at IS NULL AND NOT EXISTS (SELECT FROM job WHERE once = 'mail:' || mail.id)
    ORDER BY created_at LIMIT 1000
    ON CONFLICT (once) WHERE dead_at IS NULL DO NOTHING
    """
)
