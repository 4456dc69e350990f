"""Countersigners (contreseing): who decides second on a vote, named before the first ballot."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, Uuid, bindparam, delete, func, select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import Conflict, Invalid, NotFound
from deliberation.elections.electorate.events import CountersignerNamed, CountersignerRemoved
from deliberation.elections.electorate.model import Countersigner
from deliberation.elections.electorate.permissions import hold_polls, may_prepare
from deliberation.journal.commands import record
from deliberation.network.people.model import Membership, Person
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of

MIN_COUNTERSIGNERS = 2
MAX_COUNTERSIGNERS = 10


class CountersignerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the team who may decide second, and their function as it is published."""

    person: UUID
    function: Annotated[str, msgspec.Meta(min_length=3, max_length=120)]


class CountersignerView(msgspec.Struct, frozen=True):
    """A countersigner as everybody reads them; `since`: when they were given their role."""

    name: str
    function: str
    since: datetime


class Colleague(msgspec.Struct, frozen=True):
    """Somebody of the team, named as a countersigner or not."""

    person: UUID
    name: str
    since: datetime
    function: str | None


async def name_countersigner(
    ctx: RequestContext, consultation: ConsultationRef, draft: CountersignerDraft
) -> Countersigner:
    """Name somebody who may decide second; name, function and age of their role are published.

    Raises `Conflict`: `urn-open` (frozen once a ballot can be cast or was), `too-many`,
    `already-named`; `Invalid` naming `person`: `not-in-the-team`.
    """
    permit(may_run(ctx, consultation.authority_id))
    await hold_polls(ctx, consultation.id)
    permit(await may_prepare(ctx, consultation))
    found = (
        await ctx.db.execute(_team(consultation).where(Person.id == draft.person))
    ).one_or_none()
    if found is None or not found.name:
        raise Invalid({"person": "not-in-the-team"})
    named = {one["person_id"] for one in await _rows(ctx, consultation.id)}
    if draft.person in named:
        raise Conflict("already-named")
    if await ctx.db.scalar(_SAME_MAILBOX, {"person": draft.person, "named": list(named)}):
        raise Conflict("already-named")
    if len(named) >= MAX_COUNTERSIGNERS:
        raise Conflict("too-many-countersigners")
    row = Countersigner(
        consultation_id=consultation.id,
        person_id=draft.person,
        name=found.name,
        function=draft.function,
        since=found.since,
    )
    ctx.db.add(row)
    await ctx.db.flush()
    await record(ctx, CountersignerNamed(person_id=draft.person, **place_of(consultation)))
    return row


async def remove_countersigner(
    ctx: RequestContext, consultation: ConsultationRef, person_id: UUID
) -> None:
    """Remove a countersigner before the first ballot. Raises `Conflict("urn-open")`, `NotFound`."""
    permit(may_run(ctx, consultation.authority_id))
    await hold_polls(ctx, consultation.id)
    permit(await may_prepare(ctx, consultation))
    gone = await ctx.db.scalars(
        delete(Countersigner)
        .where(
            Countersigner.consultation_id == consultation.id, Countersigner.person_id == person_id
        )
        .returning(Countersigner.person_id)
    )
    if gone.first() is None:
        raise NotFound
    await record(ctx, CountersignerRemoved(person_id=person_id, **place_of(consultation)))


async def countersigners(ctx: RequestContext, consultation_id: UUID) -> list[CountersignerView]:
    """Countersigners of a consultation, by name; public."""
    return [
        CountersignerView(one["name"], one["function"], one["since"])
        for one in await _rows(ctx, consultation_id)
    ]


async def colleagues(ctx: RequestContext, consultation: ConsultationRef) -> list[Colleague]:
    """The team's agents and administrators, by name, and who is named. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    named = {one["person_id"]: one["function"] for one in await _rows(ctx, consultation.id)}
    team = await ctx.db.execute(_team(consultation).where(Person.name != "").order_by(Person.name))
    return [Colleague(one.id, one.name, one.since, named.get(one.id)) for one in team]


async def _rows(ctx: RequestContext, consultation_id: UUID) -> list[Any]:
    return await fetch(ctx.db, _NAMED, consultation=consultation_id)


_NAMED = prepared(
    select(*Countersigner.__table__.c)
    .where(Countersigner.consultation_id == bindparam("consultation", type_=Uuid))
    .order_by(Countersigner.name, Countersigner.person_id)
)
# Two accounts of one mailbox are one person.
_SAME_MAILBOX = text(
    """
    SELECT EXISTS (
        SELECT FROM person JOIN person AS other USING (voter_id)
        WHERE person.id = :person AND other.id = ANY(:named)
    )
    """
)


def _team(consultation: ConsultationRef) -> Select[UUID, str, datetime]:
    """Members who may run the consultation, and since when."""
    return (
        select(Person.id, Person.name, func.min(Membership.created_at).label("since"))
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.authority_id == consultation.authority_id,
            Membership.role.in_(("agent", "administrator")),
        )
        .group_by(Person.id, Person.name)
    )
