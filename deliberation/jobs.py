"""What runs in the background and how often: one literal table each."""

from datetime import timedelta

from deliberation.kit.mail import deliver_mail
from deliberation.kit.queue import Job, Periodic
from deliberation.notifications.commands import tell_people
from deliberation.people.commands import forget_old_codes
from deliberation.reactions import react

JOBS: dict[str, Job] = {
    "deliver-mail": deliver_mail,
    "react": react,
    "tell-people": tell_people,
}

PERIODIC: dict[str, Periodic] = {
    "forget-old-codes": Periodic(forget_old_codes, timedelta(minutes=10)),
}
