"""/api/v1/consultations/{slug}/ballot-box/trustees and rehearsal: keys, and the rehearsal.

A key or a file of shares is the request's body as it is."""

import msgspec
from litestar import Response
from litestar.params import FromPath

from api.core.bodies import by_its_agents, larger
from api.core.files import attachment
from api.core.requests import AnyRequest
from api.core.routes import delete, get, post
from api.core.transaction import Ctx
from api.resources.elections.of_agents import BOX, agents_consultation
from deliberation.core.rate_limits import limit
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    rehearsal_archive,
    remove_trustee,
)
from deliberation.views.ballot_boxes.queries import TrusteeView, trustee_views


class Rehearsed(msgspec.Struct, frozen=True):
    """The trustees, by number, whose shares have opened the test ballots by now."""

    trustees: list[int]


@get(BOX + "/trustees")
async def list_trustees(ctx: Ctx, slug: FromPath[str]) -> list[TrusteeView]:
    """The trustees, their fingerprints, and who has rehearsed."""
    return await trustee_views(ctx, await agents_consultation(ctx, slug))


@post(BOX + "/trustees", **larger(by_its_agents))
async def create_trustee(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> list[TrusteeView]:
    """Register the trustee whose public key file is the body."""
    consultation = await agents_consultation(ctx, slug)
    await register_trustee(ctx, consultation, await request.body())
    await ctx.db.flush()
    return await trustee_views(ctx, consultation)


@delete(BOX + "/trustees/{number:int}")
async def delete_trustee(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> None:
    """Take a trustee away, before the vote; the dry run has to be made again."""
    await remove_trustee(ctx, await agents_consultation(ctx, slug), number)


@post(BOX + "/rehearsal", media_type="application/x-tar")
async def create_rehearsal(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """Begin a rehearsal: make the test ballot box that the trustees must decrypt."""
    consultation = await agents_consultation(ctx, slug)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    archive = await begin_rehearsal(ctx, consultation)
    return attachment(archive, f"rehearsal-{slug}.tar", "application/x-tar")


@get(BOX + "/rehearsal", media_type="application/x-tar")
async def get_rehearsal(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """The test archive of the current rehearsal."""
    archive = await rehearsal_archive(ctx, await agents_consultation(ctx, slug))
    return attachment(archive, f"rehearsal-{slug}.tar", "application/x-tar")


@post(BOX + "/rehearsal/shares", **larger(by_its_agents))
async def create_shares(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Rehearsed:
    """Upload a trustee's shares of the test archive; the body is their file."""
    consultation = await agents_consultation(ctx, slug)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    return Rehearsed(await hand_in_shares(ctx, consultation, await request.body()))
