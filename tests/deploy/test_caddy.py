"""`deploy/caddy/Caddyfile`: a site behind TLS, that counts its visitors and shows no operation."""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from benchmarks.processes import free_port

FILE = Path(__file__).parents[2] / "deploy" / "caddy" / "Caddyfile"
pytestmark = pytest.mark.skipif(
    not shutil.which("caddy"), reason="no caddy here: apt install caddy"
)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A site that answers with the head of what it was asked."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(head), head))


@pytest.fixture
async def caddy(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of Caddy, which has a certificate of its own authority for localhost."""
    upstream = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = free_port()
    # On a machine without a domain: its own authority, its own folder, no port 80, no control port.
    own = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tlocal_certs\n"
    config = tmp_path / "Caddyfile"
    config.write_text(FILE.read_text().replace("\n{\n", f"\n{own}", 1))
    process = subprocess.Popen(  # noqa: ASYNC220 (it runs beside)
        ["caddy", "run", "--adapter", "caddyfile", "--config", config],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "SITE": f"https://localhost:{port}",
            "UPSTREAM": f"127.0.0.1:{upstream.sockets[0].getsockname()[1]}",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    root = tmp_path / ".local/share/caddy/pki/authorities/local/root.crt"
    try:
        async with asyncio.timeout(60):
            while not root.exists():  # noqa: ASYNC110 (another program's file)
                await asyncio.sleep(0.1)
        trusted = ssl.create_default_context(cafile=root)
        async with httpx.AsyncClient(
            base_url=f"https://localhost:{port}", verify=trusted, trust_env=False
        ) as client:
            async with asyncio.timeout(60):
                while True:
                    try:
                        await client.get("/")
                        break
                    except httpx.TransportError:
                        await asyncio.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.wait()
        upstream.close()


async def test_p8_a_visitor_is_one_address_whatever_they_send(caddy: httpx.AsyncClient) -> None:
    said = (await caddy.get("/c/place", headers={"x-forwarded-for": "198.51.100.7"})).text.lower()
    assert said.startswith("get /c/place http/1.1")
    assert [line for line in said.splitlines() if line.startswith("x-forwarded-for")] in (
        ["x-forwarded-for: 127.0.0.1"],
        ["x-forwarded-for: ::1"],
    )
    assert f"host: {caddy.base_url.netloc.decode()}" in said


async def test_p8_what_is_for_operators_is_not_shown_outside(caddy: httpx.AsyncClient) -> None:
    assert (await caddy.get("/sante")).status_code == 200
    for path in ("/metrics", "/sante/tout"):
        assert (await caddy.get(path)).status_code == 404
