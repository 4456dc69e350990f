"""Shared by methods on scores: tallies by name, and the ballot count of each ballot."""

from voting.ballots import Scores, received
from voting.invalid import InvalidBallots
from voting.kernels.grades import tallies
from voting.kernels.rows import marked
from voting.outcome import BallotCounts

# A stored score is a byte, and one of its values says that there is none.
MOST = 254


def score_tallies(ballots: Scores, most: int) -> dict[str, list[int]]:
    """Number of ballots that give each option each score, from 0 to `most`; missing scores are left
    out.

    Raises `InvalidBallots` when a ballot gives more than `most`, or when `most` is no score that a
    ballot can hold.
    """
    if not 1 <= most <= MOST:
        valid = [f"1..{MOST}"]
        raise InvalidBallots("bad_option_value", name="max_score", value=str(most), valid=valid)
    highest = int(ballots.marks.max(initial=1)) - 1
    if highest > most:
        row = int(ballots.marks.max(axis=1).argmax())
        raise InvalidBallots("mark_out_of_range", row=row, value=highest, limit=most)
    given = tallies(ballots.marks, ballots.counts, highest + 1)[:, 1:].tolist()
    short = [0] * (most - highest)
    return {name: row + short for name, row in zip(ballots.options, given, strict=True)}


def score_ballot_counts(ballots: Scores) -> BallotCounts:
    """A ballot that scores every option is counted, none is blank, only some is partial."""
    judged = marked(ballots.marks)
    blank = int(ballots.counts[judged == 0].sum())
    complete = int(ballots.counts[judged == len(ballots.options)].sum())
    return BallotCounts(counted=complete, blank=blank, partial=received(ballots) - blank - complete)
