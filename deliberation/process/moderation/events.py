"""Events of moderation."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event
from deliberation.process.subjects.events import SubjectEvent


class TextReported(SubjectEvent, frozen=True):
    """Somebody reported a text."""

    reason: str


class TextKept(SubjectEvent, frozen=True):
    """A reported text stays; `reports`: how many people had reported it."""

    reports: int


class TextHidden(SubjectEvent, frozen=True):
    """A reported text was hidden, with a public reason; its author gets a mail."""

    followed: ClassVar[bool] = True
    reason: str
    reports: int


class TextReleased(SubjectEvent, frozen=True):
    """A newcomer's text that waited was read and made public."""

    followed: ClassVar[bool] = True


class MeasureEvent(Event, frozen=True):
    """Something about a measure against a text or an account; it names nobody."""

    measure_id: UUID
    subject: str


class AccountSuspended(MeasureEvent, frozen=True):
    """An account was suspended, with a reason; `texts`: how many were hidden with it."""

    followed: ClassVar[bool] = True
    reason: str
    texts: int


class MeasureContested(MeasureEvent, frozen=True):
    """Somebody contests what was decided against them."""


class MeasureUpheld(MeasureEvent, frozen=True):
    """Another person upheld the contested measure; the person concerned gets a mail."""

    followed: ClassVar[bool] = True


class MeasureLifted(MeasureEvent, frozen=True):
    """Another person lifted a measure; the person concerned gets a mail."""

    followed: ClassVar[bool] = True
