"""Events of subjects of any kind."""

from uuid import UUID

from deliberation.journal.commands import Event


class SubjectEvent(Event, frozen=True):
    """Something about one subject; `subject`: its kind."""

    subject: str
    subject_id: UUID


class SubjectPublished(SubjectEvent, frozen=True):
    """A text became public, of a kind that has no event of its own for it."""


class SubjectShown(SubjectEvent, frozen=True):
    """Moderation no longer hides a text; `state`: its state now."""

    state: str
