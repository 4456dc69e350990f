"""Events of trustees."""

from deliberation.journal.commands import Event


class TrusteeRegistered(Event, frozen=True):
    """A trustee's public key was registered."""

    number: int


class TrusteeRemoved(Event, frozen=True):
    """A trustee's public key was removed before the vote."""

    number: int


class RehearsalMade(Event, frozen=True):
    """A dry run was begun: test ballots were sealed to the trustees."""


class TrusteeRehearsed(Event, frozen=True):
    """A trustee's key opened the dry run's ballots."""

    number: int
