"""Who may manage people and roles."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import ConfirmationNeeded, NameNeeded, NotAllowed, Refusal


def may_manage_team(act: Act, authority_id: UUID) -> Refusal | None:
    """Administrators invite and withdraw roles."""
    return needs_role(act, authority_id, "administrator")


def may_take_part(act: Act, authority_id: UUID) -> Refusal | None:
    """Whoever the authority has not suspended: others still read what is public, and vote."""
    return NotAllowed("suspended") if authority_id in act.person.suspended else None


def may_sign_texts(act: Act) -> Refusal | None:
    """Whoever has said a name: public texts are signed. Visitors are asked to sign in first."""
    return None if act.person.name else NameNeeded()


def may_ask_for_a_code(act: Act) -> Refusal | None:
    """Whoever gets it: a live site without a mail server sends nobody anything."""
    return None if act.house.mails else NotAllowed("no-mail-server")


def needs_confirmation(act: Act) -> Refusal | None:
    """Roles, codes, counts, keys and deletion: only by whoever has just proved who they are."""
    return None if act.person.confirmed else ConfirmationNeeded()
