"""`beffroi sealed verify` and `mirror`: a whole ceremony by commands, then every way to tamper."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Literal

import msgspec
import pytest

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.ballot_box.lifecycle import open_ballot_box, opening_requirements
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.sealed_protocol.board import SignedEntry, next_line, read_board
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.receipts import new_receipt
from deliberation.elections.sealed_protocol.signatures import sign_minutes
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
)
from deliberation.process.consultations.queries import consultation_page
from tests.builders import a_poll, an_authority, request_context
from tests.cli import beffroi_here, beffroi_process
from tests.sealed import (
    TRUSTEES,
    SealedVote,
    a_roll,
    a_sealed_ballot,
    close_sealed,
    counted,
    countersigned,
)
from tests.sealed_files import (
    POLL,
    SITE,
    an_archive,
    rows_of,
    with_result,
    write_board,
)
from tests.site import Visitor

PHRASE = "une phrase assez longue"


async def run(
    app: AppContext, *words: str | Path, lang: Literal["fr", "en"] = "fr"
) -> CompletedProcess[str]:
    """A command: as a process that knows this site's database, if it needs one."""
    if words[1] not in ("export", "publish"):
        here = await asyncio.to_thread(beffroi_here, *words, lang=lang)
        return CompletedProcess([], here.exit_code, here.stdout, here.stderr)
    environment = {
        "DATABASE_URL": app.settings.database_url,
        "BEFFROI_SECRET": app.settings.secret,
    }
    return await asyncio.to_thread(beffroi_process, *words, environment=environment)


