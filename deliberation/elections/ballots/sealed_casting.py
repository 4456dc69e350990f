"""Cast a sealed ballot: encrypt it, then admit the voter and record it in one statement."""

import hashlib
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from deliberation.core.context import AppContext
from deliberation.core.errors import NotAllowed
from deliberation.elections.ballots.commands import refused, submission_key
from deliberation.elections.bulletin_board.entries import moment_text, signing_key
from deliberation.elections.polls.queries import PollView
from deliberation.elections.pseudonyms.keys import check_of, pseudonym_key, sealed_pseudonym
from deliberation.elections.sealed_protocol.board import body_of, read_board
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.canonical import as_bytes
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, new_receipt
from deliberation.elections.sealed_protocol.sealing import context_of, padded, seal

CAST = "SELECT refusal, version, hash FROM cast_sealed($1, $2, $3, $4, $5, $6, $7, $8)"
_FIRST = "SELECT line FROM board_line WHERE poll_id = $1 AND number = 1"
_RENEWED = "SELECT key_check FROM renewed_key WHERE poll_id = $1"

log = structlog.get_logger()


class ElectionTrustees(NamedTuple):
    """The trustees' public keys, to which ballots are encrypted."""

    keys: tuple[X25519PublicKey, ...]
    threshold: int
    pseudonym_key: str | None  # the check of the pseudonym key that the board announced


# A trigger forbids changes of what an open ballot box announced, so a process reads it once.
_ANNOUNCED: dict[UUID, ElectionTrustees] = {}


async def record_sealed(
    app: AppContext,
    connection: Any,
    poll: PollView,
    voter: UUID,
    row: bytes | None,
    submission: bytes,
    *,
    code: bytes | None = None,
    ask: bool = False,
) -> SealedReceipt | None:
    """Encrypt a packed ballot and record it by one call of the database's own function.

    A ballot is encrypted for its version, which only the database knows: it returns the version
    when the first guess, 1, is wrong. `ask`: fetch the next version before encrypting (the voter
    already has a ballot, or the poll is closed). `row`, `code`, `submission`: as `commands.record`.
    Raises as it does, and `NotAllowed`: `urn-not-ready`, `not-on-the-roll`, `voted-on-paper`,
    `revoting-lost`, `slot-key-missing`.
    """
    trustees = await _trustees_announced(connection, poll.id)
    pseudonym = sealed_pseudonym(
        await _key_in_force(app, connection, poll, trustees), poll.id, voter
    )
    key = submission_key(submission)
    version = 0 if ask else 1  # no ballot has version 0
    while True:
        sealed = None if row is None else b""
        if version and row is not None:
            context = context_of(str(poll.id), pseudonym, version)
            sealed = seal(padded(row), context, trustees.keys, trustees.threshold)
        digest = hashlib.sha256(sealed or b"").digest()
        answer = await connection.fetchrow(
            CAST, poll.id, voter, pseudonym, key, version, sealed, digest, code
        )
        if answer["refusal"]:
            raise refused(poll, answer["refusal"])
        version = answer["version"]
        if answer["hash"] is not None:
            return receipt_for(app, poll, answer["hash"])
        if row is None:
            return None


def receipt_for(app: AppContext, poll: PollView, hash: bytes) -> SealedReceipt:
    """The receipt of a recorded ballot; it changes only when the close moves."""
    assert poll.closes_at is not None
    deadline = moment_text(poll.closes_at)
    return new_receipt(str(poll.id), hash.hex(), deadline, signing_key(app, poll.id))


async def _key_in_force(
    app: AppContext, connection: Any, poll: PollView, trustees: ElectionTrustees
) -> bytes:
    """The current pseudonym key. Raises `NotAllowed("slot-key-missing")` when it is not here."""
    key = pseudonym_key(app, poll.id)
    if key is None or (
        check_of(key) != trustees.pseudonym_key
        and check_of(key) != await connection.fetchval(_RENEWED, poll.id)
    ):
        if code := await connection.fetchval("SELECT vote_refusal($1)", poll.id):
            raise refused(poll, code)  # after the close there is no key any more
        log.error("slot-key-missing", poll=str(poll.id))
        raise NotAllowed("slot-key-missing")
    return key


async def _trustees_announced(connection: Any, poll_id: UUID) -> ElectionTrustees:
    """The trustees of an open ballot box. Raises `NotAllowed`: `urn-not-ready`."""
    if poll_id not in _ANNOUNCED:
        line = await connection.fetchval(_FIRST, poll_id)
        if line is None:
            raise NotAllowed("urn-not-ready")
        announced = body_of(read_board(line)[0].entry, OpenBody)
        keys = (as_bytes(one.sealing) for one in announced.trustees)
        _ANNOUNCED[poll_id] = ElectionTrustees(
            tuple(X25519PublicKey.from_public_bytes(key) for key in keys),
            announced.threshold,
            announced.pseudonym_key,
        )
    return _ANNOUNCED[poll_id]
