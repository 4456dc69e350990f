"""Events of subscriptions to mails."""

from uuid import UUID

from deliberation.journal.commands import Event


class MailsStopped(Event, frozen=True):
    """Somebody asked, from a mail, to get no more of them."""

    person_id: UUID
