"""Events of paper ballots."""

from uuid import UUID

from deliberation.journal.commands import Event


class UndoingAsked(Event, frozen=True):
    """An agent asked that a mark on paper or at a counter be undone."""

    undoing_id: UUID


class MarkUndone(Event, frozen=True):
    """A second person granted it: the mark is gone."""

    undoing_id: UUID


class PaperTyped(Event, frozen=True):
    """A batch of paper or counter ballots was typed, a first or a second time."""

    poll_id: UUID
    number: int


class PaperAgreed(Event, frozen=True):
    """Both typings of a batch agree: it counts, and the board shows it."""

    poll_id: UUID
    number: int
