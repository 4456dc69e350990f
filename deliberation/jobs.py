"""What runs in the background and how often: one literal table each."""

from datetime import timedelta

from deliberation.ballot_box.drafts import forget_old_drafts
from deliberation.ballot_box.sealer import seal_waiting_ballots
from deliberation.ballot_box.urns import close_due_urns, close_urn, open_due_urns, open_urn
from deliberation.kit.mail import deliver_mail
from deliberation.kit.queue import Job, Periodic
from deliberation.notifications.commands import tell_people
from deliberation.people.commands import forget_old_codes
from deliberation.people.kept_forms import forget_old_forms
from deliberation.reactions import react
from deliberation.results.commands import count_due_polls, count_poll

JOBS: dict[str, Job] = {
    "close-urn": close_urn,
    "count-poll": count_poll,
    "deliver-mail": deliver_mail,
    "open-urn": open_urn,
    "react": react,
    "tell-people": tell_people,
}

PERIODIC: dict[str, Periodic] = {
    "open-due-urns": Periodic(open_due_urns, timedelta(seconds=10)),
    "seal-waiting-ballots": Periodic(seal_waiting_ballots, timedelta(seconds=30)),
    "close-due-urns": Periodic(close_due_urns, timedelta(seconds=10)),
    "count-due-polls": Periodic(count_due_polls, timedelta(seconds=20)),
    "forget-old-drafts": Periodic(forget_old_drafts, timedelta(hours=1)),
    "forget-old-codes": Periodic(forget_old_codes, timedelta(minutes=10)),
    "forget-old-forms": Periodic(forget_old_forms, timedelta(minutes=10)),
}
