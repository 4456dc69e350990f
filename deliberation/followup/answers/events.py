"""Events of answers."""

from typing import ClassVar
from uuid import UUID

from deliberation.process.subjects.events import SubjectEvent


class AnswerEvent(SubjectEvent, frozen=True):
    """Something about one answer to a subject: a proposal, or a poll for its result."""

    answer_id: UUID


class AnswerPublished(AnswerEvent, frozen=True):
    """An official answered; participants get a mail."""

    followed: ClassVar[bool] = True


class AnswerEdited(AnswerEvent, frozen=True):
    """An official changed an answer."""
