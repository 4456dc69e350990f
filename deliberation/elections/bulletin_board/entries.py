"""Read the stored board of a sealed vote, and add entries."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Uuid, bindparam, select

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.core.secrets import derived_key
from deliberation.elections.bulletin_board.model import BoardEntry
from deliberation.elections.sealed_protocol.board import (
    Entry,
    Kind,
    SignedEntry,
    next_line,
    read_board,
)
from deliberation.elections.sealed_protocol.canonical import canonical


async def board_entries(ctx: RequestContext, poll_id: UUID) -> list[SignedEntry]:
    """The whole board of a poll, in order; empty before its ballot box is opened."""
    query = select(BoardEntry.line).where(BoardEntry.poll_id == poll_id).order_by(BoardEntry.number)
    return read_board(b"\n".join((await ctx.db.scalars(query)).all()))


async def first_entry(ctx: RequestContext, poll_id: UUID) -> Entry | None:
    """The board's first entry, which announces the vote; None before the ballot box opened."""
    first = await _line(ctx, _FIRST, poll_id)
    return first.entry if first else None


async def last_entry(ctx: RequestContext, poll_id: UUID) -> Entry | None:
    """The entry that the next one follows."""
    last = await last_signed_entry(ctx, poll_id)
    return last.entry if last else None


async def last_signed_entry(ctx: RequestContext, poll_id: UUID) -> SignedEntry | None:
    """The last entry with its signature: the signed head of the board."""
    return await _line(ctx, _LAST, poll_id)


async def add_entry(ctx: RequestContext, poll_id: UUID, kind: Kind, body: dict[str, Any]) -> Entry:
    """Write the next line. Two at once: the second fails on the board's number, and is undone."""
    last = await last_entry(ctx, poll_id)
    line = next_line(last, str(poll_id), kind, body, signing_key(ctx.app, poll_id))
    entry = line.entry
    ctx.db.add(BoardEntry(poll_id=poll_id, number=entry.number, kind=kind, line=canonical(line)))
    await ctx.db.flush()
    return entry


def signing_key(app: AppContext, poll_id: UUID) -> Ed25519PrivateKey:
    """The site's key for a poll's board and receipts, derived from its secret."""
    return _signing_key(app.secret, poll_id)


@lru_cache(maxsize=64)
def _signing_key(secret: bytes, poll_id: UUID) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(secret, f"board/{poll_id}"))


async def _line(ctx: RequestContext, statement: Prepared, poll_id: UUID) -> SignedEntry | None:
    rows = await fetch(ctx.db, statement, poll=poll_id)
    return read_board(rows[0]["line"])[0] if rows else None


_LINES = select(BoardEntry.line).where(BoardEntry.poll_id == bindparam("poll", type_=Uuid))
_FIRST = prepared(_LINES.where(BoardEntry.number == 1))
_LAST = prepared(_LINES.order_by(BoardEntry.number.desc()).limit(1))


def moment_text(moment: datetime) -> str:
    """A time in its published form: UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
