"""`deploy/nginx/beffroi.conf`: visitors' pages are kept, and what changes is seen by all at once.

The file is run as it is shipped, with other ports, folders and certificates.
"""

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from api import admission
from api.core.bodies import LONG
from benchmarks.processes import free_port
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import Settings
from deliberation.process.moderation.measures import hide, text_of
from deliberation.process.proposals.commands import proposal_row
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_result,
    an_authority,
    redate,
    request_context,
)
from tests.site import VisitorOf, served
from tests.web.access import ACCESS
from web.app import create_site

CONF = Path(__file__).parents[2] / "deploy" / "nginx" / "beffroi.conf"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(not NGINX, reason="no nginx here: apt-get install nginx-light")

AROUND = """
{user}
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    log_format seen "$request_uri $status $upstream_cache_status";
    include {folder}/beffroi.conf;
}}
"""
READERS = 20  # of pages of their own, at once
SEEN = 3.0  # seconds in which everybody sees what was hidden or published


@dataclass
class Proxy:
    """A site behind nginx."""

    http: httpx.AsyncClient
    folder: Path

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to somebody without cookies."""
        return await self.http.get(
            path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    async def kept(self, path: str, requests: int) -> list[str]:
        """What nginx did with each request of an address: MISS, HIT, EXPIRED, BYPASS, or `-`.

        It writes its log after it has answered.
        """
        log, found = self.folder / "access.log", list[str]()
        async with asyncio.timeout(30):
            while len(found) < requests:
                await asyncio.sleep(0.02)
                lines = [line.split() for line in log.read_text().splitlines()]
                found = [did for asked, _, did in lines if asked == path]
        return found

    async def until(self, path: str, right: str, begun: float) -> None:
        """Ask for a page until its words match; whoever asks `SEEN` seconds later sees them."""
        while True:
            asked = time.monotonic()
            if re.search(right, (await self.get(path)).text):
                return
            assert asked - begun <= SEEN, f"{path} does not say {right}"
            await asyncio.sleep(0.05)


@pytest.fixture
async def proxy(app: AppContext, settings: Settings, tmp_path: Path) -> AsyncIterator[Proxy]:
    port, secure = free_port(), tmp_path / "cert.pem"
    subprocess.run(  # noqa: ASYNC221
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext"),
            *("subjectAltName=DNS:localhost", "-keyout", secure, "-out", tmp_path / "chain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    behind = replace(settings, origin=f"https://localhost:{port}", trusted_proxies=1)
    async with served(behind) as site:
        conf = CONF.read_text()
        for shipped, ours in {
            "127.0.0.1:8000": site.removeprefix("http://"),
            "/var/cache/nginx-beffroi": f"{tmp_path}/cache",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2 sndbuf=8k;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
            "participer.example.org;  # HERE": "localhost;",
            "/etc/letsencrypt/live/participer.example.org/fullchain.pem": f"{tmp_path}/chain.pem",
            "/etc/letsencrypt/live/participer.example.org/privkey.pem": str(secure),
            "max_conns=1024": f"max_conns={READERS}",
            "access_log off;": f"access_log {tmp_path}/access.log seen;",
            "/var/log/nginx/beffroi.error.log": f"{tmp_path}/site.error.log",
        }.items():
            assert shipped in conf, shipped
            conf = conf.replace(shipped, ours)
        (tmp_path / "beffroi.conf").write_text(conf)
        user = "user root;" if os.geteuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path, user=user))
        command: list[str | Path] = [
            str(NGINX),
            "-p",
            tmp_path,
            "-c",
            tmp_path / "nginx.conf",
            "-g",
            "daemon off;",
        ]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        try:
            async with httpx.AsyncClient(
                base_url=f"https://localhost:{port}",
                verify=ssl.create_default_context(cafile=tmp_path / "chain.pem"),
                trust_env=False,
                timeout=60,
            ) as http:
                async with asyncio.timeout(60):
                    while process.poll() is None:
                        try:
                            await http.get("/sante")
                            break
                        except httpx.TransportError:
                            await asyncio.sleep(0.05)
                assert process.poll() is None, (tmp_path / "error.log").read_text()
                yield Proxy(http, tmp_path)
        finally:
            process.terminate()
            process.wait()


async def test_a_crowd_before_a_page_that_is_not_kept_reaches_the_site_once(
    app: AppContext, proxy: Proxy
) -> None:
    page = await a_consultation(app)
    await proxy.get(f"/fr/c/{(await a_consultation(app)).card.slug}")  # templates are compiled once
    here = f"/fr/c/{page.card.slug}"
    answers = await asyncio.gather(*(proxy.get(here) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    found = await proxy.kept(here, 50)
    assert found.count("MISS") <= 2  # two seconds may end meanwhile
    assert set(found) <= {"MISS", "HIT"}


async def test_what_is_hidden_is_gone_for_all(app: AppContext, proxy: Proxy) -> None:
    authority = await an_authority(app)
    moderator = await a_member(app, authority, "moderator")
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page, title="Un texte injurieux")
    lists = [f"/fr/c/{page.card.slug}", f"/fr/c/{page.card.slug}/propositions"]
    lists += [f"/api/v1/consultations/{page.card.slug}/proposals", f"/embed/c/{page.card.slug}"]
    its_own = f"/fr/c/{page.card.slug}/p/{number}"
    for path in (*lists, its_own):
        assert "Un texte injurieux" in (await proxy.get(path)).text
        assert "Un texte injurieux" in (await proxy.get(path)).text
        first, second = await proxy.kept(path, 2)
        assert (first, second in ("HIT", "MISS")) == ("MISS", True)  # two seconds may end between
    async with request_context(app, moderator) as ctx:
        found = await text_of(ctx, authority.id, (await proposal_row(ctx, page.ref, number)).id)
        await hide(ctx, found, "off_topic", "", reports=0)
    begun = time.monotonic()
    gone = [proxy.until(path, r"\A(?!.*Un texte injurieux)(?s:.*)\Z", begun) for path in lists]
    await asyncio.gather(*gone, proxy.until(its_own, "retiré|masqué", begun))
    answer = await proxy.get(its_own)
    assert answer.status_code == 410
    assert "Un texte injurieux" not in answer.text


async def test_a_result_is_there_for_all(app: AppContext, proxy: Proxy) -> None:
    page, poll = await a_poll(app)
    for _ in range(3):
        await a_ballot(app, page, poll, {str(one.number): 5 for one in poll.options})
    there = f"/fr/c/{page.card.slug}/resultats/1"
    assert "result.csv" not in (await proxy.get(there)).text
    await a_result(app, page, poll)
    begun = time.monotonic()
    await proxy.until(there, "result.csv", begun)


async def test_no_phase_is_shown_open_after_its_close(app: AppContext, proxy: Proxy) -> None:
    """Fifteen people a second look at a consultation while it closes, by the database's clock."""
    page = await a_consultation(app, proposals=(-1, 10))
    await redate(app, page, "closes_at = clock_now() + interval '6 seconds'")
    async with request_context(app) as ctx:
        closes = time.monotonic() + 6.0  # at the latest: the statement came before
        assert ctx.changes_at is None
    here, open_late, kept = f"/fr/c/{page.card.slug}", 0, set()
    while (asked := time.monotonic()) < closes + 3:
        answer = await proxy.get(here)
        is_open = "Les propositions sont ouvertes" in answer.text
        open_late += is_open and asked > closes
        if asked < closes - 4:
            assert is_open
        kept.add(answer.headers["cache-control"])
        await asyncio.sleep(0.06)
    assert open_late == 0
    assert "public, max-age=0, s-maxage=2" in kept
    assert "private, no-cache" in kept
    assert "HIT" in await proxy.kept(here, 2)


