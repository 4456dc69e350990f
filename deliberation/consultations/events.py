"""What happens to consultations."""

from deliberation.journal.commands import Event


class ConsultationDrafted(Event, frozen=True):
    """A consultation was written down, visible to its authority only."""


class ConsultationChanged(Event, frozen=True):
    """A consultation's texts or dates were changed."""


class ConsultationOpened(Event, frozen=True):
    """A consultation was made public."""


class ConsultationReinstated(Event, frozen=True):
    """The withdrawal of a consultation was undone: it is a draft again."""


class ConsultationWithdrawn(Event, frozen=True):
    """A consultation was taken back before anything in it had opened."""
