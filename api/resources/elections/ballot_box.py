"""/api/v1/consultations/{slug}/ballot-box: the votes as agents see them; a later close."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.core.routes import get, post
from api.core.transaction import Ctx
from api.resources.elections.of_agents import BOX, agents_consultation
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ExtensionView,
    ask_extension,
    extensions,
    grant_extension,
)
from deliberation.views.ballot_boxes.queries import Overview, overview


@get(BOX)
async def get_ballot_box(ctx: Ctx, slug: FromPath[str]) -> Overview:
    """The state of the ballot box, and the missing requirements of its sealed votes. For agents."""
    return await overview(ctx, await agents_consultation(ctx, slug))


@get(BOX + "/extensions")
async def list_extensions(ctx: Ctx, slug: FromPath[str]) -> list[ExtensionView]:
    """The later closes that were asked for."""
    return await extensions(ctx, await agents_consultation(ctx, slug))


@post(BOX + "/extensions")
async def create_extension(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[ExtensionDraft]
) -> list[ExtensionView]:
    """Ask for a later close of open ballot boxes; a second person decides, before the close."""
    consultation = await agents_consultation(ctx, slug)
    await ask_extension(ctx, consultation, data)
    return await extensions(ctx, consultation)


@post(BOX + "/extensions/{extension_id:uuid}/grant", status_code=204)
async def create_extension_grant(
    ctx: Ctx, slug: FromPath[str], extension_id: FromPath[UUID]
) -> None:
    """Grant a later close, as a second person; the board shows it."""
    await grant_extension(ctx, await agents_consultation(ctx, slug), extension_id)
