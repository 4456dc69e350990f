"""What happens to the keys of pseudonyms; a vote itself is no event."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class SlotKeyRenewed(Event, frozen=True):
    """The key of an open urn's slots was lost and made anew: changes of vote have stopped."""

    public: ClassVar[bool] = True

    poll_id: UUID
