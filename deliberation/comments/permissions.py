"""Who may comment, and when."""

from collections.abc import Sequence

from deliberation.consultations.phases import Dated, refused
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal


def may_comment(act: Act, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in, while the discussion is open."""
    return refused(phases, "comment", act.now) if act.person else None
