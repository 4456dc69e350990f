"""Who may comment, and when."""

from collections.abc import Sequence

from deliberation.core.context import RequestContext
from deliberation.core.errors import Refusal
from deliberation.network.people.permissions import may_sign_texts
from deliberation.process.consultations.phases import Dated, refused


def may_comment(ctx: RequestContext, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in who has said a name, while the discussion is open."""
    return may_sign_texts(ctx) or refused(phases, "comment", ctx.now)
