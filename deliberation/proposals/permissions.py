"""Who may do what with a proposal, and when."""

from collections.abc import Sequence

from deliberation.consultations.phases import Dated, refused
from deliberation.kit.act import Act
from deliberation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from deliberation.people.permissions import may_sign_texts
from deliberation.proposals.model import Proposal


def may_propose(act: Act, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in who has said a name, while proposals are open."""
    return may_sign_texts(act) or refused(phases, "propose", act.now)


def may_edit(act: Act, proposal: Proposal, phases: Sequence[Dated]) -> Refusal | None:
    """The author, until the phase of proposals ends; nobody edits what is hidden or withdrawn."""
    if not is_author(act, proposal):
        return _of_somebody_else(proposal)
    if proposal.state not in ("draft", "held", "published"):
        return Conflict("not-editable")
    if refused(phases, "propose", act.now):
        return NotAllowed("editing-closed")
    return None


def may_withdraw(act: Act, proposal: Proposal) -> Refusal | None:
    """The author, of what is or was public: moderation may hide it meanwhile."""
    if not is_author(act, proposal):
        return _of_somebody_else(proposal)
    if proposal.state in ("draft", "held"):
        return Conflict("not-published")
    hidden = proposal.state == "hidden" and proposal.published_at is not None
    return None if hidden or proposal.state == "published" else Conflict("not-editable")


def may_reinstate(act: Act, proposal: Proposal, phases: Sequence[Dated]) -> Refusal | None:
    """The author, of what they withdrew, until the phase of proposals ends."""
    if not is_author(act, proposal):
        return NotAllowed("not-yours")
    if proposal.state != "withdrawn" or proposal.published_at is None:
        return Conflict("not-withdrawn")
    return refused(phases, "propose", act.now)


def may_discard(act: Act, proposal: Proposal) -> Refusal | None:
    """The author, of what nobody has read yet: a draft, or a text that waits for moderation."""
    if not is_author(act, proposal):
        return _of_somebody_else(proposal)
    return None if proposal.state in ("draft", "held") else Conflict("not-a-draft")


def may_support(act: Act, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in, while supports are open."""
    return refused(phases, "support", act.now) if act.person else None


def is_author(act: Act, proposal: Proposal) -> bool:
    """Whether the viewer wrote the proposal."""
    return act.person.id == proposal.author_id


def _of_somebody_else(proposal: Proposal) -> Refusal:
    """A text that is not public does not exist for others; a public one is not theirs."""
    return NotFound() if proposal.state in ("draft", "held") else NotAllowed("not-yours")
