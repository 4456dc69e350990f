"""Versions of what a public consultation announced: promise, question, dates, votes.

A subject is 0 for the consultation itself, else the number of one of its votes. Its first version
is what was public before the first change.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from deliberation.core.context import RequestContext
from deliberation.core.cursor import LATEST, Moment, from_cursor, one_page
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import Invalid
from deliberation.core.ids import new_id
from deliberation.journal.commands import record
from deliberation.process.consultations.events import AnnouncementChanged
from deliberation.process.consultations.model import Consultation, Phase, Version
from deliberation.process.consultations.queries import ConsultationRef, PhaseView

Content = Mapping[str, Any]
PAGE_SIZE = 50  # changes
SHORTEST = 10  # signs of a reason
POINTS = ("decided", "undecided", "not_negotiable")
# What is announced: once it is public, it changes with a reason, and what it said stays readable.
ANNOUNCED = ("question", "promise", *POINTS)


class FieldChange(msgspec.Struct, frozen=True):
    """A field that changed: what it said, and what it says; None: there was, or is, nothing."""

    field: str
    before: Any
    after: Any


class Change(msgspec.Struct, frozen=True):
    """One change of what was announced: of which subject, when, and why."""

    subject: int
    at: datetime
    reason: str
    differences: list[FieldChange]


class ChangeList(msgspec.Struct, frozen=True):
    """Changes of what was announced; `next` is a cursor, empty at the end."""

    items: list[Change]
    next: str


def announced(consultation: Consultation, phases: Sequence[Phase | PhaseView]) -> dict[str, Any]:
    """Announced content of a consultation: its question, its promise, its bounds and its dates.

    Dates stand under `phases.<kind>.<id>`; versions of before phases had lasting ids say
    `phases.<kind>`.
    """
    dates = {
        f"phases.{phase.kind}.{phase.id}": [
            moment.astimezone(UTC).isoformat() for moment in (phase.opens_at, phase.closes_at)
        ]
        for phase in phases
    }
    return {**{name: getattr(consultation, name) for name in ANNOUNCED}, **dates}


def differing(before: Content, after: Content) -> list[str]:
    """The fields that two contents say differently."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


async def keep(
    ctx: RequestContext,
    consultation: Consultation,
    subject: int,
    before: Content,
    after: Content,
    reason: str,
) -> None:
    """Store what a public consultation announced before and announces now; participants get a mail.

    Nothing is kept of a draft, or when nothing changes. Raises `Invalid` naming `reason` when none
    is given: what was announced changes with a public reason.
    """
    if consultation.state != "open" or not differing(before, after):
        return
    if len(reason.strip()) < SHORTEST:
        raise Invalid({"reason": "change-needs-a-reason"})
    last = await ctx.db.scalar(
        select(func.max(Version.number)).where(
            Version.consultation_id == consultation.id, Version.poll_number == subject
        )
    )
    if last is None:
        first = consultation.opened_at or ctx.now
        ctx.db.add(_version(consultation.id, subject, 1, first, "", before))
        last = 1
    version = _version(consultation.id, subject, last + 1, ctx.now, reason.strip(), after)
    ctx.db.add(version)
    await ctx.db.flush()
    where = {"authority_id": consultation.authority_id, "consultation_id": consultation.id}
    await record(ctx, AnnouncementChanged(version_id=version.id, **where))


async def changes(
    ctx: RequestContext, consultation: ConsultationRef, cursor: str = ""
) -> ChangeList:
    """Changes of what was announced, the newest first, `PAGE_SIZE` a page."""
    moment, last = from_cursor(cursor, Moment, UUID) if cursor else (LATEST, UUID(int=0))
    values = {"consultation": consultation.id, "moment": moment, "last": last}
    rows = await fetch(ctx.db, _CHANGES, **values)
    shown, onward = one_page(rows, PAGE_SIZE, "made_at", "id")
    return ChangeList([_change(row) for row in shown], onward)


_CHANGES = prepared(
    f"""
    SELECT version.id, version.poll_number, version.made_at, version.reason,
           former.content AS before, version.content AS after
    FROM version JOIN version AS former USING (consultation_id, poll_number)
    WHERE consultation_id = :consultation AND former.number = version.number - 1
      AND (version.made_at, version.id) < (:moment, :last)
    ORDER BY version.made_at DESC, version.id DESC LIMIT {PAGE_SIZE + 1}
    """  # noqa: S608 - fixed text
)


def _version(
    consultation_id: UUID, subject: int, number: int, at: datetime, reason: str, content: Content
) -> Version:
    return Version(
        id=new_id(),
        consultation_id=consultation_id,
        poll_number=subject,
        number=number,
        made_at=at,
        reason=reason,
        content=msgspec.to_builtins(content),
    )


def _change(row: Any) -> Change:
    new = _read(row["after"])
    old = _named_by_id(_read(row["before"]), new)
    return Change(
        row["poll_number"],
        row["made_at"],
        row["reason"],
        [
            FieldChange(name, old.get(name), new.get(name))
            for name in differing(old, new)
            if name != "phase" or _moved(old.get(name), new.get(name))
        ],
    )


def _moved(before: Sequence[Any] | None, after: Sequence[Any] | None) -> bool:
    """Whether a vote goes to another phase; its dates are those of the phase.

    Versions kept before 2026-12 do not say in which phase a vote is.
    """
    return before is not None and after is not None and before[0] != after[0]


def _named_by_id(before: Content, after: Content) -> Content:
    """An older version with its dates under the phases' ids, as the next version names them.

    Versions kept before 2026-12 name dates by the kind of phase, of which there was one only. Of
    several phases of that kind, the one with the same dates is meant, else the first to open.
    """
    content = dict(before)
    for name in before:
        of_kind = [other for other in after if other.startswith(f"{name}.")]
        if name.startswith("phases.") and of_kind:
            dates = content.pop(name)
            meant = min(of_kind, key=lambda other: (after[other] != dates, after[other]))
            content[meant] = dates
    return content


def _read(version: Content) -> Content:
    """A version's content; those kept before 2026-12 call `secrecy` `profile`: P0 or P1."""
    content = dict(version)
    if profile := content.pop("profile", None):
        content["secrecy"] = "sealed" if profile == "P1" else "plain"
    return content
