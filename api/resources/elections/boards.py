"""/api/v1/consultations/{slug}/polls/{n}/board, minutes and signatures of a sealed vote."""

from typing import Annotated

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from api.admission import LONG
from api.core.files import attachment, streamed
from api.core.routes import get, public_get
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.queries import minutes_pdf, minutes_row
from deliberation.process.consultations.queries import consultation_ref
from deliberation.views.bulletin_board.queries import BoardHead, board_head, write_board

ITEM = "/consultations/{slug:str}/polls/{number:int}"

EntryNumber = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


@get(ITEM + "/board", media_type="application/jsonl", opt={LONG: True})
async def get_board(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], after: FromQuery[EntryNumber] = 0
) -> Stream:
    """The public board, one entry per line; `after`: only the entries after that number."""
    poll = await _poll(ctx, slug, number)
    async with streamed(f"board-{slug}-{number}.jsonl", "application/jsonl") as (out, answer):
        await write_board(ctx, poll, out, after)
    return answer


@public_get(ITEM + "/board/head")
async def get_board_head(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> BoardHead:
    """The signed head of the public board: its last entry's number, digest and signature."""
    return await board_head(ctx, await _poll(ctx, slug, number))


@public_get(ITEM + "/minutes", media_type="application/json")
async def get_minutes(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The minutes of the count, byte for byte as the trustees signed them."""
    row = await minutes_row(ctx, await _poll(ctx, slug, number))
    return attachment(row.minutes, f"minutes-{slug}-{number}.json", "application/json")


@get(ITEM + "/minutes.pdf", media_type="application/pdf")
async def get_minutes_pdf(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The minutes of the count, for reading."""
    content = await minutes_pdf(ctx, await _poll(ctx, slug, number))
    return attachment(content, f"minutes-{slug}-{number}.pdf", "application/pdf")


@public_get(ITEM + "/signatures")
async def get_signatures(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> dict[str, str]:
    """The trustees' signatures of the minutes: trustee's place, from 1 -> Ed25519, base64."""
    return (await minutes_row(ctx, await _poll(ctx, slug, number))).signatures


async def _poll(ctx: RequestContext, slug: str, number: int) -> PollView:
    return await poll_view(ctx, await consultation_ref(ctx, slug), number)
