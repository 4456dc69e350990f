"""Record events and enqueue their reactions: one SQL fragment for all of them."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.operations.queue import enqueue_sql


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events: identifiers only, never what somebody wrote or voted."""

    # Whether something follows (a mail, a digest): then a job calls the reactions after the commit.
    followed: ClassVar[bool] = False
    # Names that the class had when older rows were stored.
    former: ClassVar[tuple[str, ...]] = ()

    authority_id: UUID | None = None
    consultation_id: UUID | None = None


PLACE = ("authority_id", "consultation_id")  # fields of all events: columns of their own


def events(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Every class of event that is not the base of others."""
    for event in base.__subclasses__():
        yield from events(event) if event.__subclasses__() else (event,)


def record_sql(event: type[Event], rows: str, **data: str) -> str:
    """The part of a `WITH` that records one event for each of some rows, as `record` does.

    For a statement that changes rows and records it at once. `rows`: what stands after FROM;
    `data`: the event's own fields, as SQL expressions of those rows. The statement binds
    `record_values`. Raises `ValueError` when `data` are not the event's fields.
    """
    if set(data) != set(event.__struct_fields__) - set(PLACE):
        raise ValueError(f"not the fields of {event.__name__}: {sorted(data)}")
    fields = ", ".join(f"'{name}', {value}" for name, value in data.items())
    return _record_sql(f"jsonb_build_object({fields}) AS data FROM {rows}", event.followed)


def record_values(
    ctx: RequestContext, event: type[Event], authority_id: UUID | None, consultation_id: UUID | None
) -> dict[str, Any]:
    """The values that a statement with `record_sql` binds."""
    return {
        "event_kind": event.__name__,
        "event_at": ctx.now,
        "event_authority": authority_id,
        "event_consultation": consultation_id,
        "event_actor": ctx.viewer.id if ctx.viewer else None,
    }


async def record(ctx: RequestContext, event: Event) -> None:
    """Write an event to the journal after what it tells of, in the context's transaction; reactions
    follow the commit.
    """
    await ctx.db.flush()
    data: dict[str, Any] = msgspec.to_builtins(event)
    for name in PLACE:
        del data[name]
    values = record_values(ctx, type(event), event.authority_id, event.consultation_id)
    values["event_data"] = msgspec.json.encode(data).decode()
    await ctx.db.execute(_RECORD[event.followed], values)


def _record_sql(data: str, followed: bool) -> str:
    """`data`: what stands after SELECT: a column `data`, a row for each event."""
    recorded = f"""
        recorded AS (
            INSERT INTO event (at, kind, authority_id, consultation_id, actor_id, data)
            SELECT :event_at, :event_kind, :event_authority, :event_consultation, :event_actor, data
            FROM (SELECT {data}) AS events
            RETURNING kind, authority_id, consultation_id, data
        )"""  # noqa: S608 - fixed text
    if not followed:  # even a job that is not added would cost a sixth of a support
        return recorded
    job = "jsonb_build_object('kind', kind, 'data', data || jsonb_build_object("
    job += "'authority_id', authority_id, 'consultation_id', consultation_id))"
    return f"{recorded}, reaction AS ({enqueue_sql('react', job, 'recorded')})"


# Whether something follows -> the statement.
_RECORD = {
    followed: text(
        f"WITH {_record_sql('CAST(:event_data AS jsonb) AS data', followed)}"  # noqa: S608 - fixed text
        " SELECT 1 FROM recorded"
    )
    for followed in (False, True)
}
