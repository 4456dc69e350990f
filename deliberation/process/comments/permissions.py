"""Permissions on comments."""

from deliberation.core.context import RequestContext
from deliberation.core.errors import Refusal
from deliberation.network.people.permissions import may_sign_texts, may_take_part
from deliberation.process.consultations.phases import refused
from deliberation.process.consultations.queries import ConsultationRef


def may_comment(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Anybody signed in who has said a name and is not suspended, while comments are open."""
    return (
        refused(consultation.effective_phases, "comment", ctx.now)
        or may_take_part(ctx, consultation.authority_id)
        or may_sign_texts(ctx)
    )
