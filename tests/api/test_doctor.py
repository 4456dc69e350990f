"""`beffroi doctor`: what is wrong with an installation is a line of it, and nothing is changed."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.app_context import open_app
from api.cli.site.doctor import CHECKS
from deliberation.core import clock
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.settings import Settings, environment_of
from deliberation.devserver import server
from deliberation.elections.pseudonyms.keys import folder_name, folder_of
from deliberation.migrations.grants import SITE, grant
from deliberation.migrations.upgrade import migrate
from tests.cli import beffroi_here
from tests.conftest import GivenServer
from tests.databases import empty_database
from tests.faults.services import a_post_office
from tests.oidc_provider import provider_running

Server = server.Cluster | GivenServer
Lines = dict[str, tuple[str, str]]


@pytest.fixture
async def place(cluster: Server, database_url: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """A migrated site of its own whose settings are as they should be."""
    url = await empty_database(cluster, "doctor")
    await asyncio.to_thread(migrate, url)
    await grant(url)
    settings = Settings(database_url=url, secret="s" * 40, folder=str(tmp_path / "data"))
    async with open_app(settings, serving=True):
        folder_name(settings)
        yield settings


async def examined(settings: Settings, *words: str, **given: str) -> tuple[int, Lines]:
    """Exit code, and check -> the verdict and sentence of its worst line."""
    environment = {**environment_of(settings), **given}
    said = await asyncio.to_thread(
        beffroi_here, "doctor", "--json", *words, lang="en", environment=environment
    )
    worst = ("ok", "skipped", "look", "fault")
    found: Lines = {}
    for one in sorted(
        json.loads(said.stdout)["findings"], key=lambda one: worst.index(one["verdict"])
    ):
        found[one["check"]] = one["verdict"], one["said"]
    return said.exit_code, found


async def test_p2_a_sound_installation_has_a_line_a_check_and_no_fault(place: Settings) -> None:
    async with a_post_office() as office, provider_running(lambda: 0) as provider:
        office.troubles.clear()
        sound = replace(
            place,
            smtp=f"smtp://127.0.0.1:{office.port}",
            mail_from="Site <site@example.org>",
            oidc_issuer=provider.issuer,
            oidc_client="site",
        )
        code, lines = await examined(as_site(sound), "--mail", "ana@example.org")
        assert [to for to, _ in office.delivered] == ["ana@example.org"]
    verdicts = {check: verdict for check, (verdict, _) in lines.items()}
    # Nothing serves at the public address of this test.
    assert verdicts == dict.fromkeys(CHECKS, "ok") | {"site": "fault"}
    assert code == 1
    assert sound.secret not in str(lines)


async def test_p2_one_line_each_and_the_exit_code_say_what_is_wrong(place: Settings) -> None:
    wrong = {"BEFFROI_SMPT": "smtp://mail", "BEFFROI_ORIGIN": "https://site.invalid"}
    said = await asyncio.to_thread(
        beffroi_here, "doctor", environment={**environment_of(place), **wrong}
    )
    assert said.exit_code == 1
    lines = said.stdout.splitlines()
    assert any(one.startswith("look    settings: BEFFROI_SMPT is no setting") for one in lines)
    assert any(one.startswith("fault   address: BEFFROI_TRUSTED_PROXIES") for one in lines)
    assert any(one.startswith("fault   site: ") for one in lines)
    assert any(one.startswith("look    rights: ") for one in lines)  # as the tables' owner


async def test_f30_a_database_that_is_away_is_named_and_the_rest_is_skipped(
    place: Settings,
) -> None:
    away = replace(place, database_url="postgresql://site:hushhush@127.0.0.1:1/site")
    code, lines = await examined(away)
    assert code == 1
    assert lines["database"][0] == "fault"
    assert "127.0.0.1:1" in lines["database"][1]
    assert "DATABASE_URL" in lines["database"][1]
    assert "hushhush" not in str(lines)
    assert lines["rights"] == ("skipped", "schema comes first")
    assert lines["settings"][0] == "look"


async def test_p2_settings_that_cannot_be_read_are_the_only_line(place: Settings) -> None:
    assert await examined(place, BEFFROI_SECRET="short") == (
        1,
        {"settings": ("fault", "BEFFROI_SECRET: at least 32 characters are needed")},
    )


async def test_p2_a_schema_that_waits_and_rights_that_lack_are_faults(
    place: Settings, cluster: Server
) -> None:
    async with open_app(place) as app, transaction(app.engine) as db:
        await db.execute(text(f"REVOKE INSERT, UPDATE ON poll FROM {SITE}"))
    _, lines = await examined(as_site(place))
    assert lines["rights"][0] == "fault"
    assert "lacks INSERT on poll, 2 in all" in lines["rights"][1]
    empty = replace(place, database_url=await empty_database(cluster, "doctor_empty"))
    _, lines = await examined(empty)
    assert lines["schema"][0] == "fault"
    assert "0017" in lines["schema"][1]
    assert lines["processes"][0] == "skipped"


async def test_p2_another_secret_or_folder_and_keys_that_others_read_are_found(
    place: Settings, tmp_path: Path
) -> None:
    _, lines = await examined(replace(place, secret="t" * 40))
    assert lines["processes"][0] == "fault"
    assert "not the secret" in lines["processes"][1]
    await examined(place)
    folder_of(place).chmod(0o755)
    _, lines = await examined(place)
    assert lines["processes"] == (
        "fault",
        f"{folder_of(place)} has mode 755: give it 700, for it holds keys of votes",
    )
    another = replace(place, folder=str(tmp_path / "another"))
    folder_name(another)
    _, lines = await examined(another)
    assert lines["processes"] == (
        "look",
        f"other processes use another folder of keys than {folder_of(another)}: BEFFROI_FOLDER",
    )


async def test_p2_before_the_first_start_nothing_is_made_and_no_secret_is_taken(
    cluster: Server, tmp_path: Path
) -> None:
    url = await empty_database(cluster, "doctor_first")
    await asyncio.to_thread(migrate, url)
    new = Settings(database_url=url, secret="s" * 40, folder=str(tmp_path / "data"))
    for _ in range(2):
        _, lines = await examined(new)
        assert lines["processes"][0] == "look"
        assert "none was started yet" in lines["processes"][1]
    assert not Path(new.folder).exists()  # noqa: ASYNC240
    async with open_app(replace(new, secret="t" * 40)):
        folder_name(new)
    _, lines = await examined(new)
    assert "not the secret" in lines["processes"][1]


async def test_p2_more_processes_than_the_database_has_connections_are_told(
    place: Settings,
) -> None:
    _, lines = await examined(as_site(replace(place, workers=90)))
    assert lines["database"][0] == "look"
    assert "max_connections is" in lines["database"][1]


async def test_p2_clocks_that_differ_are_told(
    place: Settings, app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with transaction(app.engine) as db:
        assert abs(await clock.drift(db)) < 2

    async def ahead(db: Any) -> float:
        return 61.0

    monkeypatch.setattr(clock, "drift", ahead)
    _, lines = await examined(place)
    assert lines["clock"][0] == "look"
    assert "+61.0 s" in lines["clock"][1]


async def test_p2_the_certificate_of_the_public_address_is_read_as_visitors_do(
    place: Settings, tmp_path: Path
) -> None:
    key, file = ec.generate_private_key(ec.SECP256R1()), tmp_path / "own.pem"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    async with open_app(place) as app, transaction(app.engine) as db:
        now = await clock.now(db)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    async with await asyncio.start_server(_answer, "localhost", 0, ssl=context) as site:
        port = site.sockets[0].getsockname()[1]
        public = replace(place, origin=f"https://localhost:{port}", trusted_proxies=1)
        _, lines = await examined(public, SSL_CERT_FILE=str(file))
        assert lines["site"] == ("look", "its certificate lasts 3 days")
        _, lines = await examined(public)
        assert lines["site"][0] == "fault"
        assert "CERTIFICATE_VERIFY_FAILED" in lines["site"][1]


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


def as_site(settings: Settings) -> Settings:
    """The same, with the site's role."""
    url = make_url(settings.database_url).set(username=SITE)
    return replace(settings, database_url=url.render_as_string(hide_password=False))