@asynccontextmanager
async def on_a_port(visitor: Visitor) -> AsyncIterator[str]:
    """The site behind a real port: what is asked there is asked of the application."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).split()[1].decode()
        while (await reader.readline()).strip():
            pass
        found = await visitor.http.get(path, headers={"accept-encoding": "identity"})
        head = f"HTTP/1.1 {found.status_code} -\r\ncontent-length: {len(found.content)}\r\n"
        writer.write(head.encode() + b"connection: close\r\n\r\n" + found.content)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_sealed_vote_from_the_keys_to_the_check_by_commands(
    app: AppContext,
    visitor_of: Callable[[Viewer | None], Awaitable[Visitor]],
    tmp_path: Path,
) -> None:
    (tmp_path / "p.txt").write_text(PHRASE, encoding="utf-8")
    secret = ("--passphrase-file", tmp_path / "p.txt")

    # Three trustees make their keys, and the agents register what they hand over.
    for name in ("Ana", "Bo", "Chloé"):
        words: tuple[str | Path, ...] = (
            "sealed",
            "keygen",
            "--name",
            name,
            "--out",
            tmp_path / f"{name}.key",
            *secret,
        )
        done = await run(app, *words)
        assert done.returncode == 0, done.stderr
    authority = await an_authority(app)
    page, poll = await a_poll(
        app, authority=authority, vote=(-1, 3), secrecy="sealed", eligibility="code"
    )
    agent, _ = await countersigned(app, page)
    codes = await a_roll(app, page, 12)
    async with request_context(app, agent) as ctx:
        for name in ("Ana", "Bo", "Chloé"):
            await register_trustee(ctx, page.ref, (tmp_path / f"{name}.public.json").read_bytes())
        (tmp_path / "dry.tar").write_bytes(await begin_rehearsal(ctx, page.ref))

    # The dry run, with the same command as the count.
    for name in ("Ana", "Bo", "Chloé"):
        words = ("sealed", "decrypt", tmp_path / "dry.tar", "--key", tmp_path / f"{name}.key")
        done = await run(app, *words, "--out", tmp_path / f"dry-{name}", *secret)
        assert done.returncode == 0, done.stderr
        async with request_context(app, agent) as ctx:
            await hand_in_shares(ctx, page.ref, (tmp_path / f"dry-{name}").read_bytes())
    async with request_context(app) as ctx:
        assert await opening_requirements(ctx, page.ref) == []
        await open_ballot_box(ctx, str(poll.id))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        vote = SealedVote(page, await poll_view(ctx, page.ref, 1), codes)

    # The vote, watched by a witness.
    slug, receipts = page.card.slug, []
    for place, code in enumerate(codes):
        receipts.append(await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7}))
    (tmp_path / "receipt.json").write_bytes(canonical(receipts[3]))
    early = await run(app, "sealed", "export", slug, "1", "--out", tmp_path / "early.tar")
    assert (early.returncode, (tmp_path / "early.tar").exists()) == (6, False)
    visitor = await visitor_of(None)
    async with on_a_port(visitor) as site:
        address = f"{site}/fr/c/{slug}/voter/1"
        mirror = ("sealed", "mirror", address, "--folder", tmp_path / "mirror")
        done = await run(app, *mirror)
        assert done.returncode == 0, done.stderr
        done = await run(app, "sealed", "verify", address, "--receipt", tmp_path / "receipt.json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "doit être au tableau au plus tard à la clôture" in done.stdout

        # The close, the count by two of three, its publication.
        await close_sealed(app, vote)
        done = await run(app, "sealed", "export", slug, "1", "--out", tmp_path / "urn.tar")
        assert done.returncode == 0, done.stderr
        for name in ("Ana", "Chloé"):
            words = ("sealed", "decrypt", tmp_path / "urn.tar", "--key", tmp_path / f"{name}.key")
            done = await run(app, *words, "--out", tmp_path / f"s-{name}", *secret)
            assert done.returncode == 0, done.stderr
        shares, out = (tmp_path / "s-Ana", tmp_path / "s-Chloé"), tmp_path / "count"
        done = await run(app, "sealed", "count", tmp_path / "urn.tar", *shares, "--out", out)
        assert done.returncode == 0, done.stderr
        publish: list[str | Path] = ["sealed", "publish", slug, "1"]
        publish += ["--minutes", out / "minutes.json", "--pdf", out / "minutes.pdf"]
        publish += ["--recount", out / "recount.json"]
        for name in ("Ana", "Chloé"):
            words = ("sealed", "sign", out / "minutes.json", "--key", tmp_path / f"{name}.key")
            done = await run(app, *words, "--out", tmp_path / f"{name}.sig", "--yes", *secret)
            assert done.returncode == 0, done.stderr
            publish += ["--signature", tmp_path / f"{name}.sig"]
        alone = await run(app, *publish[:-2])
        assert alone.returncode == 3
        assert "signatures valables : 1 ; il en faut 2" in _plain(alone.stderr).lower()
        done = await run(app, *publish)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith(f"/fr/c/{slug}/resultats/1")
        again = await run(app, *publish)
        assert again.returncode == 5

        # Anybody checks, online and then offline.
        done = await run(app, *mirror)
        assert done.returncode == 0, done.stderr
        words = ("--receipt", tmp_path / "receipt.json", "--mirror", tmp_path / "mirror")
        for where in (address, f"{site}/c/{slug}/resultats/1?x=1", f"{site}/en/c/{slug}/voter"):
            done = await run(app, "sealed", "verify", where, *words)
            assert done.returncode == 0, done.stdout + done.stderr
        said = _plain(done.stdout)
        assert "Le procès-verbal est signé par Ana et Chloé" in said
        assert "En tête : « Rue de la Gare »" in said
        assert "son bulletin est au tableau" in said
        assert "Tout ce qui a pu être vérifié tient." in said
        files = tmp_path / "files"
        files.mkdir()
        for name, path in _PUBLISHED.items():
            found = await visitor.http.get(f"/api/v1/consultations/{slug}/polls/1/{path}")
            assert found.status_code == 200
            (files / name).write_bytes(found.content)
        missing = await run(app, "sealed", "verify", f"{site}/fr/c/nulle-part/voter/1")
        assert missing.returncode == 4
    gone = await run(app, "sealed", "verify", address)
    assert (gone.returncode, "ne peut pas être lu" in gone.stderr) == (4, True)
    done = await run(app, "sealed", "verify", files, *words, "--json", lang="en")
    assert done.returncode == 0, done.stdout + done.stderr
    claims = json.loads(done.stdout)["findings"]
    assert [one["claim"] for one in claims] == [
        "board", "grown", "receipt-shown", "closed", "same-vote", "signed", "adds-up", "complete",
        "recount",
    ]  # fmt: skip
    assert done.stdout.count("The minutes are signed by Ana and Chloé") == 1


_PUBLISHED = {
    "board.jsonl": "board",
    "minutes.json": "minutes",
    "signatures.json": "signatures",
    "recount.json": "result/recount",
}


# Files of a vote without a site, and every way to change them.


@pytest.fixture(scope="module")
def true_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what is published of a counted vote, all of it true."""
    folder = tmp_path_factory.mktemp("true")
    archive = tmp_path_factory.mktemp("urn") / "urn.tar"
    board = an_archive(archive, rows_of(12))
    found = counted(archive.read_bytes())
    assert found.recount is not None
    (folder / "minutes.json").write_bytes(found.minutes)
    (folder / "recount.json").write_bytes(found.recount)
    for number in (1, 2):
        signature = sign_minutes(TRUSTEES[number - 1], found.minutes)
        (folder / f"signature-{number}.json").write_bytes(canonical(signature))
    write_board(folder / "board.jsonl", with_result(board, found.minutes))
    return folder


