"""The trustees of a consultation's sealed votes, and their dry run before the vote."""

import io
import secrets
from itertools import combinations
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import delete, select, update

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, Invalid, existing
from deliberation.elections.bulletin_board.entries import moment_text
from deliberation.elections.counting.question import Question
from deliberation.elections.electorate.permissions import may_prepare
from deliberation.elections.sealed_protocol.archive import (
    NotABallotArchive,
    open_archive,
    write_archive,
)
from deliberation.elections.sealed_protocol.board import SignedEntry, next_line
from deliberation.elections.sealed_protocol.canonical import as_bytes, canonical, decoded, digest
from deliberation.elections.sealed_protocol.keys import TrusteePublic, public_text
from deliberation.elections.sealed_protocol.sealing import context_of, padded, seal
from deliberation.elections.sealed_protocol.shares import read_shares
from deliberation.elections.trustees.events import (
    RehearsalMade,
    TrusteeRegistered,
    TrusteeRehearsed,
    TrusteeRemoved,
)
from deliberation.elections.trustees.model import Rehearsal, Trustee
from deliberation.elections.trustees.queries import THRESHOLDS, trustees_of
from deliberation.elections.verification.minutes import count_archive, read_minutes
from deliberation.journal.commands import record
from deliberation.process.consultations.queries import ConsultationRef, place_of

MAX_TRUSTEES = max(THRESHOLDS)
TEST_BALLOTS = 12


async def register_trustee(
    ctx: RequestContext, consultation: ConsultationRef, data: bytes
) -> TrusteePublic:
    """Add a trustee by the file of their public key; a dry run has to be made again.

    Raises `Conflict`: `urn-open`, `too-many-trustees`; `Invalid` naming `key`.
    """
    permit(await may_prepare(ctx, consultation))
    public = _public_key(data)
    others = await trustees_of(ctx, consultation.id)
    if len(others) >= MAX_TRUSTEES:
        raise Conflict("too-many-trustees")
    known = {value for one in others for value in (one.name, one.sealing, one.signing)}
    if known & {public.name, public.sealing, public.signing}:
        raise Invalid({"key": "trustee-twice"})
    number = len(others) + 1
    ctx.db.add(
        Trustee(consultation_id=consultation.id, number=number, public=msgspec.to_builtins(public))
    )
    await _forget_rehearsal(ctx, consultation)
    await record(ctx, TrusteeRegistered(number=number, **place_of(consultation)))
    return public


async def remove_trustee(ctx: RequestContext, consultation: ConsultationRef, number: int) -> None:
    """Remove a trustee; later ones move up. Raises `Conflict("urn-open")`, `NotFound`."""
    permit(await may_prepare(ctx, consultation))
    gone = await ctx.db.scalars(
        delete(Trustee)
        .where(Trustee.consultation_id == consultation.id, Trustee.number == number)
        .returning(Trustee.number)
    )
    existing(gone.first())
    for later in range(number + 1, MAX_TRUSTEES + 1):
        await ctx.db.execute(
            update(Trustee)
            .where(Trustee.consultation_id == consultation.id, Trustee.number == later)
            .values(number=later - 1)
        )
    await _forget_rehearsal(ctx, consultation)
    await record(ctx, TrusteeRemoved(number=number, **place_of(consultation)))


async def begin_rehearsal(ctx: RequestContext, consultation: ConsultationRef) -> bytes:
    """Encrypt test ballots to the trustees; the archive that they must decrypt.

    Raises `Conflict`: `urn-open`, `trustees-missing`.
    """
    permit(await may_prepare(ctx, consultation))
    trustees = await trustees_of(ctx, consultation.id)
    if len(trustees) not in THRESHOLDS:
        raise Conflict("trustees-missing")
    archive, expected = _test_archive(consultation, trustees, moment_text(ctx.now))
    await _forget_rehearsal(ctx, consultation)
    ctx.db.add(
        Rehearsal(
            consultation_id=consultation.id, archive=archive, expected=expected, made_at=ctx.now
        )
    )
    await record(ctx, RehearsalMade(**place_of(consultation)))
    return archive


async def rehearsal_archive(ctx: RequestContext, consultation: ConsultationRef) -> bytes:
    """The test archive of the current rehearsal. Raises `NotFound("no-rehearsal")`."""
    return (await _rehearsal(ctx, consultation)).archive


async def hand_in_shares(
    ctx: RequestContext, consultation: ConsultationRef, data: bytes
) -> list[int]:
    """Keep a trustee's shares of the test ballots; the numbers of those who have rehearsed now.

    A trustee has rehearsed when some of them together, this one included, open all test ballots.
    Raises `Invalid` naming `shares`, `NotFound("no-rehearsal")`, `Conflict("urn-open")`.
    """
    permit(await may_prepare(ctx, consultation))
    rehearsal = await _rehearsal(ctx, consultation)
    number = _whose(rehearsal, data) + 1
    rows = await ctx.db.scalars(
        update(Trustee)
        .where(Trustee.consultation_id == consultation.id, Trustee.number == number)
        .values(shares=data)
        .returning(Trustee.number)
    )
    if rows.first() is None:
        raise Invalid({"shares": "not-shares"})
    query = select(Trustee.number, Trustee.shares).where(
        Trustee.consultation_id == consultation.id, Trustee.shares.is_not(None)
    )
    held = {row.number: row.shares for row in await ctx.db.execute(query)}
    threshold = THRESHOLDS[len(await trustees_of(ctx, consultation.id))]
    proven = _proven(rehearsal, held, threshold, number)
    for one in sorted(proven):
        await ctx.db.execute(
            update(Trustee)
            .where(Trustee.consultation_id == consultation.id, Trustee.number == one)
            .values(rehearsed_at=ctx.now)
        )
        await record(ctx, TrusteeRehearsed(number=one, **place_of(consultation)))
    return sorted(proven)


