"""From stored ballots to a published outcome; nothing here reads a clock or knows a person."""

from collections.abc import Sequence

import msgspec

from deliberation.ballot_box.sealed.board import Fault
from deliberation.ballot_box.sealed.tallying import compared_of, outcome_of
from deliberation.ballot_box.urns import question_of
from deliberation.polls.queries import PollView, option_titles
from voting.ballots import Ballots, received, unpack
from voting.outcome import Outcome
from voting.recount import recount_file


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is told beside a count: ballots by channel, how often the team acted on single voters
    (`ballot_box.interventions`), and what the roll and the ballots say differently.
    """

    channels: dict[str, int] = {}
    interventions: dict[str, int] = {}
    faults: list[Fault] = []


class Counted(msgspec.Struct, frozen=True):
    """A counted poll: the outcome that decides, the one beside it, and the public file."""

    outcome: Outcome
    compared: Outcome | None
    ballots: int
    recount: bytes
    beside: Beside


def stored_ballots(poll: PollView, rows: Sequence[bytes], counts: Sequence[int]) -> Ballots:
    """The urn's distinct ballots, as the counting room takes them."""
    worst_first = poll.grades[::-1]
    return unpack(poll.ballot, option_titles(poll), rows, counts, worst_first)


def count(poll: PollView, ballots: Ballots, beside: Beside | None = None) -> Counted:
    """Count by the deciding method and by the compared one, ties by the poll's published seed."""
    beside = beside or Beside()
    question = question_of(poll)
    outcome = outcome_of(question, ballots)
    return Counted(
        outcome,
        compared_of(question, ballots),
        received(ballots),
        recount_file(
            ballots, outcome, title=poll.question, faults=msgspec.to_builtins(beside.faults)
        ),
        beside,
    )
