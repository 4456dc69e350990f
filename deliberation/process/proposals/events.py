"""Events of proposals."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class ProposalEvent(Event, frozen=True):
    """Something about one proposal."""

    proposal_id: UUID


class ProposalPublished(ProposalEvent, frozen=True):
    """A draft became public."""


class ProposalEdited(ProposalEvent, frozen=True):
    """A public proposal got a new version."""

    version: int


class ProposalWithdrawn(ProposalEvent, frozen=True):
    """Its author took a proposal back."""

    followed: ClassVar[bool] = True


class ProposalReinstated(ProposalEvent, frozen=True):
    """Its author undid the withdrawal of a proposal."""


class ProposalSupported(ProposalEvent, frozen=True):
    """Somebody supports a proposal."""


class SupportWithdrawn(ProposalEvent, frozen=True):
    """Somebody no longer supports a proposal."""