@pytest.fixture
def published(true_files: Path, tmp_path: Path) -> Path:
    """A copy of them, to be changed."""
    return shutil.copytree(true_files, tmp_path / "published")


def test_true_files_hold_in_french_and_in_english(published: Path) -> None:
    for lang, said in (("fr", "[tient]"), ("en", "[holds]")):
        done = beffroi_here("sealed", "verify", published, lang=lang)
        assert done.exit_code == 0, done.output
        assert done.stdout.count(said) == 7
    files = [published / "board.jsonl", published / "minutes.json", published / "recount.json"]
    files += [published / f"signature-{number}.json" for number in (1, 2)]
    assert beffroi_here("sealed", "verify", *files).exit_code == 0


def _swap_hashes(lines: list[SignedEntry]) -> list[SignedEntry]:
    first = lines[1].entry
    body = {"hashes": first.body["hashes"][::-1]}
    entry = msgspec.structs.replace(first, body=body)
    return [lines[0], msgspec.structs.replace(lines[1], entry=entry), *lines[2:]]


def _rebuilt(lines: list[SignedEntry], keep: Callable[[SignedEntry], bool]) -> list[SignedEntry]:
    """The board without some entries, chained and signed anew by the site itself."""
    board: list[SignedEntry] = []
    for line in filter(keep, lines):
        last = board[-1].entry if board else None
        board.append(next_line(last, POLL, line.entry.kind, line.entry.body, SITE))
    return board


# How the board is changed -> the claims that no longer hold, and words that are said.
BOARDS: list[tuple[Callable[[list[SignedEntry]], list[SignedEntry]], set[str], str]] = [
    (_swap_hashes, {"board"}, "l’écriture n° 3 ne suit pas celle qui la précède"),
    (lambda lines: lines[:-1], {"same-vote"}, "n’est pas au tableau"),
    (lambda lines: [lines[0], *lines[2:]], {"board", "closed"}, "porte le numéro 3"),
    (lambda lines: [lines[1], lines[0], *lines[2:]], {"board"}, "n’est pas signée par le site"),
    (
        lambda lines: _rebuilt(lines, lambda line: line.entry.number != 3),
        {"closed", "same-vote"},
        "12 annoncés, 7 trouvés",
    ),
    (lambda lines: [], {"board"}, "le tableau est vide"),
]


@pytest.mark.parametrize(("change", "claims", "said"), BOARDS)
def test_a_changed_board_is_told(
    published: Path,
    change: Callable[[list[SignedEntry]], list[SignedEntry]],
    claims: set[str],
    said: str,
) -> None:
    file = published / "board.jsonl"
    write_board(file, change(read_board(file.read_bytes())))
    done = beffroi_here("sealed", "verify", file, *_others(published), "--json")
    if not file.read_bytes():
        assert done.exit_code == 3
        return
    assert done.exit_code == 1, done.output
    found = {one["claim"] for one in json.loads(done.stdout)["findings"] if not one["holds"]}
    assert claims <= found
    done = beffroi_here("sealed", "verify", file, *_others(published))
    assert said in _plain(done.stdout).lower()
    assert "[NE TIENT PAS]" in done.stdout


