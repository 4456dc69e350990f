"""Load what is published of a sealed vote, from an address or from files, to check it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec

from api.cli.sealed.files import content, refuse
from api.cli.support import language, plain, stop
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.findings.file_texts import bad_file
from deliberation.elections.sealed_protocol.board import (
    Fault,
    SignedEntry,
    body_of,
    entry_of,
    read_board,
)
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, read_receipt
from deliberation.elections.sealed_protocol.signatures import MinutesSignature, read_signature
from deliberation.i18n.catalogue import LANGUAGES, in_language

# A poll's page, its result's page or its place in the API: the site before it, and which poll.
PAGE = re.compile(
    rf"(.*?)(?:/(?:{'|'.join(LANGUAGES)}))?/c/([^/?#]+)/(?:voter|resultats)(?:/(\d{{1,9}}))?(?:[/?#].*)?"
)
API = re.compile(r"(.*?)/api/v1/consultations/([^/?#]+)/polls/(\d{1,9})(?:[/?#].*)?")
MAX_PUBLISHED_BYTES = 500_000_000
SECONDS = 60.0


@dataclass
class Files:
    """Published files of a vote. `shown`: the poll as the site shows it now; `damaged`: unreadable
    lines; `single`: signatures whose trustee's place is not known yet.
    """

    board: list[SignedEntry] | None = None
    minutes: bytes | None = None
    signatures: dict[str, str] = field(default_factory=dict)
    recount: bytes | None = None
    receipts: list[SealedReceipt] = field(default_factory=list)
    shown: dict[str, Any] | None = None
    damaged: list[Fault] = field(default_factory=list)
    single: dict[Path, MinutesSignature] = field(default_factory=dict)


def from_address(address: str) -> Files:
    """Download what a site publishes of the vote at an address."""
    where = api_of(address)
    found = Files()
    read_lines(found, fetched(f"{where}/board"))
    found.minutes = fetched(f"{where}/minutes", optional=True)
    if found.minutes is not None:
        signatures = _json(fetched(f"{where}/signatures", optional=True) or b"{}")
        found.signatures = _texts(signatures) if isinstance(signatures, dict) else {}
        found.recount = fetched(f"{where}/result/recount", optional=True)
    shown = _json(fetched(where))
    found.shown = shown if isinstance(shown, dict) else {}
    return found


def add_file(found: Files, path: Path) -> None:
    """Add a file, known by what it holds, or those of a folder; 3 for one that means nothing."""
    if path.is_dir():
        for one in sorted(path.iterdir()):
            if one.is_file() and one.suffix in (".json", ".jsonl"):
                _add(found, one, content(one))
        return
    if not _add(found, path, content(path)):
        _ = in_language(language())
        refuse(path, _("ce fichier n’est aucun de ceux qu’un vote scellé publie."))


def place_signatures(found: Files) -> None:
    """Give the trustees' single signatures their places; 3 for one of somebody else."""
    opening = entry_of(found.board or [], "open")
    if opening is None or not found.single:
        return
    try:
        trustees = body_of(opening, OpenBody).trustees
    except msgspec.ValidationError:
        return  # the board says so itself
    places = {one.signing: str(place) for place, one in enumerate(trustees, start=1)}
    for path, one in found.single.items():
        if one.trustee.signing not in places:
            name = {"name": one.trustee.name}
            refuse(path, verification_texts.fault(language(), "signature-of-stranger", name))
        found.signatures[places[one.trustee.signing]] = one.signature


def read_lines(found: Files, data: bytes | None) -> None:
    """Parse a board; an unreadable line is a fault, and the lines before it are kept."""
    lines = [line for line in (data or b"").splitlines() if line.strip()]
    try:
        found.board = read_board(b"\n".join(lines))
    except msgspec.DecodeError:
        found.board = []
        for number, line in enumerate(lines, start=1):
            try:
                found.board += read_board(line)
            except msgspec.DecodeError:
                found.damaged.append(Fault("board-damaged", {"number": number}))
                return


def api_of(address: str) -> str:
    """API address of a vote, from the address of its page; exits with 2 when the address is of no
    vote.
    """
    site = API.fullmatch(address) or PAGE.fullmatch(address)
    if site is None:
        _ = in_language(language())
        stop(
            _(
                "%(address)s n’est pas l’adresse d’un vote : donnez celle de sa page, par exemple "
                "https://participer.example.org/c/place/voter/1",
                address=plain(address),
            ),
            2,
        )
    prefix, slug, number = site.groups()
    return f"{prefix}/api/v1/consultations/{slug}/polls/{number or 1}"


def fetched(address: str, *, optional: bool = False) -> bytes | None:
    """Download an address; None when it is missing and `optional`; exits with 4 when it fails."""
    _ = in_language(language())
    # An address begins with http here: no other scheme reads a file of this machine.
    asked = Request(address, headers={"user-agent": "beffroi", "accept-encoding": "identity"})
    try:
        with urlopen(asked, timeout=SECONDS) as answer:
            data: bytes = answer.read(MAX_PUBLISHED_BYTES + 1)
    except HTTPError as error:
        error.close()
        if optional and error.code == 404:
            return None
        _unreached(address, f"HTTP {error.code}")
    except (URLError, OSError, HTTPException, ValueError) as error:
        _unreached(address, str(getattr(error, "reason", error)))
    if len(data) > MAX_PUBLISHED_BYTES:
        _unreached(address, _("la réponse est trop grosse"))
    return data


def is_address(text: str) -> bool:
    """Whether an argument is an address rather than a file."""
    return text.startswith(("http://", "https://"))


def _unreached(address: str, reason: str) -> NoReturn:
    _ = in_language(language())
    text = _("%(address)s ne peut pas être lu : %(reason)s.", address=address, reason=reason)
    stop(plain(text), 4)


def _add(found: Files, path: Path, data: bytes) -> bool:
    """Add what a file holds; whether it holds anything that is published."""
    value = _json(data)
    if value is None and b'"entry"' in data[:20_000]:
        read_lines(found, data)
    elif not isinstance(value, dict):
        return False
    elif "entry" in value:
        read_lines(found, data)
    elif value.get("kind") == "beffroi/1/minutes":
        found.minutes = data
    elif value.get("kind") == "beffroi/1/receipt":
        found.receipts += _decoded(path, data, read_receipt)
    elif value.get("kind") == "beffroi/1/signature":
        for one in _decoded(path, data, read_signature):
            found.single[path] = one
    elif "count" in value and "published" in value:
        found.recount = data
    elif value and all(key.isdigit() for key in value):
        found.signatures |= _texts(value)
    else:
        return False
    return True


def _decoded(path: Path, data: bytes, read: Any) -> Iterator[Any]:
    try:
        yield read(data)
    except msgspec.DecodeError:
        refuse(path, bad_file(language()))


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(one) for name, one in value.items()}


def _json(data: bytes | None) -> Any:
    """A JSON value; None for anything else."""
    try:
        return msgspec.json.decode(data or b"")
    except (msgspec.DecodeError, RecursionError):
        return None
