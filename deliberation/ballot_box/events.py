"""What happens around the ballot box; a vote itself is no event."""

from uuid import UUID

from deliberation.journal.commands import Event


class RollImported(Event, frozen=True):
    """The roll of a consultation was replaced by that of a file."""


class CodesIssued(Event, frozen=True):
    """Codes were drawn for everybody on the roll, and those before revoked."""


class CodeAsked(Event, frozen=True):
    """Somebody's code is lost: an agent asked for another one."""

    request_id: UUID


class CodeGranted(Event, frozen=True):
    """A second agent granted a new code; the old one is revoked."""

    request_id: UUID


class CodeRefused(Event, frozen=True):
    """A second agent refused a new code."""

    request_id: UUID


class TrusteeRegistered(Event, frozen=True):
    """A trustee's public key was registered."""

    number: int


class TrusteeRemoved(Event, frozen=True):
    """A trustee's public key was taken away before the vote."""

    number: int


class RehearsalMade(Event, frozen=True):
    """A dry run was begun: test ballots were sealed to the trustees."""


class TrusteeRehearsed(Event, frozen=True):
    """A trustee's key opened the dry run's ballots."""

    number: int


class ExtensionAsked(Event, frozen=True):
    """An agent asked for a later close."""

    extension_id: UUID


class ExtensionGranted(Event, frozen=True):
    """A second agent granted a later close; the board shows it."""

    extension_id: UUID


class CountersignerNamed(Event, frozen=True):
    """Somebody was named who may decide second on the consultation's votes."""

    person_id: UUID


class CountersignerRemoved(Event, frozen=True):
    """Somebody may no more decide second; before the first ballot."""

    person_id: UUID


class UndoingAsked(Event, frozen=True):
    """An agent asked that a mark on paper or at a counter be undone."""

    undoing_id: UUID


class MarkUndone(Event, frozen=True):
    """A second person granted it: the mark is gone."""

    undoing_id: UUID


class VoterLookedUp(Event, frozen=True):
    """Somebody who marked voters on paper learned that one of them has voted already."""

    poll_id: UUID


class PaperTyped(Event, frozen=True):
    """A batch of paper or counter ballots was typed, a first or a second time."""

    poll_id: UUID
    number: int


class PaperAgreed(Event, frozen=True):
    """Both typings of a batch agree: it counts, and the board shows it."""

    poll_id: UUID
    number: int


class SlotKeyRenewed(Event, frozen=True):
    """The key of an open urn's slots was lost and made anew: changes of vote have stopped."""

    poll_id: UUID
