"""The content of letters, and their printing; codes pass through and are not stored."""

from collections.abc import Sequence

from deliberation.core.context import RequestContext
from deliberation.elections.electorate import letter_texts as print_room
from deliberation.elections.electorate.letter_texts import Form, Mailing, Printed, printed
from deliberation.elections.electorate.roll import CodeLetter
from deliberation.elections.polls.queries import poll_views
from deliberation.network.authorities.queries import authority_page
from deliberation.process.consultations.queries import ConsultationPage


async def print_letters(
    ctx: RequestContext, page: ConsultationPage, letters: Sequence[CodeLetter], form: Form
) -> Printed:
    """The letters, or the cards of a counter, as one file that is sent once and not stored."""
    texts = [print_room.PrintedLetter(one.number, one.name, one.code) for one in letters]
    return await printed(await mailing(ctx, page), texts, form)


async def mailing(ctx: RequestContext, page: ConsultationPage) -> Mailing:
    """The content common to all letters; the dates only if all votes have the same."""
    authority = await authority_page(ctx, page.card.authority.slug)
    polls = [poll for poll in await poll_views(ctx, page.ref) if poll.eligibility == "code"]
    dates = {(poll.opens_at, poll.closes_at) for poll in polls}
    opens_at, closes_at = dates.pop() if len(dates) == 1 else (None, None)
    contact = [*authority.address.splitlines(), authority.contact_email, authority.phone]
    return Mailing(
        lang=ctx.lang,
        authority=authority.card.name,
        contact=[line for line in contact if line.strip()],
        title=page.card.title,
        question=page.card.question,
        link=f"{ctx.app.settings.origin}/{ctx.lang}/c/{page.card.slug}/voter",
        opens_at=opens_at,
        closes_at=closes_at,
        written_at=ctx.now,
        secrecies=frozenset(poll.secrecy for poll in polls),
    )
