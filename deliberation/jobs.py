"""Background jobs, their lanes and periods: one literal table each."""

from datetime import timedelta

from deliberation.core.rate_limits import forget_old_counts
from deliberation.elections.ballot_box.lifecycle import (
    close_ballot_box,
    close_due_ballot_boxes,
    open_ballot_box,
    open_due_ballot_boxes,
)
from deliberation.elections.ballots.batch_publisher import forget_paces, seal_waiting_ballots
from deliberation.elections.ballots.drafts import forget_old_drafts
from deliberation.elections.electorate.eligibility import forget_unneeded_traces
from deliberation.elections.results.commands import count_due_polls, count_poll
from deliberation.network.people.commands import forget_old_codes
from deliberation.network.people.inviting import forget_old_offers
from deliberation.network.sessions.kept_forms import forget_old_forms
from deliberation.notices.mails.commands import remind_drafts, tell_people
from deliberation.operations.job_list import forget_refused_mails
from deliberation.operations.mail import deliver_mails, deliver_waiting
from deliberation.operations.queue import Job, Lane, Leased
from deliberation.operations.worker import Periodic
from deliberation.reactions import react
from deliberation.views.figures.counting import EVERY, count_figures

# No lane waits for another; in a lane, the first name goes first. Votes are never given up.
LANES: dict[str, Lane] = {
    "urns": Lane({"close-urn": close_ballot_box, "open-urn": open_ballot_box}, concurrency=2),
    "counts": Lane({"count-poll": count_poll}),
    "reactions": Lane(
        {"react": react, "tell-people": tell_people},
        max_pause=timedelta(minutes=30),
        give_up_after=timedelta(days=3),
    ),
    "codes": Lane(
        {"deliver-code": Leased(deliver_mails)},
        concurrency=4,
        max_pause=timedelta(minutes=1),
        give_up_after=timedelta(days=3),
    ),
    "mails": Lane(
        {"deliver-mail": Leased(deliver_mails, batch=5)},
        concurrency=8,
        max_pause=timedelta(minutes=30),
        give_up_after=timedelta(days=3),
    ),
}

JOBS: dict[str, Job | Leased] = {
    name: job for lane in LANES.values() for name, job in lane.jobs.items()
}

PERIODIC: dict[str, Periodic] = {
    "open-due-urns": Periodic(open_due_ballot_boxes, timedelta(seconds=10)),
    "seal-waiting-ballots": Periodic(seal_waiting_ballots, timedelta(hours=1)),
    "forget-paces": Periodic(forget_paces, timedelta(minutes=1)),
    "close-due-urns": Periodic(close_due_ballot_boxes, timedelta(seconds=10)),
    "count-due-polls": Periodic(count_due_polls, timedelta(seconds=20)),
    "count-figures": Periodic(count_figures, EVERY),
    "deliver-waiting": Periodic(deliver_waiting, timedelta(minutes=1)),
    "forget-old-drafts": Periodic(forget_old_drafts, timedelta(minutes=10)),
    "forget-old-codes": Periodic(forget_old_codes, timedelta(minutes=10)),
    "forget-refused-mails": Periodic(forget_refused_mails, timedelta(hours=1)),
    "forget-old-offers": Periodic(forget_old_offers, timedelta(hours=1)),
    "forget-old-forms": Periodic(forget_old_forms, timedelta(minutes=10)),
    "forget-traces": Periodic(forget_unneeded_traces, timedelta(days=1)),
    "forget-old-counts": Periodic(forget_old_counts, timedelta(minutes=10)),
    "remind-drafts": Periodic(remind_drafts, timedelta(hours=1)),
}
