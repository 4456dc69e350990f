"""What the letters of a consultation say, and their printing: codes pass through, none is kept."""

from collections.abc import Sequence

from deliberation.authorities.queries import authority_page
from deliberation.ballot_box.roll import Letter
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.polls.queries import poll_views
from deliberation.words import letters as print_room
from deliberation.words.letters import Form, Mailing, Printed, printed


async def print_letters(
    act: Act, page: ConsultationPage, letters: Sequence[Letter], form: Form
) -> Printed:
    """The letters, or the cards of a counter, as one file to hand out once."""
    texts = [print_room.Letter(one.number, one.name, one.code) for one in letters]
    return await printed(await mailing(act, page), texts, form)


async def mailing(act: Act, page: ConsultationPage) -> Mailing:
    """What all letters of a consultation share."""
    authority = await authority_page(act, page.card.authority.slug)
    vote = next((phase for phase in page.card.phases if phase.kind == "vote"), None)
    contact = [*authority.address.splitlines(), authority.contact_email, authority.phone]
    return Mailing(
        lang=act.lang,
        authority=authority.card.name,
        contact=[line for line in contact if line.strip()],
        title=page.card.title,
        question=page.card.question,
        link=f"{act.house.settings.origin}/{act.lang}/c/{page.card.slug}/voter",
        opens_at=vote.opens_at if vote else None,
        closes_at=vote.closes_at if vote else None,
        written_at=act.now,
        profiles=frozenset(
            poll.profile for poll in await poll_views(act, page) if poll.eligibility == "code"
        ),
    )
