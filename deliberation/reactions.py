"""Reactions to events, after their commit: one literal table.

An event listed here says `followed = True`; its reactions run as one job, in order.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from deliberation.core.context import RequestContext
from deliberation.elections.results.events import ResultPublished
from deliberation.followup.answers.events import AnswerPublished
from deliberation.journal.commands import Event
from deliberation.network.people.events import AccountDeleted
from deliberation.notices.mails.commands import (
    tell_answer,
    tell_change,
    tell_hidden,
    tell_measure,
    tell_result,
)
from deliberation.operations.queue import PermanentFailure
from deliberation.process.consultations.events import AnnouncementChanged, ConsultationOpened
from deliberation.process.moderation.events import (
    AccountSuspended,
    MeasureLifted,
    MeasureUpheld,
    TextHidden,
    TextReleased,
)
from deliberation.process.proposals.events import ProposalWithdrawn
from deliberation.process.subjects.commands import remove_unpublished
from deliberation.views.figures.counting import count_again

Reaction = Callable[[RequestContext, Any], Awaitable[None]]


async def forget_drafts(ctx: RequestContext, event: AccountDeleted) -> None:
    """Remove the unpublished texts of a deleted account."""
    await remove_unpublished(ctx, event.person_id)


REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    AccountDeleted: (forget_drafts,),
    AccountSuspended: (tell_measure, count_again),
    AnnouncementChanged: (tell_change, count_again),
    AnswerPublished: (tell_answer,),
    ConsultationOpened: (count_again,),
    MeasureLifted: (tell_measure, count_again),
    MeasureUpheld: (tell_measure,),
    ProposalWithdrawn: (count_again,),
    ResultPublished: (tell_result, count_again),
    TextHidden: (tell_hidden, count_again),
    TextReleased: (count_again,),
}


async def react(ctx: RequestContext, kind: str, data: dict[str, Any]) -> None:
    """Job: run the reactions to one event. Raises `PermanentFailure` for one without reactions."""
    for event, reactions in REACTIONS.items():
        if event.__name__ == kind:
            for reaction in reactions:
                await reaction(ctx, msgspec.convert(data, event))
            return
    raise PermanentFailure("nothing-follows")
