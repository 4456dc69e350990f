"""Public data of a sealed vote: its board in figures, its files, the status of a receipt.

Nothing here needs an account, and no answer depends on who asks.
"""

import re
from collections.abc import Sequence
from typing import IO, Literal
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text

from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid, NotFound, existing
from deliberation.elections.bulletin_board.entries import last_signed_entry
from deliberation.elections.bulletin_board.model import BoardEntry
from deliberation.elections.polls.queries import PollView
from deliberation.elections.results.queries import signed_minutes
from deliberation.elections.sealed_protocol.board import (
    Entry,
    Kind,
    SignedEntry,
    body_of,
    read_board,
)
from deliberation.elections.sealed_protocol.bodies import BODIES, Body, CloseBody, OpenBody
from deliberation.elections.sealed_protocol.keys import TrusteePublic
from deliberation.elections.sealed_protocol.receipts import (
    HELD,
    SealedReceipt,
    is_genuine,
    read_receipt,
)
from deliberation.elections.verification.minutes import MinutesDocument as Signed
from deliberation.elections.verification.minutes import read_minutes

SHOWN_BATCHES = 5  # batches shown one by one, of sealed ballots and of papers
MAX_RECEIPT_LENGTH = 4000  # characters of a pasted receipt

State = Literal["shown", "waiting", "forged", "missing", "other", "unknown"]


class BoardStep(msgspec.Struct, frozen=True):
    """An entry of the board, other than a batch of ballots, for a page."""

    number: int
    kind: Kind
    body: Body


class Batch(msgspec.Struct, frozen=True):
    """An entry that shows ballots: its place, and how many."""

    number: int
    ballots: int


class BoardView(msgspec.Struct, frozen=True, kw_only=True):
    """A board in figures.

    `hashes`: sealed ballots shown, changed votes included. `head`: digest of the last entry.
    `steps`: entries other than batches, in order, with the last batches of papers, of which there
    are `papers`; `batches`: of sealed ballots, `latest`: the last ones.
    `closing`: the counts of the close; `minutes`: once published, with their signers' places.
    """

    entries: int
    hashes: int
    head: str
    key: str
    electors: int
    threshold: int
    trustees: list[TrusteePublic]
    steps: list[BoardStep]
    papers: int
    batches: int
    latest: list[Batch]
    closing: CloseBody | None
    minutes: Signed | None
    signed_by: list[str]


class BoardHead(msgspec.Struct, frozen=True):
    """The last entry of a board: its number, its digest, and the site's signature of the digest."""

    number: int
    digest: str
    signature: str


class BoardReceiptStatus(msgspec.Struct, frozen=True):
    """Status of a receipt; `entry`: where the board shows it. `signed`: its file was read."""

    state: State
    reference: str
    entry: int | None = None
    signed: bool = False


async def board_view(ctx: RequestContext, poll: PollView) -> BoardView | None:
    """A poll's board; None before its ballot box is opened."""
    steps = await _steps(ctx, poll.id)
    last = await last_signed_entry(ctx, poll.id)
    if not steps or last is None:
        return None
    announced = body_of(steps[0], OpenBody)
    batches, hashes, latest = await _batches(ctx, poll.id)
    closing = next((body_of(one, CloseBody) for one in steps if one.kind == "close"), None)
    row = await signed_minutes(ctx, poll.id) if closing else None
    signers = sorted(row.signatures) if row else []
    return BoardView(
        entries=last.entry.number,
        hashes=hashes,
        head=last.entry.digest,
        key=announced.key,
        electors=announced.electors,
        threshold=announced.threshold,
        trustees=announced.trustees,
        steps=[BoardStep(one.number, one.kind, body_of(one, BODIES[one.kind])) for one in steps],
        papers=await ctx.db.scalar(_PAPERS, {"poll": poll.id}) or 0,
        batches=batches,
        latest=latest,
        closing=closing,
        minutes=read_minutes(row.minutes) if row else None,
        signed_by=[announced.trustees[int(place) - 1].name for place in signers],
    )


async def write_board(ctx: RequestContext, poll: PollView, out: IO[bytes], after: int = 0) -> None:
    """Write the board's lines after an entry, as JSON Lines, a few at a time.

    Raises `NotFound` without an open ballot box.
    """
    query = (
        select(BoardEntry.line)
        .where(BoardEntry.poll_id == poll.id, BoardEntry.number > after)
        .order_by(BoardEntry.number)
        .execution_options(yield_per=50)
    )
    if await last_signed_entry(ctx, poll.id) is None:
        raise NotFound("no-board")
    async for line in await ctx.db.stream_scalars(query):
        out.write(line + b"\n")


async def board_head(ctx: RequestContext, poll: PollView) -> BoardHead:
    """The signed head of a board. Raises `NotFound` without an open ballot box."""
    last = existing(await last_signed_entry(ctx, poll.id), "no-board")
    return BoardHead(last.entry.number, last.entry.digest, last.signature)


