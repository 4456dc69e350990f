"""From stored ballots to a published outcome; nothing here reads a clock or knows a person."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from deliberation.polls.queries import PollView, option_titles
from voting.ballots import Approvals, Ballots, Grades, as_rankings, received, unpack
from voting.outcome import Boxes, Outcome
from voting.recount import recount_file
from voting.tally import tally
from voting.ties import by_published_seed


class Counted(msgspec.Struct, frozen=True):
    """A counted poll: the outcome that decides, the one beside it, and the public file."""

    outcome: Outcome
    compared: Outcome | None
    ballots: int
    recount: bytes


def stored_ballots(poll: PollView, rows: Sequence[bytes], counts: Sequence[int]) -> Ballots:
    """The urn's distinct ballots, as the counting room takes them."""
    worst_first = poll.grades[::-1]
    return unpack(poll.ballot, option_titles(poll), rows, counts, worst_first)


def count(poll: PollView, ballots: Ballots) -> Counted:
    """Count by the deciding method and by the compared one, ties by the poll's published seed."""
    ties = by_published_seed(poll.tie_seed)
    options: dict[str, Any] = dict(poll.method_options)
    outcome = tally(ballots, poll.method, ties=ties, **options)
    compared = None
    if poll.compared:
        compared = tally(_read_for(poll, ballots), poll.compared, ties=ties)
        if isinstance(ballots, Grades) and ballots.tallied:
            # The rows of tallies are nobody's ballots: none of them can be called blank.
            compared = msgspec.structs.replace(compared, boxes=Boxes(counted=received(ballots)))
    return Counted(
        outcome, compared, received(ballots), recount_file(ballots, outcome, title=poll.question)
    )


def _read_for(poll: PollView, ballots: Ballots) -> Ballots:
    """The same ballots as the compared method reads them."""
    if not isinstance(ballots, Grades) or poll.compared == poll.method:
        return ballots
    if poll.compared == "approval":
        lowest = ballots.grades.index(poll.approved_from) + 1
        marks = np.asfortranarray((ballots.marks >= lowest).astype(np.uint8))
        return Approvals(ballots.options, marks, ballots.counts)
    return as_rankings(ballots)
