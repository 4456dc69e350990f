"""After the close: download of the ballot archive, upload of the signed count."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from api.admission import LONG
from api.core.bodies import by_its_agents, larger
from api.core.files import streamed
from api.core.problems import messages
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import WRITES, Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Invalid
from deliberation.core.rate_limits import limit
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.result_upload import CountFiles, read_count
from deliberation.elections.results.sealed_count import publish_count
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.process.consultations.queries import ConsultationPage
from web.shell.forms import BLANK, Filled, files_of
from web.staff.ballot_box.handlers import ITEM, ballot_box_page, to_ballot_box
from web.staff.consultations.handlers import agents_page

COUNT = ITEM + "/{number:int}/compte"
COUNT_LIMIT = 60_000_000  # bytes: a recount file of whole ballots can be long


@get(COUNT)
async def count(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The page that explains the count, with the form that publishes it."""
    page = await agents_page(ctx, slug)
    permit(needs_confirmation(ctx))  # before files are chosen: a refused upload cannot be kept
    return await _count(request, ctx, page, await poll_view(ctx, page.ref, number))


@get(ITEM + "/{number:int}/urne.tar", opt={WRITES: True, LONG: True})
async def ballot_box_file(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Stream:
    """The archive of a closed ballot box: encrypted ballots and the board."""
    page = await agents_page(ctx, slug)
    poll = await poll_view(ctx, page.ref, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    async with streamed(f"urne-{slug}-{number}.tar", "application/x-tar") as (out, answer):
        await export_archive(ctx, poll.id, out)
    return answer


@post(COUNT, **larger(by_its_agents, COUNT_LIMIT))
async def publish(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Publish a signed count once it has been checked against the board; or say what is wrong."""
    page = await agents_page(ctx, slug)
    poll = await poll_view(ctx, page.ref, number)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    sent = {name: await files_of(request, name) for name in ("minutes", "signatures", "pdf")}
    recount = await files_of(request, "recount")
    errors = {name: refusal(ctx.lang, "file-needed") for name, files in sent.items() if not files}
    if not errors:
        files = CountFiles(
            minutes=sent["minutes"][0],
            signatures=sent["signatures"],
            recount=recount[0] if recount else None,
            pdf=sent["pdf"][0],
        )
        try:
            # What is refused leaves no line on the board.
            async with ctx.db.begin_nested():
                await publish_count(ctx, page.ref, poll, await read_count(ctx, poll, files))
        except Invalid as error:
            errors = messages(ctx.lang, error)
    if errors:
        return await _count(request, ctx, page, poll, Filled(errors=errors))
    return to_ballot_box(ctx, slug, "?fait=compte")


async def _count(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    form: Filled = BLANK,
) -> Response[str]:
    return await ballot_box_page(request, ctx, page, "count", form, poll=poll)
