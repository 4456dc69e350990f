"""The roll of a consultation: who is called to vote, their codes, and a code that is lost."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from deliberation.ballot_box.events import (
    CodeAsked,
    CodeGranted,
    CodeRefused,
    CodesIssued,
    RollImported,
)
from deliberation.ballot_box.model import CodeRequest, Elector, ElectorCode
from deliberation.ballot_box.permissions import hold_polls, may_prepare, may_second
from deliberation.ballot_box.roll_file import RollLine
from deliberation.ballot_box.voters import LETTERS, code_hash
from deliberation.consultations.permissions import may_run
from deliberation.consultations.queries import ConsultationPage, place_of
from deliberation.journal.commands import record
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, NotFound
from deliberation.kit.ids import ALPHABET, new_id
from deliberation.people.permissions import needs_confirmation

STEP = 5_000  # rows an INSERT


class Letter(msgspec.Struct, frozen=True):
    """What one letter says: the code stands here and nowhere else, never in the database."""

    number: str
    name: str
    code: str


class CodeReason(msgspec.Struct, frozen=True, kw_only=True):
    """Whose code is lost, by their identifier, and how their identity was checked."""

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


async def import_roll(act: Act, page: ConsultationPage, lines: Sequence[RollLine]) -> None:
    """Replace the roll; codes given before are gone. Raises `Conflict("urn-open")`."""
    permit(may_run(act, page.card.authority.id))
    await hold_polls(act, page.card.id)
    permit(await may_prepare(act, page))
    await _forget_codes(act, page)
    await act.db.execute(delete(Elector).where(Elector.consultation_id == page.card.id))
    for start in range(0, len(lines), STEP):
        rows = [
            {"id": new_id(), "consultation_id": page.card.id, **msgspec.structs.asdict(line)}
            for line in lines[start : start + STEP]
        ]
        await act.db.execute(insert(Elector), rows)
    await record(act, RollImported(**place_of(page)))


async def issue_codes(act: Act, page: ConsultationPage) -> list[Letter]:
    """Draw a code for everybody on the roll and revoke those before; the letters to print, once.

    Raises `Conflict`: `urn-open`, `no-roll`.
    """
    permit(await may_prepare(act, page))
    permit(needs_confirmation(act))
    await _forget_codes(act, page)
    query = (
        select(Elector.id, Elector.number, Elector.name)
        .where(Elector.consultation_id == page.card.id)
        .order_by(Elector.number)
    )
    electors = (await act.db.execute(query)).all()
    if not electors:
        raise Conflict("no-roll")
    letters = [Letter(one.number, one.name, new_voting_code()) for one in electors]
    for start in range(0, len(letters), STEP):
        pairs = zip(electors[start : start + STEP], letters[start : start + STEP], strict=True)
        rows = [
            {
                "hash": code_hash(act.house, letter.code),
                "elector_id": elector.id,
                "issued_at": act.now,
                "revoked_at": None,
            }
            for elector, letter in pairs
        ]
        await act.db.execute(insert(ElectorCode), rows)
    await record(act, CodesIssued(**place_of(page)))
    return letters


async def ask_code(act: Act, page: ConsultationPage, number: str, reason: str) -> CodeRequest:
    """Ask for a new code for somebody whose code is lost. For agents.

    Raises `NotFound("no-such-elector")`, `Conflict("already-asked")`.
    """
    permit(may_run(act, page.card.authority.id))
    query = select(Elector).where(
        Elector.consultation_id == page.card.id, Elector.number == number.strip()
    )
    elector = (await act.db.scalars(query.with_for_update())).one_or_none()
    if elector is None:
        raise NotFound("no-such-elector")
    waiting = select(CodeRequest.id).where(
        CodeRequest.elector_id == elector.id,
        CodeRequest.granted_at.is_(None),
        CodeRequest.refused_at.is_(None),
    )
    if (await act.db.scalars(waiting)).first() is not None:
        raise Conflict("already-asked")
    request = CodeRequest(
        id=new_id(),
        elector_id=elector.id,
        reason=reason,
        asked_by=act.person.id,
        asked_at=act.now,
    )
    act.db.add(request)
    await act.db.flush()
    await record(act, CodeAsked(request_id=request.id, **place_of(page)))
    return request


async def grant_code(act: Act, page: ConsultationPage, request_id: UUID) -> Letter:
    """Grant a new code, as a second person; the old one is revoked at once. The letter, once.

    A ballot cast with the old code stays, and the new code replaces it until the close. Raises
    `NotAllowed("needs-another-person")`, `NotFound`, `Conflict("already-decided")`.
    """
    permit(needs_confirmation(act))
    request, elector = await _decided(act, page, request_id)
    request.granted_by, request.granted_at = act.person.id, act.now
    await act.db.flush()
    await act.db.execute(
        update(ElectorCode)
        .where(ElectorCode.elector_id == elector.id, ElectorCode.revoked_at.is_(None))
        .values(revoked_at=act.now)
    )
    code = new_voting_code()
    act.db.add(
        ElectorCode(
            hash=code_hash(act.house, code),
            elector_id=elector.id,
            issued_at=act.now,
            revoked_at=None,
        )
    )
    await act.db.flush()
    await record(act, CodeGranted(request_id=request.id, **place_of(page)))
    return Letter(elector.number, elector.name, code)


async def refuse_code(act: Act, page: ConsultationPage, request_id: UUID) -> None:
    """Refuse a new code, as a second person. Raises as `grant_code`."""
    request, _ = await _decided(act, page, request_id)
    request.refused_at = act.now
    await act.db.flush()
    await record(act, CodeRefused(request_id=request.id, **place_of(page)))


async def code_requests(act: Act, page: ConsultationPage) -> list[CodeRequestView]:
    """All requests of a consultation, the newest first. For agents."""
    permit(may_run(act, page.card.authority.id))
    query = (
        select(CodeRequest, Elector.number, Elector.name)
        .join(Elector, Elector.id == CodeRequest.elector_id)
        .where(Elector.consultation_id == page.card.id)
        .order_by(CodeRequest.asked_at.desc())
    )
    return [
        CodeRequestView(
            id=row.CodeRequest.id,
            elector=row.number,
            name=row.name,
            reason=row.CodeRequest.reason,
            asked_by=row.CodeRequest.asked_by,
            asked_at=row.CodeRequest.asked_at,
            state=_state(row.CodeRequest),
        )
        for row in await act.db.execute(query)
    ]


def new_voting_code() -> str:
    """A code of 99 random bits in five groups of four, as `7K4M-2QXP-…`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[place : place + 4] for place in range(0, LETTERS, 4))


async def _decided(
    act: Act, page: ConsultationPage, request_id: UUID
) -> tuple[CodeRequest, Elector]:
    """A request that still waits, and whose it is; a second person decides."""
    permit(may_run(act, page.card.authority.id))
    query = (
        select(CodeRequest, Elector)
        .join(Elector, Elector.id == CodeRequest.elector_id)
        .where(CodeRequest.id == request_id, Elector.consultation_id == page.card.id)
        .with_for_update()
    )
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    permit(await may_second(act, page, row.CodeRequest.asked_by))
    if _state(row.CodeRequest) != "asked":
        raise Conflict("already-decided")
    return row.CodeRequest, row.Elector


async def _forget_codes(act: Act, page: ConsultationPage) -> None:
    mine = select(Elector.id).where(Elector.consultation_id == page.card.id)
    await act.db.execute(delete(CodeRequest).where(CodeRequest.elector_id.in_(mine)))
    await act.db.execute(delete(ElectorCode).where(ElectorCode.elector_id.in_(mine)))


def _state(request: CodeRequest) -> str:
    if request.granted_at is not None:
        return "granted"
    return "asked" if request.refused_at is None else "refused"