def _others(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.name != "board.jsonl")


def test_a_line_that_cannot_be_read_is_named(published: Path) -> None:
    file = published / "board.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], b'{"entry": 3}\n', *lines[2:]]))
    done = beffroi_here("sealed", "verify", published)
    assert done.exit_code == 1
    assert "L’écriture n° 2 ne peut pas être lue" in _plain(done.stdout)


def _edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_bytes(canonical(document))


def test_changed_minutes_do_not_hold(published: Path) -> None:
    _edit(published / "minutes.json", lambda one: one.update(unreadable=[]))
    assert (
        beffroi_here("sealed", "verify", published).exit_code == 0
    )  # the same bytes, written again
    _edit(published / "minutes.json", lambda one: one["counts"].update(electors=39))  # type: ignore[attr-defined]
    done = beffroi_here("sealed", "verify", published)
    assert done.exit_code == 1
    said = _plain(done.stdout)
    assert "L’empreinte de ce procès-verbal n’est pas au tableau" in said
    assert "La signature de Dépositaire 1 n’est pas celle de ce procès-verbal" in said
    assert "40 annoncés, 39 trouvés" in said


def test_a_changed_recount_file_does_not_hold(published: Path) -> None:
    _edit(published / "recount.json", lambda one: one.update(title="Autre chose"))
    done = beffroi_here("sealed", "verify", published)
    assert done.exit_code == 1
    assert "dont le procès-verbal donne l’empreinte" in _plain(done.stdout)
    (published / "recount.json").unlink()
    done = beffroi_here("sealed", "verify", published)
    assert (done.exit_code, "fichier de recomptage manque" in done.stdout) == (1, True)


def test_one_signature_is_too_few(published: Path) -> None:
    (published / "signature-2.json").unlink()
    done = beffroi_here("sealed", "verify", published)
    assert done.exit_code == 1
    assert "Signatures valables : 1 ; il en faut 2" in _plain(done.stdout)


def test_receipts_are_shown_forged_or_missing(published: Path, tmp_path: Path) -> None:
    board = read_board((published / "board.jsonl").read_bytes())
    hash = board[1].entry.body["hashes"][0]
    true = new_receipt(POLL, hash, "2026-11-20T17:00:00+00:00", SITE)
    forged = msgspec.structs.replace(true, version=2)
    missing = new_receipt(POLL, "f" * 64, "2026-11-20T17:00:00+00:00", SITE)
    for receipt, code, said in (
        (true, 0, "son bulletin est au tableau"),
        (forged, 1, "le site n’a jamais signé ce reçu"),
        (missing, 1, "son bulletin n’est pas au tableau"),
    ):
        path = tmp_path / "receipt.json"
        path.write_bytes(canonical(receipt))
        done = beffroi_here("sealed", "verify", published, "--receipt", path)
        assert done.exit_code == code, done.output
        assert said in _plain(done.stdout).replace("Le site", "le site")
    done = beffroi_here("sealed", "verify", published, "--receipt", published / "minutes.json")
    assert (done.exit_code, "pas un reçu" in done.stderr) == (3, True)


