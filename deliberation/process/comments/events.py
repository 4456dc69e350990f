"""Events of comments."""

from typing import ClassVar
from uuid import UUID

from deliberation.process.subjects.events import SubjectEvent


class CommentPublished(SubjectEvent, frozen=True):
    """An argument, a question or a reply became public; `about_id`: the subject it is about."""

    former: ClassVar[tuple[str, ...]] = ("ProposalCommented",)

    about_id: UUID
