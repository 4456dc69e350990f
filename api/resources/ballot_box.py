"""/api/v1/consultations/{slug}/ballot-box: what agents prepare, decide by two, and publish.

A file (roll, key, shares) is the request's body as it is; what is wrong with its lines is told with
their numbers (`/lines/12`). Codes are answered once, and kept nowhere.
"""

import base64
import binascii
from asyncio import to_thread
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from api.core.bodies import by_its_agents, larger
from api.core.consultations import ThisConsultation
from api.core.files import attachment, streamed
from api.core.requests import AnyRequest
from api.core.routes import delete, get, post, put
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Invalid
from deliberation.core.rate_limits import limit
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ExtensionView,
    ask_extension,
    extensions,
    grant_extension,
)
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
    CodeReason,
    CodeRequestView,
    Letter,
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.elections.electorate.roll_file import read_roll
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    BatchView,
    Channel,
    batches,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.paper.undoing import (
    UndoingDraft,
    UndoingView,
    ask_undoing,
    grant_undoing,
    undoings,
)
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.result_upload import CountFiles, read_count
from deliberation.elections.results.sealed_count import publish_count
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    rehearsal_archive,
    remove_trustee,
)
from deliberation.process.consultations.commands import consultation_row
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref
from deliberation.views.ballot_boxes.queries import Overview, TrusteeView, overview, trustee_views

BOX = "/consultations/{slug:str}/ballot-box"
POLL = "/consultations/{slug:str}/polls/{number:int}"
MAX_UPLOAD_BYTES = 60_000_000  # bytes of a roll or of a count's files
Identifier = Annotated[str, msgspec.Meta(max_length=60)]
File = Annotated[str, msgspec.Meta(min_length=1, max_length=2 * MAX_UPLOAD_BYTES)]
NEVER_KEPT = {"cache-control": "no-store"}


class Roll(msgspec.Struct, frozen=True):
    """How many people stand on the roll."""

    electors: int


class Rehearsed(msgspec.Struct, frozen=True):
    """The trustees, by number, whose shares have opened the test ballots by now."""

    trustees: list[int]


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """Who votes on paper or at a counter, by their identifiers on the roll."""

    channel: Channel
    voters: Annotated[list[Identifier], msgspec.Meta(min_length=1, max_length=500)]


