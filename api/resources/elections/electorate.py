"""/api/v1/consultations/{slug}/ballot-box: the roll, its codes, and who may countersign.

The roll is the request's body as it is; errors name its lines by number
(`/lines/12`). Codes are answered once, and kept nowhere."""

from asyncio import to_thread
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, JSONBody

from api.core.bodies import by_its_agents, larger
from api.core.consultations import ThisConsultation
from api.core.requests import AnyRequest
from api.core.routes import delete, get, post, public_get, put
from api.core.transaction import Ctx
from api.resources.elections.of_agents import BOX, MAX_UPLOAD_BYTES, agents_consultation
from deliberation.core.context import permit
from deliberation.core.errors import Invalid
from deliberation.core.rate_limits import limit
from deliberation.elections.electorate.countersigners import (
    Colleague,
    CountersignerDraft,
    CountersignerView,
    colleagues,
    countersigners,
    name_countersigner,
    remove_countersigner,
)
from deliberation.elections.electorate.permissions import may_prepare
from deliberation.elections.electorate.roll import (
    CodeLetter,
    CodeReason,
    CodeRequestView,
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.elections.electorate.roll_file import read_roll

NEVER_KEPT = {"cache-control": "no-store"}


class Roll(msgspec.Struct, frozen=True):
    """The number of people on the roll."""

    electors: int


class CodeRequestMade(msgspec.Struct, frozen=True):
    """A request for another code that was written down."""

    id: UUID
    asked_at: datetime


@put(BOX + "/roll", **larger(by_its_agents, MAX_UPLOAD_BYTES))
async def put_roll(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Roll:
    """Replace the roll by the body, a CSV file; nothing changes when a line has an error."""
    consultation = await agents_consultation(ctx, slug)
    permit(await may_prepare(ctx, consultation))
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    found = await to_thread(read_roll, await request.body())  # seconds, for a large roll
    if found.faults:
        raise Invalid({f"lines.{one.line}": (one.code, one.values) for one in found.faults})
    await import_roll(ctx, consultation, found.lines)
    return Roll(len(found.lines))


@post(BOX + "/codes")
async def create_codes(ctx: Ctx, slug: FromPath[str]) -> Response[list[CodeLetter]]:
    """Draw a code for everybody on the roll; those before are revoked. Answered this once."""
    consultation = await agents_consultation(ctx, slug)
    permit(await may_prepare(ctx, consultation))
    await limit(ctx, "letters", str(ctx.person.id))
    return Response(await issue_codes(ctx, consultation), headers=NEVER_KEPT)


@get(BOX + "/code-requests")
async def list_code_requests(ctx: Ctx, slug: FromPath[str]) -> list[CodeRequestView]:
    """The lost codes, the newest first."""
    return await code_requests(ctx, await agents_consultation(ctx, slug))


@post(BOX + "/code-requests")
async def create_code_request(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[CodeReason]
) -> CodeRequestMade:
    """Ask for another code for somebody; a second person decides."""
    made = await ask_code(ctx, await agents_consultation(ctx, slug), data.number, data.reason)
    return CodeRequestMade(made.id, made.asked_at)


@post(BOX + "/code-requests/{request_id:uuid}/grant")
async def create_grant(
    ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]
) -> Response[CodeLetter]:
    """Grant another code, as a second person: answered this once, the old one is revoked."""
    letter = await grant_code(ctx, await agents_consultation(ctx, slug), request_id)
    return Response(letter, headers=NEVER_KEPT)


@post(BOX + "/code-requests/{request_id:uuid}/refusal", status_code=204)
async def create_refusal(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> None:
    """Refuse another code, as a second person."""
    await refuse_code(ctx, await agents_consultation(ctx, slug), request_id)


@public_get("/consultations/{slug:str}/countersigners")
async def list_countersigners(ctx: Ctx, consultation: ThisConsultation) -> list[CountersignerView]:
    """Countersigners of a consultation's votes; their names are public."""
    return await countersigners(ctx, consultation.id)


@get(BOX + "/colleagues")
async def list_colleagues(ctx: Ctx, slug: FromPath[str]) -> list[Colleague]:
    """The agents and administrators who can be named to decide second, and who is."""
    return await colleagues(ctx, await agents_consultation(ctx, slug))


@post(BOX + "/countersigners")
async def create_countersigner(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[CountersignerDraft]
) -> list[CountersignerView]:
    """Name somebody who may decide second, before the first ballot; it is published."""
    consultation = await agents_consultation(ctx, slug)
    await name_countersigner(ctx, consultation, data)
    return await countersigners(ctx, consultation.id)


@delete(BOX + "/countersigners/{person_id:uuid}")
async def delete_countersigner(ctx: Ctx, slug: FromPath[str], person_id: FromPath[UUID]) -> None:
    """Take a name back, before the first ballot."""
    await remove_countersigner(ctx, await agents_consultation(ctx, slug), person_id)