async def test_what_is_somebody_s_own_is_never_kept(
    app: AppContext, proxy: Proxy, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}"
    session = (await visitor_of(await a_person(app, "Zoé Zzunique"))).http.cookies["session"]
    own = {"cookie": f"browser=b; __Host-session={session}"}
    for path in (here, "/fr/", "/fr/compte"):
        for headers in (own, {"authorization": f"Bearer {session}"}):
            answer = await proxy.get(path, **headers)
            assert answer.headers["cache-control"] == "no-store"
        assert "Zzunique" in (await proxy.get(path, **own)).text
        assert "Zzunique" not in (await proxy.get(path)).text
    public = await proxy.get(here)
    assert public.headers["cache-control"].startswith("public, ")
    assert "Zzunique" in (await proxy.get(here, **own)).text
    files = [file for file in (proxy.folder / "cache").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if session.encode() in file.read_bytes()]
    assert "HIT" not in await proxy.kept("/fr/compte", 3)


async def test_each_way_of_packing_has_its_copy(app: AppContext, proxy: Proxy) -> None:
    page = await a_consultation(app)
    here, texts = f"/fr/c/{page.card.slug}", set()
    for accepted, used in {
        "br, gzip": "br",
        "gzip": "gzip",
        "identity": None,
        "zstd, br": "br",
    }.items():
        answer = await proxy.get(here, accept_encoding=accepted)
        assert answer.headers.get("content-encoding") == used
        texts.add(answer.text)
    assert len(texts) == 1
    validator = (await proxy.get(here, accept_encoding="br")).headers["etag"]
    again = await proxy.get(here, accept_encoding="br", if_none_match=validator)
    assert (again.status_code, again.content) == (304, b"")
    head = await proxy.http.head(here, headers={"accept-encoding": "br"})
    assert (head.status_code, head.headers["etag"]) == (200, validator)
    assert "x-accel-expires" not in answer.headers