class CountBody(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a count, each in base64; `recount` is empty for fewer than ten ballots."""

    minutes: File
    signatures: Annotated[list[File], msgspec.Meta(min_length=1, max_length=5)]
    pdf: File
    recount: Annotated[str, msgspec.Meta(max_length=2 * MAX_UPLOAD_BYTES)] = ""


class CodeRequestMade(msgspec.Struct, frozen=True):
    """A request for another code that was written down."""

    id: UUID
    asked_at: datetime


@get(BOX)
async def get_ballot_box(ctx: Ctx, slug: FromPath[str]) -> Overview:
    """Where the ballot box stands, and what its sealed votes still lack. For agents."""
    return await overview(ctx, await _consultation(ctx, slug))


@put(BOX + "/roll", **larger(by_its_agents, MAX_UPLOAD_BYTES))
async def put_roll(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Roll:
    """Replace the roll by the body, a CSV file; nothing is kept when a line is at fault."""
    consultation = await _consultation(ctx, slug)
    permit(await may_prepare(ctx, consultation))
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    found = await to_thread(read_roll, await request.body())  # seconds, for a large roll
    if found.faults:
        raise Invalid({f"lines.{one.line}": (one.code, one.values) for one in found.faults})
    await import_roll(ctx, consultation, found.lines)
    return Roll(len(found.lines))


@post(BOX + "/codes")
async def create_codes(ctx: Ctx, slug: FromPath[str]) -> Response[list[Letter]]:
    """Draw a code for everybody on the roll; those before are revoked. Answered this once."""
    consultation = await _consultation(ctx, slug)
    permit(await may_prepare(ctx, consultation))
    await limit(ctx, "letters", str(ctx.person.id))
    return Response(await issue_codes(ctx, consultation), headers=NEVER_KEPT)


@get(BOX + "/code-requests")
async def list_code_requests(ctx: Ctx, slug: FromPath[str]) -> list[CodeRequestView]:
    """The lost codes, the newest first."""
    return await code_requests(ctx, await _consultation(ctx, slug))


@post(BOX + "/code-requests")
async def create_code_request(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[CodeReason]
) -> CodeRequestMade:
    """Ask for another code for somebody; a second person decides."""
    made = await ask_code(ctx, await _consultation(ctx, slug), data.number, data.reason)
    return CodeRequestMade(made.id, made.asked_at)


@post(BOX + "/code-requests/{request_id:uuid}/grant")
async def create_grant(
    ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]
) -> Response[Letter]:
    """Grant another code, as a second person: answered this once, the old one is revoked."""
    letter = await grant_code(ctx, await _consultation(ctx, slug), request_id)
    return Response(letter, headers=NEVER_KEPT)


@post(BOX + "/code-requests/{request_id:uuid}/refusal", status_code=204)
async def create_refusal(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> None:
    """Refuse another code, as a second person."""
    await refuse_code(ctx, await _consultation(ctx, slug), request_id)


@get(BOX + "/trustees")
async def list_trustees(ctx: Ctx, slug: FromPath[str]) -> list[TrusteeView]:
    """The trustees, their fingerprints, and who has rehearsed."""
    return await trustee_views(ctx, await _consultation(ctx, slug))


@post(BOX + "/trustees", **larger(by_its_agents))
async def create_trustee(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> list[TrusteeView]:
    """Register the trustee whose public key file is the body."""
    consultation = await _consultation(ctx, slug)
    await register_trustee(ctx, consultation, await request.body())
    await ctx.db.flush()
    return await trustee_views(ctx, consultation)


@delete(BOX + "/trustees/{number:int}")
async def delete_trustee(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> None:
    """Take a trustee away, before the vote; the dry run has to be made again."""
    await remove_trustee(ctx, await _consultation(ctx, slug), number)


@post(BOX + "/rehearsal", media_type="application/x-tar")
async def create_rehearsal(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """Begin a dry run: the test urn that the trustees must open."""
    consultation = await _consultation(ctx, slug)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    archive = await begin_rehearsal(ctx, consultation)
    return attachment(archive, f"rehearsal-{slug}.tar", "application/x-tar")


@get(BOX + "/rehearsal", media_type="application/x-tar")
async def get_rehearsal(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """The test urn of the dry run under way."""
    archive = await rehearsal_archive(ctx, await _consultation(ctx, slug))
    return attachment(archive, f"rehearsal-{slug}.tar", "application/x-tar")


@post(BOX + "/rehearsal/shares", **larger(by_its_agents))
async def create_shares(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Rehearsed:
    """Hand in a trustee's shares of the test urn, the body being their file."""
    consultation = await _consultation(ctx, slug)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    return Rehearsed(await hand_in_shares(ctx, consultation, await request.body()))


@get(BOX + "/extensions")
async def list_extensions(ctx: Ctx, slug: FromPath[str]) -> list[ExtensionView]:
    """The later closes that were asked for."""
    return await extensions(ctx, await _consultation(ctx, slug))


@post(BOX + "/extensions")
async def create_extension(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[ExtensionDraft]
) -> list[ExtensionView]:
    """Ask for a later close of open urns; a second person decides, before the close."""
    consultation = await _consultation(ctx, slug)
    await ask_extension(ctx, consultation, data)
    return await extensions(ctx, consultation)


@post(BOX + "/extensions/{extension_id:uuid}/grant", status_code=204)
async def create_extension_grant(
    ctx: Ctx, slug: FromPath[str], extension_id: FromPath[UUID]
) -> None:
    """Grant a later close, as a second person; the board shows it."""
    await grant_extension(ctx, await _consultation(ctx, slug), extension_id)


@get("/consultations/{slug:str}/countersigners")
async def list_countersigners(ctx: Ctx, consultation: ThisConsultation) -> list[CountersignerView]:
    """Who may decide second on a consultation's votes: names that everybody may read."""
    return await countersigners(ctx, consultation.id)


@get(BOX + "/colleagues")
async def list_colleagues(ctx: Ctx, slug: FromPath[str]) -> list[Colleague]:
    """The agents and administrators who can be named to decide second, and who is."""
    return await colleagues(ctx, await _consultation(ctx, slug))


@post(BOX + "/countersigners")
async def create_countersigner(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[CountersignerDraft]
) -> list[CountersignerView]:
    """Name somebody who may decide second, before the first ballot; it is published."""
    consultation = await _consultation(ctx, slug)
    await name_countersigner(ctx, consultation, data)
    return await countersigners(ctx, consultation.id)


@delete(BOX + "/countersigners/{person_id:uuid}")
async def delete_countersigner(ctx: Ctx, slug: FromPath[str], person_id: FromPath[UUID]) -> None:
    """Take a name back, before the first ballot."""
    await remove_countersigner(ctx, await _consultation(ctx, slug), person_id)


@get(POLL + "/undoings")
async def list_undoings(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> list[UndoingView]:
    """The requests to undo a mark on paper or at a counter, the newest first."""
    consultation, poll = await _poll(ctx, slug, number)
    return await undoings(ctx, consultation, poll)


@post(POLL + "/undoings")
async def create_undoing(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[UndoingDraft]
) -> list[UndoingView]:
    """Ask that a mark be undone; somebody else, named for it, grants."""
    consultation, poll = await _poll(ctx, slug, number)
    await ask_undoing(ctx, consultation, poll, data)
    return await undoings(ctx, consultation, poll)


@post(POLL + "/undoings/{undoing_id:uuid}/grant", status_code=204)
async def create_undoing_grant(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], undoing_id: FromPath[UUID]
) -> None:
    """Undo a mark, as a second person: its elector may vote again while the vote is open."""
    consultation, poll = await _poll(ctx, slug, number)
    await grant_undoing(ctx, consultation, poll, undoing_id)


@post(POLL + "/paper-voters", status_code=204, **larger(by_its_agents))
async def create_paper_voters(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[Marking]
) -> None:
    """Mark people who vote on paper or at a counter: all of them, or nobody.

    That one of several has voted already is told without saying which; each such answer is counted.
    """
    consultation, poll = await _poll(ctx, slug, number)
    await mark_voters(ctx, consultation, poll, data.channel, data.voters)


@get(POLL + "/papers")
async def list_papers(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> list[BatchView]:
    """The batches of paper and counter ballots; where both typings differ, the papers' places."""
    consultation, poll = await _poll(ctx, slug, number)
    return await batches(ctx, consultation, poll)


@post(POLL + "/papers", **larger(by_its_agents))
async def create_papers(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[BatchDraft]
) -> list[BatchView]:
    """Type a batch a first time."""
    consultation, poll = await _poll(ctx, slug, number)
    await enter_batch(ctx, consultation, poll, data)
    return await batches(ctx, consultation, poll)


@put(POLL + "/papers/{batch:int}", **larger(by_its_agents))
async def put_papers(
    ctx: Ctx,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
    data: JSONBody[BatchDraft],
) -> BatchView:
    """Type a batch again, as another agent: it counts once both typings are the same."""
    consultation, poll = await _poll(ctx, slug, number)
    return await enter_second_copy(ctx, consultation, poll, batch, data)


@get(POLL + "/bundle", media_type="application/x-tar")
async def get_archive(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Stream:
    """The bundle of a closed urn, for its trustees."""
    _, poll = await _poll(ctx, slug, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    async with streamed(f"urn-{slug}-{number}.tar", "application/x-tar") as (out, answer):
        await export_archive(ctx, poll.id, out)
    return answer


@post(POLL + "/count", status_code=204, **larger(by_its_agents, 2 * MAX_UPLOAD_BYTES))
async def create_count(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[CountBody]
) -> None:
    """Publish the signed count of a sealed vote, once it has been checked against the board."""
    consultation, poll = await _poll(ctx, slug, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    files = CountFiles(
        minutes=_decoded("minutes", data.minutes),
        signatures=[_decoded("signatures", one) for one in data.signatures],
        recount=_decoded("recount", data.recount) or None,
        pdf=_decoded("pdf", data.pdf),
    )
    await publish_count(ctx, consultation, poll, await read_count(ctx, poll, files))


async def _consultation(ctx: RequestContext, slug: str) -> ConsultationRef:
    """The consultation that an agent works on. Raises `NotFound` for everybody else."""
    await consultation_row(ctx, slug)
    return await consultation_ref(ctx, slug)


async def _poll(ctx: RequestContext, slug: str, number: int) -> tuple[ConsultationRef, PollView]:
    consultation = await _consultation(ctx, slug)
    return consultation, await poll_view(ctx, consultation, number)


def _decoded(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({name: "not-base64"}) from error


HANDLERS = [
    get_ballot_box,
    put_roll,
    create_codes,
    list_code_requests,
    create_code_request,
    create_grant,
    create_refusal,
    list_trustees,
    create_trustee,
    delete_trustee,
    create_rehearsal,
    get_rehearsal,
    create_shares,
    list_extensions,
    create_extension,
    create_extension_grant,
    list_countersigners,
    list_colleagues,
    create_countersigner,
    delete_countersigner,
    list_undoings,
    create_undoing,
    create_undoing_grant,
    create_paper_voters,
    list_papers,
    create_papers,
    put_papers,
    get_archive,
    create_count,
]
