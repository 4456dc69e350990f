"""Mails leave through a real SMTP server, once, and are then forgotten."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import asyncpg
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import event, text

from benchmarks.processes import free_port
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import prepared, transaction
from deliberation.core.smtp import Relay
from deliberation.jobs import JOBS, LANES
from deliberation.operations import mail
from deliberation.operations.queue import run_all, run_one
from deliberation.operations.worker import Periodic, work
from tests.builders import request_context


class Sink:
    """An SMTP handler that stores mails; refuses or delays them while a test says so."""

    def __init__(self) -> None:
        self.connections = 0
        self.holding = False  # all mails that begin with n
        self.held = 0
        self.unknown: set[str] = set()
        self.received: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refusing = False

    async def handle_EHLO(
        self, server: object, session: Any, envelope: object, name: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(
        self, server: object, session: object, envelope: Any, address: str, options: object
    ) -> str:
        if address in self.unknown:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.refusing:
            return "451 try again later"
        self.held += 1
        while self.holding and envelope.rcpt_tos[0].startswith("n"):  # type: ignore[attr-defined] # noqa: ASYNC110
            await asyncio.sleep(0.01)
        content = envelope.content  # type: ignore[attr-defined]
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))  # type: ignore[attr-defined]
        self.received.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    port = free_port()
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    server.stop()


TEN_MINUTES_LATER = (
    "UPDATE job SET run_at = run_at - interval '10 minutes', since = since - interval '10 minutes'"
)


def mailing(app: AppContext, smtp: str) -> AppContext:
    return replace(app, settings=replace(app.settings, smtp=smtp), relay=Relay())


@pytest.fixture(autouse=True)
async def nothing_waiting(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await db.execute(text("DELETE FROM mail"))


async def test_a_mail_arrives_whole_and_is_forgotten(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    async with request_context(with_mail) as ctx:
        written = mail.compose(
            ctx,
            "amélie@example.org".replace("é", "e"),
            "Réponse à\nvotre proposition",
            "Bonjour,\n\nC’est décidé.\n",
            unsubscribe="https://example.org/desinscription/x",
        )
        await mail.post_all(ctx, [written])
    await run_all(with_mail, JOBS)
    (received,) = [m for m in handler.received if m["to"] == "amelie@example.org"]
    assert received["subject"] == "Réponse à votre proposition"  # a header stays one line
    assert "C’est décidé." in received.get_content()
    assert received["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert received["auto-submitted"] == "auto-generated"
    async with transaction(app.engine) as db:
        left = await db.scalar(
            text("SELECT count(*) FROM mail WHERE recipient = 'amelie@example.org'")
        )
    assert left == 0


async def test_a_server_that_refuses_gets_the_mail_later(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    handler.refusing = True
    async with request_context(with_mail) as ctx:
        await mail.post(ctx, "later@example.org", "Plus tard", "…")
    await run_all(with_mail, JOBS)
    assert handler.received == []
    handler.refusing = False
    async with transaction(app.engine) as db:
        await db.execute(text("UPDATE job SET run_at = clock_now()"))
    await run_all(with_mail, JOBS)
    assert [m["to"] for m in handler.received].count("later@example.org") == 1


async def test_f02_the_envelope_names_the_one_address_that_was_read(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    settings = replace(with_mail.settings, mail_from="Mairie, vote <vote@café.example>")
    with_mail = replace(with_mail, settings=settings)
    async with request_context(with_mail) as ctx:
        await mail.post(ctx, "Léa@café.example".replace("é", "e", 1), "Code", "…")
        for other in ("a,envelope@example.org", "b(2)@example.org", "g:c@example.org;"):
            await mail.post(ctx, other, "Code", "…")  # of accounts older than the grammar
    await run_all(with_mail, JOBS)
    assert handler.envelopes == [("vote@xn--caf-dma.example", ["lea@xn--caf-dma.example"])]
    (received,) = handler.received
    assert received["to"] == "lea@xn--caf-dma.example"
    assert received["from"] == '"Mairie, vote" <vote@xn--caf-dma.example>'


async def count(app: AppContext, what: str) -> int:
    async with transaction(app.engine) as db:
        return int(await db.scalar(text(f"SELECT count(*) FROM {what}")) or 0)  # noqa: S608


async def test_mails_share_a_connection_and_a_closed_one_is_replaced(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    for round_ in range(2):
        async with request_context(with_mail) as ctx:
            for number in range(5):
                await mail.post(ctx, f"n{number}@example.org", "Bonjour", "…")
        await run_all(with_mail, JOBS)
        assert len(handler.received) == 5 * (round_ + 1)
        assert handler.connections == round_ + 1
        await with_mail.relay._idle[0][1].quit()  # as a server ends what is idle
    await with_mail.relay.close()


async def test_f22_mails_written_before_there_is_a_mail_server_leave_once_there_is_one(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    async with request_context(app) as ctx:
        await mail.post(ctx, "early@example.org", "Résultat", "…")
    await run_all(app, JOBS)
    async with request_context(app) as ctx:
        await mail.deliver_waiting(ctx)
    assert (await count(app, "job"), await count(app, "mail")) == (0, 1)
    with_mail = mailing(app, smtp)
    for _ in range(2):  # a second time adds nothing
        async with request_context(with_mail) as ctx:
            await mail.deliver_waiting(ctx)
    assert await count(app, "job") == 1
    await run_all(with_mail, JOBS)
    assert [one["to"] for one in handler.received] == ["early@example.org"]
    assert (await count(app, "job"), await count(app, "mail")) == (0, 0)


async def test_f4_a_mail_server_away_for_a_day_loses_nothing_but_expired_codes(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    away = mailing(app, "smtp://127.0.0.1:1")
    with_mail = replace(away, settings=replace(away.settings, smtp=smtp))
    async with request_context(away) as ctx:
        for number in range(3):
            await mail.post(ctx, f"n{number}@example.org", "Résultat", "…")
        await mail.post(
            ctx, "code@example.org", "Code", "…", expires_at=ctx.now + timedelta(minutes=10)
        )
    tries = 0
    while tries < 24 * 60:  # until a day has passed
        for lane in ("codes", "mails"):
            await run_one(away, LANES[lane])
        async with transaction(app.engine) as db:
            await db.execute(text(TEN_MINUTES_LATER))
        tries += 10
    assert await count(app, "job WHERE dead_at IS NOT NULL") == 0
    async with transaction(app.engine) as db:
        await db.execute(text("UPDATE job SET run_at = clock_now()"))
        await db.execute(
            text("UPDATE mail SET expires_at = clock_now() WHERE expires_at IS NOT NULL")
        )
    await run_all(with_mail, JOBS)
    assert sorted(one["to"] for one in handler.received) == [f"n{n}@example.org" for n in range(3)]
    assert (await count(app, "job"), await count(app, "mail")) == (0, 0)


async def test_a_recipient_refused_for_good_is_given_up_at_once_and_kept(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    handler.unknown = {"gone@example.org"}
    async with request_context(with_mail) as ctx:
        await mail.post(ctx, "gone@example.org", "Résultat", "…")
    await run_all(with_mail, JOBS)
    async with transaction(app.engine) as db:
        row = (await db.execute(text("SELECT failure, dead_at FROM job"))).one()
    assert row.failure == "recipient-refused-550"
    assert row.dead_at is not None
    async with request_context(with_mail) as ctx:
        await mail.deliver_waiting(ctx)
    assert (await count(app, "job"), await count(app, "mail")) == (1, 1)


async def test_a_mail_that_is_sent_twice_says_so_by_its_number(
    app: AppContext, sink: tuple[Sink, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    async with request_context(with_mail) as ctx:
        await mail.post(ctx, "twice@example.org", "Résultat", "…")
    monkeypatch.setattr(
        mail,
        "_FORGET",
        prepared(
            text("SELECT 1 / (CAST(:job AS bigint) * 0), CAST(:mail AS uuid), CAST(:kept AS bool)")
        ),
    )
    for _ in range(2):
        with suppress(asyncpg.PostgresError):  # ended before it was noted
            await run_one(with_mail, LANES["mails"])
        async with request_context(with_mail) as ctx:
            assert not await run_one(with_mail, LANES["mails"])  # leased
            await ctx.db.execute(text("UPDATE job SET run_at = clock_now()"))
    assert len({one["message-id"] for one in handler.received}) == 1
    assert len(handler.received) == 2


async def test_m2_a_code_and_periodic_jobs_pass_by_300_mails_behind_a_stuck_relay(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    handler.holding = True
    async with request_context(with_mail) as ctx:
        mails = [mail.compose(ctx, f"n{n}@example.org", "Résultat", "…") for n in range(300)]
        await mail.post_all(ctx, mails)
    ticks = 0

    async def tick(ctx: RequestContext) -> None:
        nonlocal ticks
        ticks += 1

    until = asyncio.Event()
    periodic = {"tick": Periodic(tick, timedelta(seconds=0.1))}
    worker = asyncio.create_task(work(with_mail, LANES, periodic, until=until, idle=0.05))
    try:
        async with asyncio.timeout(60):
            while handler.held < LANES["mails"].concurrency:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            async with request_context(with_mail) as ctx:
                expires_at = ctx.now + timedelta(minutes=10)
                await mail.post(ctx, "code@example.org", "Code", "…", expires_at=expires_at)
            ticks = 0
            while not handler.received or not ticks or await count(app, "mail") > 300:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert [one["to"] for one in handler.received] == ["code@example.org"]
        unlocked = "(SELECT FROM mail FOR UPDATE SKIP LOCKED) AS unlocked"
        assert await count(app, unlocked) == 300  # no transaction waits for the mail server
        handler.holding = False
        async with asyncio.timeout(60):
            while await count(app, "mail"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        handler.holding = False
        until.set()
        await asyncio.wait_for(worker, 60)
    names = [one["to"] for one in handler.received]
    assert sorted(names) == sorted(["code@example.org", *(f"n{n}@example.org" for n in range(300))])
    assert handler.connections <= LANES["mails"].concurrency + LANES["codes"].concurrency


async def test_a_batch_whose_worker_dies_is_sent_by_another_when_its_lease_ends(
    app: AppContext, sink: tuple[Sink, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    async with request_context(with_mail) as ctx:
        mails = [mail.compose(ctx, f"n{n}@example.org", "Résultat", "…") for n in range(5)]
        await mail.post_all(ctx, mails)

    async def die(app: AppContext, row: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch, suppress(asyncio.CancelledError):
        patch.setattr(mail, "_deliver", die)
        await run_one(with_mail, LANES["mails"])
    assert not await run_one(with_mail, LANES["mails"])
    async with transaction(app.engine) as db:
        await db.execute(text("UPDATE job SET run_at = run_at - interval '2 minutes'"))
    assert await run_one(with_mail, LANES["mails"])
    assert [one["to"] for one in handler.received] == [f"n{n}@example.org" for n in range(5)]


async def test_mails_of_one_lot_cost_two_statements_and_a_long_address_stays_whole(
    app: AppContext, sink: tuple[Sink, str]
) -> None:
    handler, smtp = sink
    with_mail = mailing(app, smtp)
    stop = f"https://participation.example.org/fr/desinscription/{'a' * 64}"
    statements: list[str] = []
    async with request_context(with_mail) as ctx:
        event.listen(
            app.engine.sync_engine,
            "before_cursor_execute",
            lambda *args: statements.append(args[2]),
        )
        mails = [
            mail.compose(ctx, f"n{n}@example.org", "Résultat", "…", unsubscribe=stop)
            for n in range(200)
        ]
        await mail.post_all(ctx, mails)
        assert len(statements) == 2
    assert await run_one(with_mail, LANES["mails"])
    assert {one["list-unsubscribe"].strip() for one in handler.received} == {f"<{stop}>"}
