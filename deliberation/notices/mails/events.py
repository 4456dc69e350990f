"""What happens to people's wish to be told."""

from uuid import UUID

from deliberation.journal.commands import Event


class MailsStopped(Event, frozen=True):
    """Somebody asked, from a mail, to get no more of them."""

    person_id: UUID
