"""Events of the ballot box; casting a vote is no event."""

from uuid import UUID

from deliberation.journal.commands import Event


class ExtensionAsked(Event, frozen=True):
    """An agent asked for a later close."""

    extension_id: UUID


class ExtensionGranted(Event, frozen=True):
    """A second agent granted a later close; the board shows it."""

    extension_id: UUID
