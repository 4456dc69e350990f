"""Faults of peers: bodies that are begun and never end."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.faults.run import Run, beside, expect, verdict, voting
from tests.faults.survival import memory, page

SLOW = 1.0  # seconds in which a page answers on a quiet machine
LOOKS = 12
BODY = (
    b"POST /fr/identite HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 192.0.2.9\r\n"
    b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 600\r\n"
    b"cookie: browser=b\r\nsec-fetch-site: same-origin\r\n\r\nemail="
)


async def f28_slow_bodies(run: Run) -> str:
    """17, then 500 bodies of one network wait for their end; pages and votes go on."""
    told = []
    async with voting(run) as (stage, votes, crowd):
        port = stage.settings.port
        usual = await _slowest_page(port)
        for many in (17, 500):
            async with half_sent(port, many) as waiting:
                expect(waiting() == many, f"{many - waiting()} of {many} bodies end at once")
                looking = asyncio.ensure_future(_slowest_page(port))
                await beside(crowd.vote(votes, 2, tasks=4), looking)
                slowest = looking.result()
                held = await stage.sql(_HELD)
                expect(held < 4, f"{held} transactions wait beside {many} slow bodies")
                expect(
                    slowest < max(SLOW, 10 * usual),
                    f"beside {many} slow bodies a page takes {slowest:.2f} s, not {usual:.2f} s",
                )
                told.append(
                    f"beside {many} the slowest page takes {slowest * 1000:.0f} ms"
                    f" (else {usual * 1000:.0f} ms), site {memory(stage.children[0].pid):.0f} MB"
                )
        return "; ".join([await verdict(stage, votes, crowd, quiet=True), *told])


@asynccontextmanager
async def half_sent(port: int, many: int) -> AsyncIterator[Callable[[], int]]:
    """Connections whose body does not end; how many of them are still open."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(many)]
    for _, writer in opened:
        writer.write(BODY)
        await writer.drain()
    await asyncio.sleep(0.2)
    try:
        yield lambda: sum(not reader.at_eof() for reader, _ in opened)
    finally:
        for _, writer in opened:
            writer.close()


async def _slowest_page(port: int) -> float:
    slowest = 0.0
    for _ in range(LOOKS):
        begun = time.monotonic()
        status = await page(port)
        slowest = max(slowest, time.monotonic() - begun)
        expect(status == 200, f"a page answers {status}")
    return slowest


_HELD = """
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name LIKE 'beffroi%' AND state LIKE 'idle in transaction%'
"""
