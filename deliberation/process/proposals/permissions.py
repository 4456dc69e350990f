"""Permissions on proposals."""

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, NotAllowed, NotFound, Refusal
from deliberation.network.people.permissions import may_sign_texts, may_take_part
from deliberation.process.consultations.phases import refused
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.proposals.model import Proposal


def may_propose(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Anybody signed in who has said a name and is not suspended, while proposals are open."""
    return (
        refused(consultation.effective_phases, "propose", ctx.now)
        or may_take_part(ctx, consultation.authority_id)
        or may_sign_texts(ctx)
    )


def may_edit(
    ctx: RequestContext, proposal: Proposal, consultation: ConsultationRef
) -> Refusal | None:
    """The author, until the phase of proposals ends; nobody edits what is hidden or withdrawn."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    if proposal.state not in ("draft", "held", "published"):
        return Conflict("not-editable")
    if refused(consultation.effective_phases, "propose", ctx.now):
        return NotAllowed("editing-closed")
    return may_take_part(ctx, consultation.authority_id)


def may_withdraw(ctx: RequestContext, proposal: Proposal) -> Refusal | None:
    """The author, of what is or was public: moderation may hide it meanwhile."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    if proposal.state in ("draft", "held"):
        return Conflict("not-published")
    readable = proposal.published_at is not None and proposal.withdrawn_at is None
    return None if readable else Conflict("not-editable")


def may_reinstate(
    ctx: RequestContext, proposal: Proposal, consultation: ConsultationRef
) -> Refusal | None:
    """The author, of what they withdrew, until the phase of proposals ends."""
    if not is_author(ctx, proposal):
        return NotAllowed("not-yours")
    if proposal.state != "withdrawn" or proposal.published_at is None:
        return Conflict("not-withdrawn")
    return refused(consultation.effective_phases, "propose", ctx.now) or may_take_part(
        ctx, consultation.authority_id
    )


def may_discard(ctx: RequestContext, proposal: Proposal) -> Refusal | None:
    """The author, of what nobody has read yet: a draft, or a text that waits for moderation."""
    if not is_author(ctx, proposal):
        return _of_somebody_else(proposal)
    return None if proposal.state in ("draft", "held") else Conflict("not-a-draft")


def may_support(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Anybody signed in who is not suspended, while supports are open."""
    return may_unsupport(ctx, consultation) or may_take_part(ctx, consultation.authority_id)


def may_unsupport(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Anybody signed in, while supports are open."""
    return refused(consultation.effective_phases, "support", ctx.now) if ctx.person else None


def is_author(ctx: RequestContext, proposal: Proposal) -> bool:
    """Whether the viewer wrote the proposal."""
    return ctx.person.id == proposal.author_id


def _of_somebody_else(proposal: Proposal) -> Refusal:
    """A text that is not public does not exist for others; a public one is not theirs."""
    return NotFound() if proposal.state in ("draft", "held") else NotAllowed("not-yours")
