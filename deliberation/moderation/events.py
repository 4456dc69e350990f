"""What happens in moderation."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class TextEvent(Event, frozen=True):
    """Something about one text: a proposal or a comment."""

    subject: str
    subject_id: UUID


class TextReported(TextEvent, frozen=True):
    """Somebody reported a text."""

    reason: str


class TextKept(TextEvent, frozen=True):
    """A reported text stays; `reports`: how many people had reported it."""

    reports: int


class TextHidden(TextEvent, frozen=True):
    """A reported text was hidden, with a public reason; its author is told."""

    followed: ClassVar[bool] = True
    reason: str
    reports: int
