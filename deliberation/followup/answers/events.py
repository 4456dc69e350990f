"""What happens to answers."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class AnswerEvent(Event, frozen=True):
    """Something about one answer, to a proposal or to the result of a poll."""

    answer_id: UUID
    proposal_id: UUID | None = None
    poll_id: UUID | None = None


class AnswerPublished(AnswerEvent, frozen=True):
    """An official answered; those who took part are told."""

    followed: ClassVar[bool] = True
    public: ClassVar[bool] = True


class AnswerEdited(AnswerEvent, frozen=True):
    """An official changed an answer."""

    public: ClassVar[bool] = True
