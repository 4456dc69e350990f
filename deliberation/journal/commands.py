"""Recording."""

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import insert

from deliberation.core.context import RequestContext
from deliberation.journal.model import RecordedEvent
from deliberation.operations.queue import enqueue


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events: identifiers only, never what somebody wrote or voted."""

    # Whether something follows (a mail, a digest): then a job calls the reactions after the commit.
    followed: ClassVar[bool] = False

    authority_id: UUID | None = None
    consultation_id: UUID | None = None


async def record(ctx: RequestContext, event: Event) -> None:
    """Write an event to the journal, in the context's transaction; reactions follow the commit."""
    data: dict[str, Any] = msgspec.to_builtins(event)
    where = {key: data.pop(key) for key in ("authority_id", "consultation_id")}
    kind = type(event).__name__
    await ctx.db.execute(
        insert(RecordedEvent).values(
            at=ctx.now,
            kind=kind,
            actor_id=ctx.viewer.id if ctx.viewer else None,
            data=data,
            **where,
        )
    )
    if event.followed:
        await enqueue(ctx.db, "react", kind=kind, data={**data, **where})