def _public_key(data: bytes) -> TrusteePublic:
    try:
        public: TrusteePublic = decoded(data, TrusteePublic)
        if len(as_bytes(public.sealing)) != 32 or len(as_bytes(public.signing)) != 32:
            raise ValueError
        # A point of small order passes for a key, and then no ballot could be sealed to it.
        seal(b"", b"", [X25519PublicKey.from_public_bytes(as_bytes(public.sealing))], 1)
    except ValueError as error:  # a DecodeError is one
        raise Invalid({"key": "not-a-trustee-key"}) from error
    if not 1 <= len(public.name.strip()) <= 120 or not public.name.isprintable():
        raise Invalid({"key": "not-a-trustee-key"})
    return public


def _test_archive(
    consultation: ConsultationRef, trustees: list[TrusteePublic], moment: str
) -> tuple[bytes, bytes]:
    """An archive of test ballots, and the aggregates that their count must give."""
    poll = f"rehearsal/{consultation.id}/{secrets.token_hex(4)}"
    threshold = THRESHOLDS[len(trustees)]
    keys = [X25519PublicKey.from_public_bytes(as_bytes(one.sealing)) for one in trustees]
    rows = [bytes([secrets.randbelow(2), 1]) for _ in range(TEST_BALLOTS)]
    ballots = []
    for row in rows:
        pseudonym = secrets.token_bytes(32)
        ballots.append(
            (pseudonym, 1, seal(padded(row), context_of(poll, pseudonym, 1), keys, threshold))
        )
    ballots.sort(key=lambda one: digest(one[2]))
    out = io.BytesIO()
    write_archive(out, poll, _test_board(poll, trustees, ballots, moment), ballots, [])
    return out.getvalue(), canonical(sum(row[0] for row in rows))


def _test_board(
    poll: str, trustees: list[TrusteePublic], ballots: list[tuple[bytes, int, bytes]], moment: str
) -> list[SignedEntry]:
    key = Ed25519PrivateKey.generate()
    question = Question(
        question="Répétition",
        choices=["A", "B"],
        ballot="approvals",
        grades=[],
        method="approval",
        method_options={},
        compared=None,
        approved_from="",
        tie_seed="rehearsal",
        whole_ballots=False,
    )
    opening = {
        **msgspec.to_builtins(question),
        "address": "",
        "eligibility": "code",
        "electors": len(ballots),
        "opens_at": moment,
        "closes_at": moment,
        "trustees": [msgspec.to_builtins(one) for one in trustees],
        "threshold": THRESHOLDS[len(trustees)],
        "key": public_text(key),
    }
    first = next_line(None, poll, "open", opening, key)
    hashes = {"hashes": [digest(sealed) for _, _, sealed in ballots]}
    second = next_line(first.entry, poll, "ballots", hashes, key)
    size = len(ballots)
    closing = {"closed_at": moment, "marks": size, "papers": 0, "slots": size, "versions": size}
    return [first, second, next_line(second.entry, poll, "close", closing, key)]


def _whose(rehearsal: Rehearsal, data: bytes) -> int:
    try:
        head, _ = read_shares(io.BytesIO(data))
    except NotABallotArchive as error:
        raise Invalid({"shares": "not-shares"}) from error
    # Reject shares of another rehearsal at once: stored, they would make the other trustees' fail.
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(rehearsal.archive)
        file.flush()
        with open_archive(Path(file.name)) as archive:
            if head.archive != archive.manifest.digest:
                raise Invalid({"shares": "other-rehearsal"})
    return head.trustee


def _proven(rehearsal: Rehearsal, held: dict[int, bytes], threshold: int, newest: int) -> set[int]:
    """Trustees who, with enough others, decrypted all test ballots; the newest one is among
    them.
    """
    proven: set[int] = set()
    others = sorted(set(held) - {newest})
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(rehearsal.archive)
        file.flush()
        for members in combinations(others, threshold - 1):
            chosen = [held[number] for number in (newest, *members)]
            if _gives(Path(file.name), chosen, rehearsal.expected):
                proven |= {newest, *members}
    return proven


def _gives(path: Path, shares: list[bytes], expected: bytes) -> bool:
    with open_archive(path) as archive:
        try:
            counted = count_archive(archive, [io.BytesIO(one) for one in shares])
        except NotABallotArchive as error:
            if error.args[0] == "other-bundle":
                raise Invalid({"shares": "other-rehearsal"}) from error
            raise Invalid({"shares": "not-shares"}) from error
    minutes = read_minutes(counted.minutes)
    return not minutes.unreadable and canonical(minutes.outcome["scores"]["A"]) == expected


async def _rehearsal(ctx: RequestContext, consultation: ConsultationRef) -> Rehearsal:
    return existing(await ctx.db.get(Rehearsal, consultation.id), "no-rehearsal")


async def _forget_rehearsal(ctx: RequestContext, consultation: ConsultationRef) -> None:
    await ctx.db.execute(delete(Rehearsal).where(Rehearsal.consultation_id == consultation.id))
    await ctx.db.execute(
        update(Trustee)
        .where(Trustee.consultation_id == consultation.id)
        .values(rehearsed_at=None, shares=None)
    )
