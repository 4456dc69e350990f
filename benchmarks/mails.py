"""`./dev bench mails`: how fast the worker hands mails to a slow relay, and how long a code waits.

The relay answers each command after 20 ms, as one at some distance does. Notices wait in the
queue; while they leave, a code is written every half second. The worker and PostgreSQL share one
core, the relay is on the other ones. benchmarks/README.md says how to read the table.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import quantiles

import asyncpg

from benchmarks import processes
from benchmarks.intake import machine
from deliberation.core.settings import Settings, environment_of
from deliberation.devserver.server import start
from deliberation.migrations.upgrade import migrate

CODE_EVERY = 0.5  # seconds
HEAD = (
    "| relay, ms | mails | mails/s | worker ms | db ms | codes | code p50 s | code max s |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass
class Relay:
    """A mail server that answers each command after `pause` seconds."""

    pause: float
    came: dict[str, float] = field(default_factory=dict)  # recipient -> time
    connections: int = 0
    twice: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, in the few words that SMTP needs."""
        self.connections += 1
        to = ""
        writer.write(b"220 ready\r\n")
        with suppress(OSError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                await asyncio.sleep(self.pause)
                word = line[:4].upper()
                if word == b"RCPT":
                    to = line.decode().partition("<")[2].partition(">")[0]
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    await asyncio.sleep(self.pause)
                    self.twice += to in self.came
                    self.came[to] = time.monotonic()
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")
                if word == b"QUIT":
                    break
        writer.close()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="./dev bench mails", description=__doc__)
    parser.add_argument("--mails", type=int, default=3000, help="that wait when the worker starts")
    parser.add_argument("--pause", type=float, default=20, help="of the relay, ms a command")
    chosen = parser.parse_args()
    print(machine(), file=sys.stderr)
    print(HEAD)
    print(run(chosen.mails, chosen.pause))


def run(mails: int, pause: float) -> str:
    """The line of the table."""
    core, others = processes.cores()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-bench-"))
        Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
        base = start(Path(folder) / "postgresql")
        stack.callback(base.stop)
        postmaster = processes.postmaster_of(base)
        processes.pin(postmaster, core)
        settings = Settings(database_url=base.url(), secret="b" * 40, folder=folder)
        migrate(settings.database_url)
        known = replace(settings, smtp=f"smtp://127.0.0.1:{processes.free_port()}")
        os.sched_setaffinity(0, others)
        return asyncio.run(_measure(known, base.dsn("app"), postmaster, core, mails, pause))


async def _measure(
    settings: Settings, dsn: str, postmaster: int, core: set[int], mails: int, pause: float
) -> str:
    relay, codes = Relay(pause / 1000), dict[str, float]()
    port = int(settings.smtp.rpartition(":")[2])
    server = await asyncio.start_server(relay.serve, "127.0.0.1", port)
    connection = await asyncpg.connect(dsn)
    await connection.execute(_NOTICES, mails)
    worker = subprocess.Popen(  # noqa: ASYNC220
        [Path(sys.executable).with_name("beffroi"), "worker"],
        env=os.environ | environment_of(settings),
        preexec_fn=lambda: os.sched_setaffinity(0, core),
        stderr=subprocess.DEVNULL,
    )
    try:
        while not relay.came:  # the first mail: from here on it is measured  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        first, before = len(relay.came), time.monotonic()
        begin = processes.cpu(worker.pid), processes.cpu(postmaster)
        while len(relay.came) < mails + len(codes):
            address = f"code{len(codes)}@example.org"
            codes[address] = time.monotonic()
            await connection.execute(_CODE, address)
            await asyncio.sleep(CODE_EVERY)
        took = max(moment for to, moment in relay.came.items() if to not in codes) - before
        end = processes.cpu(worker.pid), processes.cpu(postmaster)
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, 30)
        server.close()
        await connection.close()
    sent = len(relay.came) - first
    waited = sorted(relay.came[to] - written for to, written in codes.items())
    if relay.twice or len(relay.came) != mails + len(codes):
        raise SystemExit(f"{relay.twice} mails came twice, {len(relay.came)} came")
    print(f"{relay.connections} connections; each mail came once", file=sys.stderr)
    worker_ms, database_ms = ((b - a) * 1000 / sent for a, b in zip(begin, end, strict=True))
    return (
        f"| {pause:g} | {sent} | {sent / took:.0f} | {worker_ms:.2f} | {database_ms:.2f} |"
        f" {len(codes)} | {quantiles(waited, n=2)[0]:.2f} | {waited[-1]:.2f} |"
    )


_BODY = "Bonjour,\n\n" + 12 * "La mairie a répondu à la proposition que vous avez soutenue.\n"
_NOTICES = f"""
    WITH written AS (
        INSERT INTO mail (id, recipient, subject, body, unsubscribe, created_at)
        SELECT gen_random_uuid(), 'n' || n || '@example.org', 'Une réponse à « Des saules »',
               '{_BODY}', 'https://example.org/fr/desinscription/' || repeat('x', 43), clock_now()
        FROM generate_series(1, $1) AS n RETURNING id)
    INSERT INTO job (name, values, run_at, once)
    SELECT 'deliver-mail', jsonb_build_object('mail_id', id), clock_now(), 'mail:' || id
    FROM written
"""  # noqa: S608 - fixed text
_CODE = """
    WITH written AS (
        INSERT INTO mail (id, recipient, subject, body, created_at, expires_at)
        VALUES (gen_random_uuid(), $1, 'Votre code : 123 456', 'Bonjour,', clock_now(),
                clock_now() + interval '10 minutes') RETURNING id)
    INSERT INTO job (name, values, run_at, once)
    SELECT 'deliver-code', jsonb_build_object('mail_id', id), clock_now(), 'mail:' || id
    FROM written
"""


if __name__ == "__main__":
    main()
