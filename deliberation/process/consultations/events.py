"""Events of consultations."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class ConsultationDrafted(Event, frozen=True):
    """A consultation was written down, visible to its authority only."""


class ConsultationChanged(Event, frozen=True):
    """A consultation's texts or dates were changed."""


class AnnouncementChanged(Event, frozen=True):
    """The announced text of a public consultation was changed; participants get a mail."""

    followed: ClassVar[bool] = True
    version_id: UUID


class ConsultationOpened(Event, frozen=True):
    """A consultation was made public; `late_copies`: by somebody who accepted that they are."""

    followed: ClassVar[bool] = True

    late_copies: bool = False


class ConsultationReinstated(Event, frozen=True):
    """The withdrawal of a consultation was undone: it is a draft again."""


class ConsultationWithdrawn(Event, frozen=True):
    """A consultation was taken back before anything in it had opened."""


class EndAsked(Event, frozen=True):
    """An agent asked to end a phase earlier, to drop one to come, or to cancel all."""

    request_id: UUID


class PhaseShortened(Event, frozen=True):
    """A second agent granted an earlier end."""

    request_id: UUID


class PhaseDropped(Event, frozen=True):
    """A second agent granted that a phase to come be dropped."""

    request_id: UUID


class ConsultationCancelled(Event, frozen=True):
    """A second agent granted that a public consultation be cancelled."""

    request_id: UUID
