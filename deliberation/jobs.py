"""What runs in the background and how often: one literal table each."""

from datetime import timedelta

from deliberation.ballot_box.drafts import forget_old_drafts
from deliberation.kit.mail import deliver_mail
from deliberation.kit.queue import Job, Periodic
from deliberation.notifications.commands import tell_people
from deliberation.people.commands import forget_old_codes
from deliberation.reactions import react
from deliberation.results.commands import count_due_polls, count_poll

JOBS: dict[str, Job] = {
    "count-poll": count_poll,
    "deliver-mail": deliver_mail,
    "react": react,
    "tell-people": tell_people,
}

PERIODIC: dict[str, Periodic] = {
    "count-due-polls": Periodic(count_due_polls, timedelta(seconds=20)),
    "forget-old-drafts": Periodic(forget_old_drafts, timedelta(hours=1)),
    "forget-old-codes": Periodic(forget_old_codes, timedelta(minutes=10)),
}
