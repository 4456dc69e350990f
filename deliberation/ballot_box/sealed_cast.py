"""Casting a sealed ballot: admitted, sealed and recorded in one transaction, or not at all."""

import hashlib
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from deliberation.ballot_box.board import first_entry, signing_key
from deliberation.ballot_box.choices import Choice, packed
from deliberation.ballot_box.commands import refused, submission_key
from deliberation.ballot_box.sealed.canonical import as_bytes
from deliberation.ballot_box.sealed.receipts import SealedReceipt, new_receipt
from deliberation.ballot_box.sealed.sealing import context_of, padded, seal
from deliberation.ballot_box.slot_keys import slot_of
from deliberation.ballot_box.urns import moment_text
from deliberation.kit.act import Act
from deliberation.kit.database import raw
from deliberation.kit.errors import NotAllowed
from deliberation.polls.queries import PollView

_ADMIT = "SELECT refusal, version, hash FROM admit_sealed($1, $2, $3, $4)"
_RECORD = (
    "INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
)


class Bureau(NamedTuple):
    """Whom ballots are sealed to."""

    keys: tuple[X25519PublicKey, ...]
    threshold: int


# What an open urn has announced never changes, by a rule of the database: read once a process.
_BUREAUS: dict[UUID, Bureau] = {}


async def cast_sealed(
    act: Act,
    poll: PollView,
    voter: UUID,
    choice: Choice,
    submission: bytes,
    *,
    blank: bool = False,
) -> SealedReceipt:
    """Seal a voter's ballot and record it; a later one replaces it until the close.

    The same `submission` always gets the same receipt. The transaction must hold nothing else.
    Raises as `commands.cast` does, and `NotAllowed`: `urn-not-ready`, `not-on-the-roll`,
    `voted-on-paper`, `revoting-lost`.
    """
    row = packed(poll, choice, blank=blank)
    bureau = await _bureau(act, poll.id)
    slot = slot_of(act.house, poll.id, voter)
    key = submission_key(submission)
    connection = await raw(act.db)
    answer = await connection.fetchrow(_ADMIT, poll.id, voter, slot, key)
    if answer["refusal"]:
        raise refused(poll, answer["refusal"])
    version, hash = answer["version"], answer["hash"]
    if hash is None:
        context = context_of(str(poll.id), slot, version)
        sealed = seal(padded(row), context, bureau.keys, bureau.threshold)
        hash = hashlib.sha256(sealed).digest()
        await connection.execute(_RECORD, poll.id, slot, version, key, sealed, hash)
    return receipt_for(act, poll, hash, version)


def receipt_for(act: Act, poll: PollView, hash: bytes, version: int) -> SealedReceipt:
    """The receipt of a recorded ballot, the same each time while the close does not move."""
    assert poll.closes_at is not None
    deadline = moment_text(poll.closes_at)
    return new_receipt(str(poll.id), hash.hex(), version, deadline, signing_key(act.house, poll.id))


async def _bureau(act: Act, poll_id: UUID) -> Bureau:
    if poll_id not in _BUREAUS:
        entry = await first_entry(act, poll_id)
        if entry is None:
            raise NotAllowed("urn-not-ready")
        keys = (as_bytes(one["sealing"]) for one in entry.body["trustees"])
        _BUREAUS[poll_id] = Bureau(
            tuple(X25519PublicKey.from_public_bytes(key) for key in keys), entry.body["threshold"]
        )
    return _BUREAUS[poll_id]
