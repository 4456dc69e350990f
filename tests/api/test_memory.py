"""The site's memory contains nothing that voters sent once the request is answered.

Memory is usually freed without being erased. These sites run with an allocator that writes over
what it frees, as SECURITY.md advises: what is found later is held. (The server's own, in Rust, is
written over by other requests.) Nor is garbage collected, since nobody knows when it would be: what
a reference cycle holds is found too. The control, a site with the framework's caches, holds
everything.
"""

import asyncio
import platform
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path

import httpx
import pytest

from benchmarks.processes import family, free_port
from deliberation.core.context import AppContext
from deliberation.core.settings import environment_of
from tests.sealed import SealedVote, a_sealed_vote
from tests.site import OWN_PAGE, Visitor, forms
from tests.web.account.test_identity_pages import ask, code_for

ROOT = Path(__file__).parents[2]
ROUNDS = 8  # of other people who vote and sign in: one or two are enough
ERASING = {
    "PYTHONMALLOC": "malloc",
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}
pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="its allocator can write over what it frees"
)


@dataclass
class Running:
    """A site in processes of its own."""

    port: int
    pids: list[int]
    people: int = 0

    def visitor(self) -> Visitor:
        """A browser on a network of its own."""
        self.people += 1
        return Remote(self.port, f"198.51.{self.people >> 8}.{self.people & 255}")


class Remote(Visitor):
    """A browser that goes through a socket."""

    def __init__(self, port: int, address: str) -> None:
        headers = {"x-forwarded-for": address, "accept-language": "fr", **OWN_PAGE}
        self.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, verify=False
        )
        self.page = httpx.Response(204)


@asynccontextmanager
async def a_site(app: AppContext, what: str) -> AsyncIterator[Running]:
    port = free_port()
    settings = replace(
        app.settings, port=port, trusted_proxies=1, log_level="error", core_dumps=True
    )
    child = subprocess.Popen(  # noqa: ASYNC220 (nobody else waits for it)
        [sys.executable, "-m", "tests.faults.process", what],
        env=environ | environment_of(settings) | ERASING,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=False) as client:
            for _ in range(600):
                try:
                    await client.get("/sante")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield Running(port, family(child.pid))
    finally:
        child.terminate()
        child.wait()


async def votes_by_pages(visitor: Visitor, vote: SealedVote, number: int) -> dict[str, str]:
    """A ballot by letter code; what the voter sent, and what must not be found beside it.

    Before that, they ask for a vote that is not there, and they mistype their code.
    """
    here = f"/fr/c/{vote.page.card.slug}/voter/{vote.poll.number}"
    marks = {f"g-{one.number}": str(1 + (number * one.number) % 7) for one in vote.poll.options}
    await visitor.open(here)
    await visitor.send(here, **marks)
    (submission,) = re.findall(r'name="submission" value="([^"]+)"', visitor.page.text)
    assert (await visitor.http.get(f"{here}9")).status_code == 404
    await visitor.send("/valider", code=vote.codes[number][:4])
    assert visitor.page.status_code == 422, visitor.text
    await visitor.send("/valider", code=vote.codes[number])
    assert visitor.page.status_code == 200, visitor.text
    cookie = visitor.http.cookies["browser"]
    await visitor.http.aclose()
    return {
        "form": submission,
        "code": vote.codes[number],
        "cookie": cookie,
    }


async def votes_by_api(visitor: Visitor, vote: SealedVote, number: int) -> dict[str, str]:
    """The same voter changes their vote by a program; what it sent."""
    submission = f"{vote.poll.secrecy}-submission-{number}."
    answer = await visitor.http.put(
        f"/api/v1/consultations/{vote.page.card.slug}/polls/{vote.poll.number}/ballot",
        json={
            "choice": {str(one.number): 1 + number % 7 for one in vote.poll.options},
            "submission": submission,
            "code": vote.codes[number],
        },
        headers={"authorization": "Bearer none"},
    )
    assert answer.status_code == 200, answer.text
    await visitor.http.aclose()
    return {"submission": submission}


async def signs_in(visitor: Visitor, app: AppContext, email: str) -> dict[str, str]:
    """Somebody signs in by a mailed code."""
    await ask(visitor, email, "/compte")
    request = next(form.values["request"] for form in forms(visitor.page.text) if form.values)
    code = await code_for(app, email)
    await visitor.send("/identite/code", code=code)
    cookie = visitor.http.cookies["session"]
    await visitor.http.aclose()
    return {"sign-in request": request, "sign-in code": f"code={code}", "session": cookie}


def held(pids: list[int], words: dict[str, str]) -> Iterator[str]:
    """Which of the words stand in the memory of some processes."""
    for pid in pids:
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for line in maps:
                place, mode, *_ = line.split()
                if "w" not in mode:
                    continue
                low, high = (int(end, 16) for end in place.split("-"))
                try:
                    memory.seek(low)
                    data = memory.read(high - low)
                except (OSError, ValueError):
                    continue  # unmapped meanwhile, or the kernel's own
                yield from (name for name, word in words.items() if word.encode() in data)


async def canaries(
    app: AppContext, running: Running, votes: list[SealedVote], rounds: int
) -> tuple[set[str], set[str]]:
    """Secrets found in the memory of the site just after some people voted, and after others
    came.
    """
    words: dict[str, str] = {}
    for vote in votes:
        secrecy = vote.poll.secrecy
        sent = await votes_by_pages(running.visitor(), vote, 0)
        sent |= await votes_by_api(running.visitor(), vote, 0)
        words |= {f"{secrecy}: {name}": word for name, word in sent.items()}
    words |= await signs_in(running.visitor(), app, f"canari.{running.port}@example.org")
    first = still = set(held(running.pids, words))
    for turn in range(rounds):
        for vote in votes:
            for number in range(3):
                await votes_by_pages(running.visitor(), vote, 1 + 3 * turn + number)
                await votes_by_api(running.visitor(), vote, 1 + 3 * turn + number)
        await signs_in(running.visitor(), app, f"autre.{running.port}.{turn}@example.org")
        still = set(held(running.pids, words))
        if not still:
            break
    return first, still


@pytest.fixture
async def votes(app: AppContext) -> list[SealedVote]:
    """A sealed and a plain vote by letter code."""
    electors = 1 + 3 * ROUNDS
    return [
        await a_sealed_vote(app, electors=electors),
        await a_sealed_vote(app, electors=electors, secrecy="plain", opened=False),
    ]


async def test_h2_what_a_voter_sent_is_not_held_in_memory(
    app: AppContext, votes: list[SealedVote]
) -> None:
    try:
        async with a_site(app, "uncollected") as running:
            _, still = await canaries(app, running, votes, ROUNDS)
    except PermissionError:
        pytest.skip("this system shows nobody the memory of their processes")
    assert not still


async def test_a_site_with_the_framework_s_caches_would_hold_it(
    app: AppContext, votes: list[SealedVote]
) -> None:
    try:
        async with a_site(app, "cached") as running:
            first, still = await canaries(app, running, votes, 2)
    except PermissionError:
        pytest.skip("this system shows nobody the memory of their processes")
    assert {
        "sealed: code",
        "session",
        "sign-in code",
    } <= first & still
