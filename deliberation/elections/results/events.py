"""Events of results."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class ResultPublished(Event, frozen=True):
    """A poll was counted and its result published."""

    followed: ClassVar[bool] = True
    poll_id: UUID


class BallotsImported(Event, frozen=True):
    """A past vote was loaded from a file, counted and published."""

    poll_id: UUID
