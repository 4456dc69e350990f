"""The electoral roll of a consultation, voting codes, and requests for a lost code."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import Conflict, existing
from deliberation.core.ids import ALPHABET, new_id
from deliberation.elections.electorate.eligibility import LETTERS, code_hash
from deliberation.elections.electorate.events import (
    CodeAsked,
    CodeGranted,
    CodeRefused,
    CodesIssued,
    RollImported,
)
from deliberation.elections.electorate.model import Elector, ElectorCode, VotingCodeRequest
from deliberation.elections.electorate.permissions import hold_polls, may_countersign, may_prepare
from deliberation.elections.electorate.roll_file import RollLine
from deliberation.journal.commands import record
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of

STEP = 5_000  # rows an INSERT


class CodeLetter(msgspec.Struct, frozen=True):
    """The content of one letter. The code is nowhere else; the database has only its hash."""

    number: str
    name: str
    code: str


class CodeReason(msgspec.Struct, frozen=True, kw_only=True):
    """A lost code: the elector's identifier, and how their identity was checked."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    reason: Annotated[str, msgspec.Meta(min_length=5, max_length=400)]


class CodeRequestView(msgspec.Struct, frozen=True):
    """A request for a new code, and where it stands: `asked`, `granted` or `refused`."""

    id: UUID
    elector: str
    name: str
    reason: str
    asked_by: UUID
    asked_at: datetime
    state: str


async def import_roll(
    ctx: RequestContext, consultation: ConsultationRef, lines: Sequence[RollLine]
) -> None:
    """Replace the roll; earlier codes are deleted. Raises `Conflict("urn-open")`."""
    permit(may_run(ctx, consultation.authority_id))
    await hold_polls(ctx, consultation.id)
    permit(await may_prepare(ctx, consultation))
    await _forget_codes(ctx, consultation)
    await ctx.db.execute(delete(Elector).where(Elector.consultation_id == consultation.id))
    for start in range(0, len(lines), STEP):
        rows = [
            {"id": new_id(), "consultation_id": consultation.id, **msgspec.structs.asdict(line)}
            for line in lines[start : start + STEP]
        ]
        await ctx.db.execute(insert(Elector), rows)
    await record(ctx, RollImported(**place_of(consultation)))


async def issue_codes(ctx: RequestContext, consultation: ConsultationRef) -> list[CodeLetter]:
    """Issue a code to every elector and revoke earlier ones; returns the letters to print, once.

    Raises `Conflict`: `urn-open`, `no-roll`.
    """
    permit(await may_prepare(ctx, consultation))
    permit(needs_confirmation(ctx))
    await _forget_codes(ctx, consultation)
    query = (
        select(Elector.id, Elector.number, Elector.name)
        .where(Elector.consultation_id == consultation.id)
        .order_by(Elector.number)
    )
    electors = (await ctx.db.execute(query)).all()
    if not electors:
        raise Conflict("no-roll")
    letters = [CodeLetter(one.number, one.name, new_voting_code()) for one in electors]
    for start in range(0, len(letters), STEP):
        pairs = zip(electors[start : start + STEP], letters[start : start + STEP], strict=True)
        rows = [
            {
                "hash": code_hash(ctx.app, letter.code),
                "elector_id": elector.id,
                "issued_at": ctx.now,
                "revoked_at": None,
            }
            for elector, letter in pairs
        ]
        await ctx.db.execute(insert(ElectorCode), rows)
    await record(ctx, CodesIssued(**place_of(consultation)))
    return letters


async def ask_code(
    ctx: RequestContext, consultation: ConsultationRef, number: str, reason: str
) -> VotingCodeRequest:
    """Ask for a new code for somebody whose code is lost. For agents.

    Raises `NotFound("no-such-elector")`, `Conflict("already-asked")`.
    """
    permit(may_run(ctx, consultation.authority_id))
    query = select(Elector).where(
        Elector.consultation_id == consultation.id, Elector.number == number.strip()
    )
    elector = existing(
        (await ctx.db.scalars(query.with_for_update())).one_or_none(), "no-such-elector"
    )
    waiting = select(VotingCodeRequest.id).where(
        VotingCodeRequest.elector_id == elector.id,
        VotingCodeRequest.granted_at.is_(None),
        VotingCodeRequest.refused_at.is_(None),
    )
    if (await ctx.db.scalars(waiting)).first() is not None:
        raise Conflict("already-asked")
    request = VotingCodeRequest(
        id=new_id(),
        elector_id=elector.id,
        reason=reason,
        asked_by=ctx.person.id,
        asked_at=ctx.now,
    )
    ctx.db.add(request)
    await record(ctx, CodeAsked(request_id=request.id, **place_of(consultation)))
    return request


