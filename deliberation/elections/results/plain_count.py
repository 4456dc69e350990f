"""Count stored ballots to a published outcome, without clock or persons."""

import msgspec

from deliberation.elections.counting.outcomes import MIN_BALLOTS_FOR_SCORES, shown_of
from deliberation.elections.polls.queries import PollView, grade_names, option_titles, question_of
from deliberation.elections.sealed_protocol.board import Fault
from voting.ballot_rules import unpack_joined
from voting.ballots import Ballots, received
from voting.ballots.grouping import distinct
from voting.outcome import Outcome


class CountContext(msgspec.Struct, frozen=True, kw_only=True):
    """Published beside a count: ballots by channel, interventions on single voters
    (`ballot_box.interventions`), and differences between the roll and the ballots.
    """

    channels: dict[str, int] = {}
    interventions: dict[str, int] = {}
    faults: list[Fault] = []


class PlainCount(msgspec.Struct, frozen=True):
    """A counted poll: the deciding outcome, the compared one, and the public file, or none."""

    outcome: Outcome
    compared: Outcome | None
    ballots: int
    recount: bytes
    beside: CountContext


def stored_ballots(poll: PollView, data: bytes) -> Ballots:
    """The distinct ballots of stored rows joined to one value, as `counting` needs them."""
    return distinct(unpack_joined(poll.ballot, option_titles(poll), data, grade_names(poll)))


def count(poll: PollView, ballots: Ballots, beside: CountContext | None = None) -> PlainCount:
    """Count by the deciding method and by the compared one, ties by the poll's published seed.

    `counting.outcomes.shown_of` decides what is published. The disclosure limit does not apply to
    an imported vote, already published elsewhere, nor to a poll without voters.
    """
    beside, number = beside or CountContext(), received(ballots)
    few = poll.source == "live" and 0 < number < MIN_BALLOTS_FOR_SCORES
    faults = msgspec.to_builtins(beside.faults)
    shown = shown_of(question_of(poll), ballots, few=few, faults=faults)
    return PlainCount(shown.outcome, shown.compared, number, shown.recount or b"", beside)