async def test_the_site_behind_it_counts_and_is_told_the_truth(proxy: Proxy) -> None:
    answer = await proxy.get("/fr/")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert "server" not in answer.headers or "/" not in answer.headers["server"]
    for path in ("/metrics", "/sante/tout"):
        assert (await proxy.get(path)).status_code == 404


async def test_no_address_stands_for_another_one_in_another_packing(
    app: AppContext, proxy: Proxy
) -> None:
    """Whoever asks for the address that only ends with the name of a packing changes no page."""
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}"
    for packing in ("br", "gzip"):
        assert (await proxy.get(here + packing, accept_encoding="identity")).status_code == 404
        assert (await proxy.get(here, accept_encoding=packing)).status_code == 200


async def test_a_crowd_before_a_busy_site_does_not_make_it_busier(
    app: AppContext, proxy: Proxy
) -> None:
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}"
    async with transaction(app.engine) as db:
        await db.execute(text("LOCK TABLE consultation"))
        asking = [asyncio.create_task(proxy.get(here)) for _ in range(40)]
        await asyncio.sleep(6)
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert (await proxy.kept(here, 40)).count("MISS") <= 4


async def test_a_crowd_before_a_copy_that_is_too_old_reaches_the_site_once(
    app: AppContext, proxy: Proxy
) -> None:
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}/p/{await a_proposal(app, page)}"
    assert (await proxy.get(here)).status_code == 200
    await asyncio.sleep(SEEN + 0.1)
    async with transaction(app.engine) as db:
        await db.execute(text("LOCK TABLE comment"))
        asking = [asyncio.create_task(proxy.get(here)) for _ in range(40)]
        await asyncio.sleep(1)
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert len([did for did in await proxy.kept(here, 41) if did != "HIT"]) <= 1 + 2


async def test_who_reads_waits_in_no_queue_without_end_and_a_form_goes_first(
    app: AppContext, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LONGEST", 60.0)
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}/p/{await a_proposal(app, page)}"
    own = {"cookie": "__Host-session=of-somebody"}
    async with transaction(app.engine) as db:
        await db.execute(text("LOCK TABLE comment"))
        asking = [asyncio.create_task(proxy.get(here, **own)) for _ in range(READERS + 1)]
        (refused,), _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        answer = refused.result()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert answer.headers["cache-control"] == "no-store"
        assert "Ce qui vous a été confirmé est enregistré" in answer.text
        sent = await proxy.http.post("/fr/identite", data={"email": ""})
        assert sent.status_code == 422
    told = [one.result().status_code for one in asking if await asyncio.wait([one])]
    assert sorted(told) == [200] * READERS + [503]


