"""Adding the poll of a past vote, for an import: no form writes it and nobody casts in it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.elections.polls.commands import OptionDraft, add_options
from deliberation.elections.polls.model import Poll
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.subjects.commands import add_subject


async def add_past_poll(
    ctx: RequestContext,
    consultation: ConsultationRef,
    question: str,
    options: Sequence[OptionDraft],
    **columns: Any,
) -> UUID:
    """Add the only poll of a past consultation; its id. `columns`: the other columns of `Poll`.

    The caller checks them, asks who may, and records what it did.
    """
    poll = Poll(
        id=await add_subject(ctx, "poll", question, "", 1, **place_of(consultation)),
        consultation_id=consultation.id,
        number=1,
        question=question,
        source="import",
        **columns,
    )
    ctx.db.add(poll)
    await ctx.db.flush()
    await add_options(ctx, poll.id, options, {})
    return poll.id
