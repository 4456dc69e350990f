"""Faults of the services around: the mail server, the identity provider."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.processes import free_port
from tests.faults.crowd import ask
from tests.faults.run import Run, expect, verdict, voting
from tests.faults.votes import a_vote

DELIVERED = 75.0  # seconds after which every mail has come, whatever happened to the first tries
PEOPLE = 3


async def f21_mail_server(run: Run) -> str:
    """Mail is refused, answered late, or taken without a word; ballots and codes do not care."""
    async with a_post_office() as office:
        address: dict[str, Any] = {"smtp": f"smtp://127.0.0.1:{office.port}"}
        async with voting(run, **address) as (stage, votes, crowd):
            stage.start("worker")
            for number in range(PEOPLE):
                body = {"email": f"person-{number}@example.org"}
                answer = await ask(stage.settings.port, "POST", "/api/v1/sign-in-codes", body)
                expect(answer.status == 202, f"a code is refused with {answer.status}")
            await crowd.vote(votes, 4)
            async with asyncio.timeout(DELIVERED):
                while len({to for to, _ in office.delivered}) < PEOPLE:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            codes = Counter(to for to, _ in set(office.delivered))
            expect(set(codes.values()) == {1}, f"somebody got two different codes: {codes}")
            expect(not office.troubles, "not every trouble was met")
            twice = len(office.delivered) - PEOPLE
            return f"{await verdict(stage, votes, crowd, quiet=True)}; {twice} mail(s) came twice"


async def f22_identity_provider(run: Run) -> str:
    """The provider does not answer: it is said, nobody gets in, other votes go on."""
    gone: dict[str, Any] = {
        "oidc_issuer": f"http://127.0.0.1:{free_port()}",
        "oidc_client": "beffroi",
    }
    async with voting(run, **gone) as (stage, votes, crowd):
        async with stage.app() as app:
            vouched = [
                await a_vote(app, one, 10, eligibility="oidc") for one in ("plain", "sealed")
            ]
        port = stage.settings.port
        for vote in vouched:
            page = f"/fr/c/{vote.page.card.slug}/voter/{vote.poll.number}/identite"
            sent = await ask(port, "GET", page, cookie="browser=" + "b" * 43)
            expect(sent.status == 303, f"the way to the provider answers {sent.status}")
            told = await ask(port, "GET", sent.body["to"])
            expect(told.status == 503, f"the failure is told with {told.status}, {sent.body}")
            answer = await crowd.cast(vote, 1, crowd.form(), crowd.choice(vote))
            expect(answer.status in (401, 403), f"without a provider a ballot gets {answer.status}")
            marks = await stage.sql(
                "SELECT count(*) FROM roll_mark WHERE poll_id = $1", vote.poll.id
            )
            expect(marks == 0, "somebody was marked without an identity")
        await crowd.vote(votes, 3)
        return await verdict(stage, votes, crowd, quiet=True)


@dataclass
class Office:
    """A mail server in trouble: `troubles` come one a connection, then it works."""

    port: int = 0
    troubles: list[str] = field(default_factory=lambda: ["busy", "mute", "silent"])
    delivered: list[tuple[str, str]] = field(default_factory=list)  # (address, code)
    numbers: list[str] = field(default_factory=list)  # each delivery's Message-ID

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, in the few words that SMTP needs."""
        trouble = self.troubles.pop(0) if self.troubles else ""
        with suppress(OSError, asyncio.CancelledError):
            if trouble == "busy":
                writer.write(b"421 come back later\r\n")
            elif trouble == "mute":
                await asyncio.sleep(3)
            else:
                await self._converse(reader, writer, trouble)
        writer.close()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trouble: str
    ) -> None:
        to = ""
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            word = line.upper()
            if word.startswith(b"RCPT"):
                to = line.decode().partition("<")[2].partition(">")[0]
            if word.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                mail = (await reader.readuntil(b"\r\n.\r\n")).decode()
                found = re.search(r"\b\d{3} ?\d{3}\b", mail.partition("\r\n\r\n")[2])
                self.delivered.append((to, found[0] if found else ""))
                self.numbers += re.findall(r"(?im)^message-id:\s*(\S+)", mail)
                if trouble == "silent":
                    return
            writer.write(b"221 bye\r\n" if word.startswith(b"QUIT") else b"250 well\r\n")
            if word.startswith(b"QUIT"):
                return


@asynccontextmanager
async def a_post_office() -> AsyncIterator[Office]:
    """A mail server on a free port of the loopback."""
    office = Office()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
