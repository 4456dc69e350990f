"""Countersigners (contreseing): who decides second on a vote, named before the first ballot."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Uuid, bindparam, delete, literal_column, select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import Conflict, Invalid, existing
from deliberation.elections.electorate.events import CountersignerNamed, CountersignerRemoved
from deliberation.elections.electorate.model import Countersigner
from deliberation.elections.electorate.permissions import hold_polls, may_prepare
from deliberation.journal.commands import record
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
    team = {one.person: one for one in await _colleagues(ctx, consultation, draft.person)}
    if draft.person not in team:
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
        name=team[draft.person].name,
        function=draft.function,
        since=team[draft.person].since,
    )
    ctx.db.add(row)
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
    existing(gone.first())
    await record(ctx, CountersignerRemoved(person_id=person_id, **place_of(consultation)))


async def countersigners(ctx: RequestContext, consultation_id: UUID) -> list[CountersignerView]:
    """Countersigners of a consultation, by name; public."""
    return [
        CountersignerView(one["name"], one["function"], one["since"])
        for one in await _rows(ctx, consultation_id)
    ]


def countersigners_in(signers: str | None) -> tuple[CountersignerView, ...]:
    """The countersigners in a value of `SIGNERS`."""
    return _signers.decode(signers or "[]")


async def colleagues(ctx: RequestContext, consultation: ConsultationRef) -> list[Colleague]:
    """Who is named, then `MOST_LISTED` agents and administrators at most; by name. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    return await _colleagues(ctx, consultation)


async def _colleagues(
    ctx: RequestContext, consultation: ConsultationRef, only: UUID | None = None
) -> list[Colleague]:
    where = {"authority": consultation.authority_id, "consultation": consultation.id}
    return [Colleague(*row) for row in await fetch(ctx.db, _COLLEAGUES, only=only, **where)]


async def _rows(ctx: RequestContext, consultation_id: UUID) -> list[Any]:
    return await fetch(ctx.db, _NAMED, consultation=consultation_id)


# SQL: the countersigners of a `poll`, by name, for `countersigners_in`.
SIGNERS: ColumnElement[str | None] = literal_column(
    "(SELECT json_agg(countersigner ORDER BY name, person_id)::text FROM countersigner"
    " WHERE countersigner.consultation_id = poll.consultation_id)"
)
_signers = msgspec.json.Decoder(tuple[CountersignerView, ...])
_NAMED = prepared(
    select(*Countersigner.__table__.c)
    .where(Countersigner.consultation_id == bindparam("consultation", type_=Uuid))
    .order_by(Countersigner.name, Countersigner.person_id)
)
# Who is named, and the first of the team, or one of it.
_COLLEAGUES = prepared(
    f"""
    SELECT person.id, person.name, min(held.created_at), function
    FROM (
        (SELECT person_id, created_at FROM membership
         WHERE authority_id = :authority AND role IN ('administrator', 'agent')
           AND (CAST(:only AS uuid) IS NULL OR person_id = :only)
         ORDER BY role, person_id LIMIT {MOST_LISTED})
        UNION
        (SELECT person_id, created_at FROM countersigner JOIN membership USING (person_id)
         WHERE consultation_id = :consultation AND authority_id = :authority
           AND role IN ('administrator', 'agent'))
    ) AS held JOIN person ON person.id = person_id LEFT JOIN countersigner
        ON countersigner.person_id = person.id AND consultation_id = :consultation
    WHERE person.name <> '' GROUP BY person.id, function
    ORDER BY function IS NULL, person.name
    """  # noqa: S608 - fixed text
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
