"""Who may do what with a proposal, and when."""

from collections.abc import Sequence

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, NotAllowed, NotFound, Refusal
from deliberation.network.people.permissions import may_sign_texts
from deliberation.process.consultations.phases import Dated, refused
from deliberation.process.proposals.model import Proposal


def may_propose(ctx: RequestContext, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in who has said a name, while proposals are open."""
    return may_sign_texts(ctx) or refused(phases, "propose", ctx.now)


def may_edit(ctx: RequestContext, proposal: Proposal, phases: Sequence[Dated]) -> Refusal | None:
    """The author, until the phase of proposals ends; nobody edits what is hidden or withdrawn."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    if proposal.state not in ("draft", "held", "published"):
        return Conflict("not-editable")
    if refused(phases, "propose", ctx.now):
        return NotAllowed("editing-closed")
    return None


def may_withdraw(ctx: RequestContext, proposal: Proposal) -> Refusal | None:
    """The author, of what is or was public: moderation may hide it meanwhile."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    if proposal.state in ("draft", "held"):
        return Conflict("not-published")
    hidden = proposal.state == "hidden" and proposal.published_at is not None
    return None if hidden or proposal.state == "published" else Conflict("not-editable")


def may_reinstate(
    ctx: RequestContext, proposal: Proposal, phases: Sequence[Dated]
) -> Refusal | None:
    """The author, of what they withdrew, until the phase of proposals ends."""
    if not is_author(ctx, proposal):
        return NotAllowed("not-yours")
    if proposal.state != "withdrawn" or proposal.published_at is None:
        return Conflict("not-withdrawn")
    return refused(phases, "propose", ctx.now)


def may_discard(ctx: RequestContext, proposal: Proposal) -> Refusal | None:
    """The author, of what nobody has read yet: a draft, or a text that waits for moderation."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    return None if proposal.state in ("draft", "held") else Conflict("not-a-draft")


def may_support(ctx: RequestContext, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in, while supports are open."""
    return refused(phases, "support", ctx.now) if ctx.person else None


def is_author(ctx: RequestContext, proposal: Proposal) -> bool:
    """Whether the viewer wrote the proposal."""
    return ctx.person.id == proposal.author_id


def _of_somebody_else(proposal: Proposal) -> Refusal:
    """A text that is not public does not exist for others; a public one is not theirs."""
    return NotFound() if proposal.state in ("draft", "held") else NotAllowed("not-yours")
