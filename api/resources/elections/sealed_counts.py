"""/api/v1/consultations/{slug}/polls/{number}/archive and count: a sealed vote's count."""

import base64
import binascii
from typing import Annotated

import msgspec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from api.admission import LONG
from api.core.bodies import by_its_agents, larger
from api.core.files import streamed
from api.core.routes import get, post
from api.core.transaction import WRITES, Ctx
from api.resources.elections.of_agents import MAX_UPLOAD_BYTES, POLL, agents_poll
from deliberation.core.errors import Invalid
from deliberation.core.rate_limits import limit
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.results.result_upload import CountFiles, read_count
from deliberation.elections.results.sealed_count import publish_count

File = Annotated[str, msgspec.Meta(min_length=1, max_length=2 * MAX_UPLOAD_BYTES)]


class CountBody(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a count, each in base64; `recount` is empty for fewer than ten ballots."""

    minutes: File
    signatures: Annotated[list[File], msgspec.Meta(min_length=1, max_length=5)]
    pdf: File
    recount: Annotated[str, msgspec.Meta(max_length=2 * MAX_UPLOAD_BYTES)] = ""


@get(POLL + "/archive", media_type="application/x-tar", opt={WRITES: True, LONG: True})
async def get_archive(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Stream:
    """The archive of a closed ballot box, for its trustees."""
    _, poll = await agents_poll(ctx, slug, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    async with streamed(f"urn-{slug}-{number}.tar", "application/x-tar") as (out, answer):
        await export_archive(ctx, poll.id, out)
    return answer


@post(POLL + "/count", status_code=204, **larger(by_its_agents, 2 * MAX_UPLOAD_BYTES))
async def create_count(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[CountBody]
) -> None:
    """Publish the signed count of a sealed vote, once it has been checked against the board."""
    consultation, poll = await agents_poll(ctx, slug, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    files = CountFiles(
        minutes=_decoded("minutes", data.minutes),
        signatures=[_decoded("signatures", one) for one in data.signatures],
        recount=_decoded("recount", data.recount) or None,
        pdf=_decoded("pdf", data.pdf),
    )
    await publish_count(ctx, consultation, poll, await read_count(ctx, poll, files))


def _decoded(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({name: "not-base64"}) from error
