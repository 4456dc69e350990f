"""Events of authorities."""

from deliberation.journal.commands import Event


class AuthorityCreated(Event, frozen=True):
    """A tenant was added."""


class AuthorityChanged(Event, frozen=True):
    """The public description of an authority was changed."""


class AuthorityDeleted(Event, frozen=True):
    """A tenant that had done nothing yet was removed."""