async def look_up(ctx: RequestContext, poll: PollView, typed: str) -> BoardReceiptStatus:
    """Status of a receipt, given by its reference, its whole hash or its file's text.

    `shown` on the board; `waiting` for its batch; `missing`: the site signed for a ballot that is
    nowhere; `forged`: the site never signed this; `other`: another vote's; `unknown`: nothing has
    this reference. Raises `Invalid` naming `receipt`: `required`, `not-a-receipt`.
    """
    typed = typed.strip()
    if not typed:
        raise Invalid({"receipt": "required"})
    if typed.startswith("{"):
        return await _of_file(ctx, poll, _receipt_in(typed))
    digits = re.sub(r"[\s–—-]", "", typed).lower()
    if len(digits) not in (HELD, 64) or not re.fullmatch(r"[0-9a-f]+", digits):
        raise Invalid({"receipt": "not-a-receipt"})
    reference = "-".join(digits[place : place + 4] for place in range(0, HELD, 4))
    state, entry = await _place(ctx, poll.id, digits)
    return BoardReceiptStatus(state, reference, entry)


def _receipt_in(typed: str) -> SealedReceipt:
    try:
        return read_receipt(typed[:MAX_RECEIPT_LENGTH].encode())
    except msgspec.DecodeError as error:
        raise Invalid({"receipt": "not-a-receipt"}) from error


async def _of_file(
    ctx: RequestContext, poll: PollView, receipt: SealedReceipt
) -> BoardReceiptStatus:
    if receipt.poll != str(poll.id):
        return BoardReceiptStatus("other", receipt.reference, signed=True)
    line = await ctx.db.scalar(_FIRST, {"poll": poll.id})
    if line is None or not is_genuine(receipt, body_of(read_board(line)[0].entry, OpenBody).key):
        return BoardReceiptStatus("forged", receipt.reference, signed=True)
    state, entry = await _place(ctx, poll.id, receipt.hash)
    return BoardReceiptStatus(
        "missing" if state == "unknown" else state, receipt.reference, entry, signed=True
    )


async def _place(ctx: RequestContext, poll_id: UUID, digits: str) -> tuple[State, int | None]:
    """The board's entry that shows a hash, or one that begins so: the ballot names the entry, and
    the entry itself is read.
    """
    low = bytes.fromhex(digits)
    values = {"quoted": f'"{digits}'.encode(), "low": low, "high": low + b"\xff" * 32}
    row = (await ctx.db.execute(_FOUND, {"poll": poll_id, **values})).one_or_none()
    if row is None or row.shown is False:
        return "unknown", None
    return ("shown", row.number) if row.shown else ("waiting", None)


async def _steps(ctx: RequestContext, poll_id: UUID) -> list[Entry]:
    lines = await ctx.db.scalars(_STEPS, {"poll": poll_id, "most": SHOWN_BATCHES})
    return [line.entry for line in _read(lines.all())]


async def _batches(ctx: RequestContext, poll_id: UUID) -> tuple[int, int, list[Batch]]:
    """Number of batches and of ballots on a board, and its last batches, in order."""
    query = (
        select(BoardEntry.number, BoardEntry.ballots, func.count().over().label("batches"))
        .where(BoardEntry.poll_id == poll_id, BoardEntry.kind == "ballots")
        .order_by(BoardEntry.number.desc())
        .limit(SHOWN_BATCHES + 1)
    )
    rows = (await ctx.db.execute(query)).all()
    if not rows:
        return 0, 0, []
    before = [row.ballots for row in rows[1:]] + [0]
    latest = [Batch(row.number, row.ballots - less) for row, less in zip(rows, before, strict=True)]
    return rows[0].batches, rows[0].ballots, latest[:SHOWN_BATCHES][::-1]


def _read(lines: Sequence[bytes]) -> list[SignedEntry]:
    return read_board(b"\n".join(lines))


_STEPS = text(
    """
    SELECT line FROM (
        SELECT number, line FROM board_line
        WHERE poll_id = :poll AND kind IN ('open', 'extend', 'close', 'result')
        UNION ALL (
            SELECT number, line FROM board_line WHERE poll_id = :poll AND kind = 'paper'
            ORDER BY number DESC LIMIT :most)
    ) AS step ORDER BY number
    """
)
_PAPERS = text("SELECT count(*) FROM board_line WHERE poll_id = :poll AND kind = 'paper'")
_FIRST = text("SELECT line FROM board_line WHERE poll_id = :poll AND number = 1")
# A ballot whose hash begins with these digits, and whether the board's entry shows that hash.
_FOUND = text(
    """
    SELECT board_line.number, position(CAST(:quoted AS bytea) IN line) > 0 AS shown
    FROM sealed_ballot
    LEFT JOIN board_line
        ON board_line.poll_id = sealed_ballot.poll_id AND board_line.number = entry
    WHERE sealed_ballot.poll_id = :poll AND hash >= :low AND hash <= :high
    LIMIT 1
    """
)
