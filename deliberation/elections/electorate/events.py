"""Events of the roll, its codes and the countersigners."""

from uuid import UUID

from deliberation.journal.commands import Event


class RollImported(Event, frozen=True):
    """The roll of a consultation was replaced by that of a file."""


class CodesIssued(Event, frozen=True):
    """Codes were drawn for everybody on the roll, and those before revoked."""


class CodeAsked(Event, frozen=True):
    """Somebody's code is lost: an agent asked for another one."""

    request_id: UUID


class CodeGranted(Event, frozen=True):
    """A second agent granted a new code; the old one is revoked."""

    request_id: UUID


class CodeRefused(Event, frozen=True):
    """A second agent refused a new code."""

    request_id: UUID


class CountersignerNamed(Event, frozen=True):
    """Somebody was named who may decide second on the consultation's votes."""

    person_id: UUID


class CountersignerRemoved(Event, frozen=True):
    """Somebody may no more decide second; before the first ballot."""

    person_id: UUID


class VoterLookedUp(Event, frozen=True):
    """Somebody who marked voters on paper learned that one of them has voted already."""

    poll_id: UUID
