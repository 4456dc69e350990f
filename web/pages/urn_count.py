"""After the close: the urn taken away to be counted, and the signed count that comes back."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from api.plumbing.bodies import by_its_agents, larger
from api.plumbing.files import streamed
from api.plumbing.transaction import Acting
from deliberation.ballot_box.bundles import export_bundle
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Invalid
from deliberation.kit.limits import limit
from deliberation.people.permissions import needs_confirmation
from deliberation.polls.queries import PollView, poll_view
from deliberation.results.handed_in import CountFiles, read_count
from deliberation.results.sealed import publish_count
from deliberation.words.refusals import refusal
from web.forms import files_of
from web.pages.management import agents_page
from web.pages.urn import ITEM, to_urn, told, urn_page

COUNT = ITEM + "/{number:int}/compte"
COUNT_LIMIT = 60_000_000  # bytes: a recount file of whole ballots can be long


@get(COUNT)
async def count(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """How the urn is counted, and the form that publishes the count."""
    page = await agents_page(act, slug)
    permit(needs_confirmation(act))  # before files are chosen: a refused upload cannot be kept
    return await _count(request, act, page, await poll_view(act, page, number), {})


@get(ITEM + "/{number:int}/urne.tar")
async def urn_file(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Stream:
    """The bundle of a closed urn: sealed ballots and the board, nothing readable without keys."""
    page = await agents_page(act, slug)
    poll = await poll_view(act, page, number)
    await limit(act, "ballot-box-work", str(act.person.id))
    async with streamed(f"urne-{slug}-{number}.tar", "application/x-tar") as (out, answer):
        await export_bundle(act, poll.id, out)
    return answer


@post(COUNT, **larger(by_its_agents, COUNT_LIMIT))
async def publish(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Publish a signed count once it has been checked against the board; or say what is wrong."""
    page = await agents_page(act, slug)
    poll = await poll_view(act, page, number)
    await limit(act, "ballot-box-work", str(act.person.id))
    sent = {name: await files_of(request, name) for name in ("minutes", "signatures", "pdf")}
    recount = await files_of(request, "recount")
    errors = {name: refusal(act.lang, "file-needed") for name, files in sent.items() if not files}
    if not errors:
        files = CountFiles(
            minutes=sent["minutes"][0],
            signatures=sent["signatures"],
            recount=recount[0] if recount else None,
            pdf=sent["pdf"][0],
        )
        try:
            # What is refused leaves no line on the board.
            async with act.db.begin_nested():
                await publish_count(act, page, poll, await read_count(act, poll, files))
        except Invalid as error:
            errors = told(act.lang, error)
    if errors:
        return await _count(request, act, page, poll, errors)
    return to_urn(act, slug, "?fait=compte")


async def _count(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    errors: Mapping[str, str],
) -> Response[str]:
    return await urn_page(request, act, page, "urn_count", errors, poll=poll)


HANDLERS = [count, urn_file, publish]
