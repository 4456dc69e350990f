"""The button that follows a text, and the page that stops it, as axe sees them by day and night."""

from typing import TYPE_CHECKING

import pytest

from deliberation.core.context import AppContext
from deliberation.notices.mails.tokens import unsubscribe_token
from deliberation.process.proposals.queries import proposal_view
from tests.builders import a_consultation, a_person, a_proposal, request_context
from tests.site import Visitor, VisitorOf
from tests.web.vote.test_every_ballot_seen import seen

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.browser


async def test_following_and_stopping_are_found_clean(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    page = await a_consultation(app)
    number, person = await a_proposal(app, page), await a_person(app)
    here = f"/fr/c/{page.card.slug}/p/{number}"
    async with request_context(app) as ctx:
        followed = (await proposal_view(ctx, page.ref, number)).id
    nobody: Visitor = await visitor_of(None)
    visitor: Visitor = await visitor_of(person)
    assert not await seen(nobody, browser, here, "follow-nobody")
    await visitor.open(here)
    assert not await seen(visitor, browser, here, "follow-offered")
    await visitor.send("/suivre")
    assert not await seen(visitor, browser, f"{here}?suivi=oui", "follow-done")
    stop = f"/fr/desinscription/{unsubscribe_token(app, person.id, followed)}"
    assert not await seen(nobody, browser, stop, "unfollow")
    await nobody.open(stop)
    assert "Ne plus suivre ce texte ?" in nobody.text
