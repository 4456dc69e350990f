"""Who may comment, and when."""

from collections.abc import Sequence

from deliberation.consultations.phases import Dated, refused
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal
from deliberation.people.permissions import may_sign_texts


def may_comment(act: Act, phases: Sequence[Dated]) -> Refusal | None:
    """Anybody signed in who has said a name, while the discussion is open."""
    return may_sign_texts(act) or refused(phases, "comment", act.now)
