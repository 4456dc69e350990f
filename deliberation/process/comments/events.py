"""What happens to comments."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class CommentEvent(Event, frozen=True):
    """Something about one comment."""

    comment_id: UUID


class ProposalCommented(CommentEvent, frozen=True):
    """Somebody wrote an argument, a question or a reply."""

    public: ClassVar[bool] = True

    proposal_id: UUID


class CommentShown(CommentEvent, frozen=True):
    """Moderation no longer hides a comment; `state`: where it stands."""

    state: str


class CommentHidden(CommentEvent, frozen=True):
    """Moderation hid a comment, with a public reason."""

    reason: str