async def grant_code(
    ctx: RequestContext, consultation: ConsultationRef, request_id: UUID
) -> CodeLetter:
    """Grant a new code, as a second person; the old one is revoked. Returns the letter, once.

    A ballot cast with the old code stays, and the new code replaces it until the close. Raises
    `NotAllowed("needs-another-person")`, `NotFound`, `Conflict("already-decided")`.
    """
    permit(needs_confirmation(ctx))
    request, elector = await _decided(ctx, consultation, request_id)
    request.granted_by, request.granted_at = ctx.person.id, ctx.now
    await ctx.db.flush()
    await ctx.db.execute(
        update(ElectorCode)
        .where(ElectorCode.elector_id == elector.id, ElectorCode.revoked_at.is_(None))
        .values(revoked_at=ctx.now)
    )
    code = new_voting_code()
    values = {"elector_id": elector.id, "issued_at": ctx.now, "revoked_at": None}
    ctx.db.add(ElectorCode(hash=code_hash(ctx.app, code), **values))
    await record(ctx, CodeGranted(request_id=request.id, **place_of(consultation)))
    return CodeLetter(elector.number, elector.name, code)


async def refuse_code(ctx: RequestContext, consultation: ConsultationRef, request_id: UUID) -> None:
    """Refuse a new code, as a second person. Raises as `grant_code`."""
    request, _ = await _decided(ctx, consultation, request_id)
    request.refused_at = ctx.now
    await record(ctx, CodeRefused(request_id=request.id, **place_of(consultation)))


async def code_requests(
    ctx: RequestContext, consultation: ConsultationRef
) -> list[CodeRequestView]:
    """The requests of a consultation, those to decide first, then the newest. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    rows = await fetch(ctx.db, _REQUESTS, consultation=consultation.id)
    return [CodeRequestView(**row) for row in rows]


def new_voting_code() -> str:
    """A code of 99 random bits in five groups of four, as `7K4M-2QXP-…`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[place : place + 4] for place in range(0, LETTERS, 4))


async def _decided(
    ctx: RequestContext, consultation: ConsultationRef, request_id: UUID
) -> tuple[VotingCodeRequest, Elector]:
    """A request that still waits, and whose it is; a second person decides."""
    permit(may_run(ctx, consultation.authority_id))
    query = (
        select(VotingCodeRequest, Elector)
        .join(Elector, Elector.id == VotingCodeRequest.elector_id)
        .where(VotingCodeRequest.id == request_id, Elector.consultation_id == consultation.id)
        .with_for_update()
    )
    row = existing((await ctx.db.execute(query)).one_or_none())
    permit(await may_countersign(ctx, consultation, row.VotingCodeRequest.asked_by))
    if row.VotingCodeRequest.granted_at or row.VotingCodeRequest.refused_at:
        raise Conflict("already-decided")
    return row.VotingCodeRequest, row.Elector


async def _forget_codes(ctx: RequestContext, consultation: ConsultationRef) -> None:
    mine = select(Elector.id).where(Elector.consultation_id == consultation.id)
    await ctx.db.execute(delete(VotingCodeRequest).where(VotingCodeRequest.elector_id.in_(mine)))
    await ctx.db.execute(delete(ElectorCode).where(ElectorCode.elector_id.in_(mine)))


_REQUESTS = prepared(
    f"""
    SELECT request.id, elector, name, reason, asked_by, asked_at,
           CASE WHEN granted_at IS NOT NULL THEN 'granted'
                WHEN refused_at IS NOT NULL THEN 'refused' ELSE 'asked' END AS state
    FROM (
        SELECT *, granted_at IS NOT NULL OR refused_at IS NOT NULL AS decided
        FROM code_request WHERE in_consultation = :consultation
        ORDER BY decided, asked_at DESC LIMIT {MOST_LISTED}
    ) AS request CROSS JOIN LATERAL (
        SELECT number AS elector, name FROM elector WHERE id = elector_id OFFSET 0
    ) AS of_roll
    ORDER BY decided, asked_at DESC
    """  # noqa: S608 - fixed text
)
