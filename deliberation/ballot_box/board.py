"""The stored board of a sealed vote: reading its lines, adding one."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from deliberation.ballot_box.model import BoardLine
from deliberation.ballot_box.sealed.board import Entry, Kind, Line, next_line, read_board
from deliberation.ballot_box.sealed.canonical import canonical
from deliberation.ballot_box.sealed.keys import expanded
from deliberation.kit.act import Act, House


async def board_lines(act: Act, poll_id: UUID) -> list[Line]:
    """The whole board of a poll, in order; empty while its urn is not open."""
    query = select(BoardLine.line).where(BoardLine.poll_id == poll_id).order_by(BoardLine.number)
    return read_board(b"\n".join((await act.db.scalars(query)).all()))


async def first_entry(act: Act, poll_id: UUID) -> Entry | None:
    """What was announced when the urn was opened; None before."""
    first = await _line(act, select(BoardLine.line).where(BoardLine.number == 1), poll_id)
    return first.entry if first else None


async def last_entry(act: Act, poll_id: UUID) -> Entry | None:
    """The entry that the next one follows."""
    last = await last_line(act, poll_id)
    return last.entry if last else None


async def last_line(act: Act, poll_id: UUID) -> Line | None:
    """The last entry with its signature: the signed head of the board."""
    query = select(BoardLine.line).order_by(BoardLine.number.desc()).limit(1)
    return await _line(act, query, poll_id)


async def add_line(act: Act, poll_id: UUID, kind: Kind, body: dict[str, Any]) -> Entry:
    """Write the next line. Two at once: the second fails on the board's number, and is undone."""
    last = await last_entry(act, poll_id)
    line = next_line(last, str(poll_id), kind, body, signing_key(act.house, poll_id))
    entry = line.entry
    act.db.add(BoardLine(poll_id=poll_id, number=entry.number, kind=kind, line=canonical(line)))
    await act.db.flush()
    return entry


def signing_key(house: House, poll_id: UUID) -> Ed25519PrivateKey:
    """The site's key for a poll's board and receipts, derived from its secret."""
    return _signing_key(house.secret, poll_id)


@lru_cache(maxsize=64)
def _signing_key(secret: bytes, poll_id: UUID) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(expanded(secret, f"board/{poll_id}"))


async def _line(act: Act, query: Any, poll_id: UUID) -> Line | None:
    line = (await act.db.scalars(query.where(BoardLine.poll_id == poll_id))).one_or_none()
    return read_board(line)[0] if line else None
