"""Events of pseudonym keys; casting a ballot is no event."""

from uuid import UUID

from deliberation.journal.commands import Event


class SlotKeyRenewed(Event, frozen=True):
    """The lost pseudonym key of an open vote was replaced: votes cannot be changed any more."""

    poll_id: UUID
