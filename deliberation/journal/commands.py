"""Recording."""

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import insert

from deliberation.journal.model import RecordedEvent
from deliberation.kit.act import Act
from deliberation.kit.queue import enqueue


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events: identifiers only, never what somebody wrote or voted."""

    # Whether something follows (a mail, a digest): then a job calls the reactions after the commit.
    followed: ClassVar[bool] = False

    authority_id: UUID | None = None
    consultation_id: UUID | None = None


async def record(act: Act, event: Event) -> None:
    """Write an event to the journal, in the act's transaction; reactions follow the commit."""
    data: dict[str, Any] = msgspec.to_builtins(event)
    where = {key: data.pop(key) for key in ("authority_id", "consultation_id")}
    kind = type(event).__name__
    await act.db.execute(
        insert(RecordedEvent).values(
            at=act.now,
            kind=kind,
            actor_id=act.viewer.id if act.viewer else None,
            data=data,
            **where,
        )
    )
    if event.followed:
        await enqueue(act.db, "react", kind=kind, data={**data, **where})