async def test_who_reads_slowly_keeps_nobody_out(app: AppContext, proxy: Proxy) -> None:
    page, own = await a_consultation(app), "__Host-session=of-somebody"
    number = await a_proposal(app, page)
    for _ in range(10):
        await a_comment(app, page, number, body="é" * 4000)
        await a_comment(app, page, number, body="é" * 4000, stance="against")
    here = f"/fr/c/{page.card.slug}/p/{number}"
    assert 150_000 < len((await proxy.get(here, cookie=own)).content) < 200_000
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(await asyncio.to_thread(_begin_to_read, proxy, here, own))
        assert (await proxy.get(here, cookie=own)).status_code == 200


def _begin_to_read(proxy: Proxy, path: str, cookie: str) -> ssl.SSLSocket:
    """The connection of somebody who reads the first bytes of an answer, and no more."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", proxy.http.base_url.port))
    tls = ssl.create_default_context(cafile=proxy.folder / "chain.pem")
    secure = tls.wrap_socket(reader, server_hostname="localhost")
    secure.sendall(f"GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n".encode())
    assert b" 200 " in secure.recv(15)
    return secure


async def test_a_file_that_never_changes_is_asked_for_once(proxy: Proxy) -> None:
    (path, *_) = re.findall(r"/static/[^\"]+\.css", (await proxy.get("/fr/")).text)
    for _ in range(2):
        assert (await proxy.get(path)).status_code == 200
        await asyncio.sleep(2.1)  # beyond those in which a page is asked for once
    assert await proxy.kept(path, 2) == ["MISS", "HIT"]


async def test_an_address_with_a_tracker_leads_to_the_page_of_all(
    app: AppContext, proxy: Proxy
) -> None:
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}"
    for tracked in ("fbclid=Iw%20AR-x", "utm_source=a&utm_medium=b", "gclid=%0d%0aset-cookie:x&"):
        answer = await proxy.get(f"{here}?{tracked}")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"https://localhost{here}"
        assert "set-cookie" not in answer.headers
    answer = await proxy.get(f"{here}/propositions?fbclid=x&tri=recentes")
    assert answer.status_code == 200  # what somebody chose is not lost
    sent = await proxy.http.post("/fr/identite?utm_source=a", data={"email": ""})
    assert sent.status_code != 302  # nor what somebody typed


async def test_a_crowd_at_the_door_does_not_stand_in_line(proxy: Proxy) -> None:
    await proxy.get("/")
    begun = time.monotonic()
    answers = await asyncio.gather(*(proxy.get("/") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {302}
    assert time.monotonic() - begun < 3  # in line: half a second each, five at most


def test_only_what_is_the_same_for_all_is_asked_for_one_at_a_time() -> None:
    """nginx lets one request at a time ask for a page that it may keep."""
    (kept,) = re.findall(r"location ~ (\S*voter\S*) \{", CONF.read_text())
    files = {"/a/{slug}/logo.svg", "/embed/frame.js", "/embed/v1.js"}
    for route, audience in ACCESS.items():
        method, path = route.split()
        waits = re.match(kept, re.sub(r"\{[a-z_]+\}", "1", path)) is not None
        if method == "GET" and audience in ("everybody", "shared"):
            assert waits is (audience == "shared" or path in files), path


def test_nothing_that_the_site_takes_is_too_large_for_the_proxy() -> None:
    (most,) = re.findall(r"client_max_body_size (\d+)m;", CONF.read_text())
    largest = max(
        handler.resolve_request_max_body_size() or LONG
        for route in create_site().routes
        for handler in getattr(route, "route_handlers", [])
    )
    assert largest <= int(most) << 20
