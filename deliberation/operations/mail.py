"""Mails: written in the transaction that causes them, delivered by the worker.

A mail is handed over at least once: a worker killed between the mail server's yes and the commit
sends it again, with the same Message-ID, by which receivers know it. It is given up when the server
refuses its recipient for good, or after the days that its lane lasts; then it is listed, not lost.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.charset import QP, SHORTEST, add_charset
from email.header import Header
from email.headerregistry import Address
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from aiosmtplib import SMTPRecipientsRefused
from sqlalchemy import Index, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Row, prepared
from deliberation.core.email_addresses import NotAnAddress, read_address, read_sender
from deliberation.core.ids import new_id
from deliberation.core.pools import autocommit_connection
from deliberation.operations.metrics import JOBS, MAILS
from deliberation.operations.queue import LEASE, Lane, PermanentFailure, put_off

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
    expires_at: datetime | None = None,
    late: bool = False,
) -> None:
    """Write a mail and the job that delivers it, in the context's transaction; as `post_all`."""
    await post_all(ctx, [compose(ctx, recipient, subject, body, expires_at=expires_at)], late=late)


def compose(
    ctx: RequestContext,
    recipient: str,
    subject: str,
    body: str,
    *,
    unsubscribe: str | None = None,
    expires_at: datetime | None = None,
) -> Mail | None:
    """A mail for `post_all`; None for an account older than the grammar of addresses."""
    try:
        recipient = read_address(recipient)
    except NotAnAddress:
        return None
    return Mail(
        id=new_id(),
        recipient=recipient,
        subject=" ".join(subject.split()),  # a header is one line
        body=body,
        unsubscribe=unsubscribe,
        created_at=ctx.now,
        expires_at=expires_at,
        sent_at=ctx.now if ctx.app.demo and not ctx.app.settings.smtp else None,
    )


async def post_all(
    ctx: RequestContext, mails: Iterable[Mail | None], *, late: bool = False
) -> None:
    """Write mails and the jobs that deliver them, in two statements.

    Mails that expire have a lane of their own, unless they are `late`. Without a mail server they
    wait until there is one; a demo sends nothing then: its outbox page shows them at once.
    """
    written = [one for one in mails if one is not None]
    ctx.db.add_all(written)
    await ctx.db.flush()
    if ctx.app.settings.smtp and written:
        values = {"ids": [one.id for one in written], "late": late}
        await ctx.db.execute(_DELIVER, values)


async def deliver_waiting(ctx: RequestContext) -> None:
    """Periodic: have the mails delivered that were written while there was no mail server."""
    if ctx.app.settings.smtp:
        await ctx.db.execute(_DELIVER_WAITING, {"late": False})


async def latest_mails(ctx: RequestContext) -> Sequence[Mail]:
    """The newest mails that are kept: all of them in a demo, elsewhere those not yet sent."""
    query = select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(50)
    return (await ctx.db.scalars(query)).all()


async def deliver_mails(app: AppContext, lane: Lane, name: str, batch: int) -> bool:
    """Leased job: hand the next mails to the mail server, one by one; whether there were any.

    Each is forgotten as soon as the server has it, so that a killed worker has sent one twice at
    most; the others of its batch are sent when their lease ends.
    """
    if not app.settings.smtp:
        return False
    async with autocommit_connection(app.engine) as connection:
        claimed = await _CLAIM.rows(connection, name=name, batch=batch, lease=LEASE)
    async with asyncio.timeout(LEASE.total_seconds() * 0.9):
        for row in claimed:
            failure = await _deliver(app, row)
            async with autocommit_connection(app.engine) as connection:
                if failure is None:
                    await _FORGET.rows(connection, job=row["job"], mail=row["id"], kept=app.demo)
                    JOBS.labels(name, "done").inc()
                else:
                    await put_off(connection, lane, row["job"], failure)
    return bool(claimed)


async def _deliver(app: AppContext, row: Any) -> Exception | None:
    """Send a claimed mail; the error after which it must be tried again, or given up.

    A code is forgotten unsent when nobody can use it any more, or when the server refuses its
    address for good: anybody may have typed it.
    """
    if row["id"] is None or row["sent_at"] is not None:
        return None  # dropped meanwhile, or shown by a demo
    if row["expired"]:
        log.warning("mail-expired-unsent", mail=str(row["id"]))
        MAILS.labels("expired").inc()
        return None
    try:
        await send(app, Mail(**{name: row[name] for name in _SENT}))
        MAILS.labels("sent").inc()
    except PermanentFailure as error:
        MAILS.labels("refused").inc()
        if row["expires_at"] is None:
            return error
        log.warning("code-refused", mail=str(row["id"]), error=error.code)
    except Exception as error:
        return error
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


def _message(app: AppContext, mail: Mail, sender: Address) -> MIMEText:
    # Not `EmailMessage`: it takes three times as long, and writes a long address as encoded words.
    message = MIMEText(mail.body, "plain", "utf-8")
    message["From"] = formataddr((sender.display_name, sender.addr_spec))
    message["To"] = mail.recipient
    message["Subject"] = Header(mail.subject, "utf-8").encode()
    message["Date"] = formatdate(mail.created_at.timestamp())
    # The same at each attempt, so that a second copy can be recognised.
    message["Message-ID"] = f"<{mail.id}@{urlsplit(app.settings.origin).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


add_charset("utf-8", SHORTEST, QP, "utf-8")  # not base64
_SENT = ("id", "recipient", "subject", "body", "unsubscribe", "created_at")
_CLAIM = prepared(
    """
    WITH due AS (
        SELECT id FROM job WHERE name = :name AND run_at <= clock_now() AND dead_at IS NULL
        ORDER BY run_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE job SET run_at = clock_now() + CAST(:lease AS interval) FROM due
        WHERE job.id = due.id RETURNING job.id, values ->> 'mail_id' AS mail_id
    )
    SELECT claimed.id AS job, mail.*, expires_at <= clock_now() AS expired
    FROM claimed LEFT JOIN mail ON mail.id = CAST(mail_id AS uuid) ORDER BY claimed.id
    """
)
_FORGET = prepared(
    """
    WITH done AS (DELETE FROM job WHERE id = :job),
    shown AS (UPDATE mail SET sent_at = clock_now() WHERE id = CAST(:mail AS uuid) AND :kept)
    DELETE FROM mail WHERE id = CAST(:mail AS uuid) AND NOT :kept
    """
)
_JOBS = """
    INSERT INTO job (name, values, run_at, once)
    SELECT CASE WHEN expires_at IS NULL OR CAST(:late AS boolean) THEN 'deliver-mail'
                ELSE 'deliver-code' END,
           jsonb_build_object('mail_id', id), clock_now(), 'mail:' || id
    FROM mail WHERE {which}
    ON CONFLICT (once) WHERE dead_at IS NULL DO NOTHING
    """
_DELIVER = text(_JOBS.format(which="id = ANY(CAST(:ids AS uuid[]))"))
_DELIVER_WAITING = text(
    _JOBS.format(
        which="""
        sent_at IS NULL AND NOT EXISTS (SELECT FROM job WHERE once = 'mail:' || mail.id)
        ORDER BY created_at LIMIT 1000"""
    )
)
