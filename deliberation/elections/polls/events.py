"""Events of polls."""

from uuid import UUID

from deliberation.journal.commands import Event


class PollEvent(Event, frozen=True):
    """Something about one poll."""

    poll_id: UUID


class PollDrafted(PollEvent, frozen=True):
    """A question was put down for the vote."""


class PollChanged(PollEvent, frozen=True):
    """A question or its options were changed before the vote."""


class PollRemoved(PollEvent, frozen=True):
    """A question was removed before the vote."""
