"""From a draft to a ballot, in three transactions: read, cast, forget the draft.

The cast stands alone in its transaction, so that no other row of it leads from voter to ballot.
These functions open their own; call them when no transaction of the caller holds a connection or
uncommitted rows they need (a session just opened, for example).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from deliberation.ballot_box.commands import Receipt, cast
from deliberation.ballot_box.drafts import draft_of, drop_draft, waiting_drafts
from deliberation.consultations.queries import consultation_page
from deliberation.kit import clock
from deliberation.kit.act import Act
from deliberation.kit.database import transaction
from deliberation.kit.errors import Invalid, NotAllowed, NotFound
from deliberation.polls.queries import poll_view


async def cast_draft(act: Act, slug: str, number: int, browser: str) -> Receipt | None:
    """Cast what a browser prepared for a poll, as the viewer's ballot; None without a draft.

    Raises as `commands.cast` does; the draft then stays.
    """
    async with _afresh(act) as reading:
        page = await consultation_page(reading, slug)
        poll = await poll_view(reading, page, number)
        draft = await draft_of(reading, poll, browser)
    if draft is None:
        return None
    async with _afresh(act) as casting:
        receipt = await cast(casting, page, poll, draft.choice, draft.submission, blank=draft.blank)
    async with _afresh(act) as after:
        await drop_draft(after, poll.id, browser, draft.submission)
    return receipt


async def cast_after_sign_in(act: Act, browser: str, slug: str, number: int) -> Receipt | None:
    """Cast what a browser committed for a poll before its voter signed in; the receipt, if any.

    `act.viewer` is the person who has just signed in on that poll's account, in a transaction
    already committed: whoever signs in for another reason casts nothing. What can no longer be
    cast stays a draft, and its page `/valider` says why.
    """
    async with _afresh(act) as reading:
        waiting = await waiting_drafts(reading, browser)
    if not any((one.consultation, one.poll) == (slug, number) for one in waiting):
        return None
    try:
        return await cast_draft(act, slug, number, browser)
    except (Invalid, NotAllowed, NotFound):
        return None


@asynccontextmanager
async def _afresh(act: Act) -> AsyncIterator[Act]:
    """The same act in a transaction of its own."""
    async with transaction(act.house.engine) as db:
        yield replace(act, db=db, now=await clock.now(db))