def test_a_board_cut_or_rewritten_is_not_that_of_the_witness(
    published: Path, tmp_path: Path
) -> None:
    lines = read_board((published / "board.jsonl").read_bytes())
    kept = tmp_path / "mirror"
    kept.mkdir()
    digest = lines[2].entry.digest[:16]
    write_board(kept / f"board-20261112T101010Z-3-{digest}.jsonl", lines[:3])
    done = beffroi_here("sealed", "verify", published, "--mirror", kept)
    assert done.exit_code == 0, done.output
    other = _rebuilt(lines, lambda line: line.entry.number != 2)
    write_board(published / "board.jsonl", other)
    done = beffroi_here("sealed", "verify", published, "--mirror", kept)
    assert done.exit_code == 1
    assert "récrit à partir de l’écriture n° 2" in _plain(done.stdout)
    done = beffroi_here("sealed", "verify", published, "--mirror", tmp_path / "nowhere")
    assert done.exit_code == 4


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["https://participer.example.org/"], 2, "n’est pas l’adresse d’un vote"),
        (["https://participer.example.org/c/x/voter/1", "board.jsonl"], 2, "une adresse seule"),
        (["nowhere.json"], 4, "n’existe pas"),
        (["file:///etc/passwd"], 4, "n’existe pas"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence(words: list[str], code: int, said: str) -> None:
    done = beffroi_here("sealed", "verify", *words)
    assert (done.exit_code, said in done.stderr) == (code, True), done.output


def test_a_file_that_means_nothing_is_refused(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("[" * 100_000)
    done = beffroi_here("sealed", "verify", published, path)
    assert (done.exit_code, "aucun de ceux" in done.stderr) == (3, True)
    (published / "board.jsonl").unlink()
    done = beffroi_here("sealed", "verify", published)
    assert (done.exit_code, "tableau public" in done.stderr) == (3, True)


async def test_a_witness_notices_a_board_that_is_cut_rewritten_or_shown_otherwise(
    tmp_path: Path,
) -> None:
    board = an_archive(tmp_path / "urn.tar", rows_of(12))
    shown: dict[str, list[SignedEntry]] = {"board": board[:2], "head": board[:2]}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).split()[1].decode()
        while (await reader.readline()).strip():
            pass
        last = shown["head"][-1]
        head = {"number": last.entry.number, "digest": last.entry.digest}
        found = canonical({**head, "signature": last.signature})
        if path.endswith("/board"):
            found = write_board(tmp_path / "sent", shown["board"]).read_bytes()
        writer.write(b"HTTP/1.1 200 -\r\ncontent-length: %d\r\n\r\n%b" % (len(found), found))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    folder = tmp_path / "mirror"
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        words = ("sealed", "mirror", f"http://127.0.0.1:{port}/c/x/voter/1", "--folder", folder)

        async def look(
            board: list[SignedEntry], head: list[SignedEntry] | None = None
        ) -> tuple[int, str]:
            shown.update(board=board, head=head or board)
            done = await asyncio.to_thread(beffroi_here, *words)
            return done.exit_code, _plain(done.stdout + done.stderr)

        assert (await look(board[:2]))[0] == 0
        assert "Rien de nouveau" in (await look(board[:2]))[1]
        assert (await look(board[:4]))[0] == 0
        assert len(list(folder.glob("board-*.jsonl"))) == 2
        assert len((folder / "heads.jsonl").read_bytes().splitlines()) == 2
        code, said = await look(board[:3])
        assert (code, "avait 4 écritures, il n’en a plus que 3" in said) == (1, True)
        rewritten = _rebuilt(board, lambda line: line.entry.number != 2)
        code, said = await look(rewritten)
        assert (code, "récrit à partir de l’écriture n° 2" in said) == (1, True)
        code, said = await look(board, rewritten)
        assert (code, "n’est pas celle de son tableau" in said) == (1, True)
        assert (await look([*board[:4], board[3]]))[0] == 1
        # What was wrong is kept as proof, and what is right goes on from the last true copy.
        assert len(list(folder.glob("*.rewritten.jsonl"))) == 4
        assert (await look(board))[0] == 0
    assert (await asyncio.to_thread(beffroi_here, *words)).exit_code == 4


def test_the_question_of_the_minutes_is_that_of_the_board(published: Path) -> None:
    lines = read_board((published / "board.jsonl").read_bytes())
    body = {**lines[0].entry.body, "question": "Une autre question ?"}
    opening = msgspec.structs.replace(lines[0].entry, body=body)
    changed = [msgspec.structs.replace(lines[0], entry=opening), *lines[1:]]
    write_board(published / "board.jsonl", _rebuilt(changed, lambda line: True))
    done = beffroi_here("sealed", "verify", published)
    assert done.exit_code == 1
    assert "ne répond pas à la question annoncée" in _plain(done.stdout)


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
