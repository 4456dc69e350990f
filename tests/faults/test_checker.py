"""The checker itself: right histories pass, and each kind of wrong one is named."""

from pathlib import Path
from typing import Any

import msgspec

from tests.faults.checker import Found, Recorded, check
from tests.faults.history import Attempt, History, attempts_in


def sent(voter: int, submission: str, state: str = "ok", **values: Any) -> Attempt:
    """A sending between second 1 and second 2."""
    told = {"reference": submission.upper()} if state == "ok" else {}
    ended = 2.0 if state in ("ok", "fail") else float("inf")
    known = {"vote": "v", "voter": voter, "submission": submission, "row": "01", "begun": 1.0}
    return Attempt(**{**known, "ended": ended, "state": state, **told, **values})


def left(*recorded: tuple[int | None, int, str], **values: Any) -> Found:
    """State that a vote left: (voter, version, submission) each, all else as it should be."""
    rows = [Recorded(v, n, s, "01", s.upper()) for v, n, s in recorded]
    voters = {voter for voter, _, _ in recorded}
    counted = {voter: "01" for voter in voters if voter is not None}
    given = {"recorded": rows, "counted": counted, "marked": sorted(voters, key=str), **values}
    return Found(**given)


def test_what_was_acknowledged_unknown_or_refused_is_right_as_it_should_be() -> None:
    history = [
        sent(1, "a"),
        sent(1, "b", begun=3.0, ended=4.0),
        sent(2, "c", "unknown"),
        sent(3, "d", "unknown"),
        sent(4, "e", "fail", code="voting-closed", begun=6.0, ended=7.0),
    ]
    assert check(history, left((1, 1, "a"), (1, 2, "b"), (2, 1, "c"), closed_at=5.0)) == []


def test_a_lost_ballot_is_seen() -> None:
    found = check([sent(1, "a"), sent(2, "b")], left((1, 1, "a")))
    assert "voter 2, sending b: acknowledged and lost" in found


def test_a_ballot_recorded_twice_is_seen() -> None:
    found = check([sent(1, "a")], left((1, 1, "a"), (1, 1, "a")))
    assert "voter 1, sending a: recorded 2 times" in found
    assert "voter 1: versions [1, 1]" in found


def test_a_ballot_that_nobody_sent_is_seen() -> None:
    assert "voter 7: 1 ballot(s) nobody sent (z)" in check([], left((7, 1, "z")))
    assert "voter None: 1 ballot(s) nobody sent (z)" in check([], left((None, 1, "z")))


def test_a_refused_ballot_that_is_recorded_is_seen() -> None:
    found = check([sent(1, "a", "fail", code="voting-closed")], left((1, 1, "a")))
    assert "voter 1, sending a: refused and recorded" in found


def test_two_receipts_of_one_form_are_seen() -> None:
    history = [sent(1, "a"), sent(1, "a", reference="OTHER")]
    found = check(history, left((1, 1, "a")))
    assert "voter 1, sending a: its receipt names another ballot" in found


def test_another_choice_than_the_one_sent_is_seen() -> None:
    found = check([sent(1, "a", row="07")], left((1, 1, "a")))
    assert "voter 1, sending a: recorded with another choice" in found


def test_an_older_ballot_that_counts_is_seen() -> None:
    history = [sent(1, "a"), sent(1, "b", begun=3.0, ended=4.0, row="02")]
    kept = left((1, 1, "a"))
    rows = [*kept.recorded, Recorded(1, 2, "b", "02", "B")]
    found = check(history, msgspec.structs.replace(kept, recorded=rows))
    assert found == ["voter 1: the count took 01 instead of 02"]


def test_versions_against_real_time_are_seen() -> None:
    history = [sent(1, "a"), sent(1, "b", begun=3.0, ended=4.0)]
    found = check(history, left((1, 2, "a"), (1, 1, "b")))
    assert found == ["voter 1: version 1 was sent after a higher one had ended"]


def test_marks_and_slots_that_differ_are_seen() -> None:
    assert check([sent(1, "a")], left((1, 1, "a"), marked=[1, 2])) == ["voter 2: marked, no ballot"]
    assert check([sent(1, "a")], left((1, 1, "a"), marked=[])) == ["voter 1: no mark"]
    assert "1 voter(s) marked more than once" in check(
        [sent(1, "a")], left((1, 1, "a"), marked=[1, 1])
    )


def test_what_crosses_the_close_is_seen() -> None:
    late = check([sent(1, "a", begun=5.5, ended=6.0)], left((1, 1, "a"), closed_at=5.0))
    assert late == ["voter 1, sending a: accepted 0.500 s after the close"]
    early = check([sent(1, "a", "fail", code="voting-closed")], left(closed_at=5.0))
    assert early == ["voter 1, sending a: told closed 3.000 s before the close"]


def test_an_unclear_answer_is_a_fault_only_when_nothing_was_wrong() -> None:
    history = [sent(1, "a", "unknown", code="500")]
    assert check(history, left()) == []
    assert check(history, left(), quiet=True) == [
        "voter 1: no clear answer (500), and nothing was wrong"
    ]


def test_what_the_board_or_the_count_says_wrong_is_kept() -> None:
    assert check([], left(faults=["board: board-chain {}"])) == ["board: board-chain {}"]


def test_a_sending_without_an_end_is_unknown(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    first = history.begin("v", 1, "a", "01")
    history.begin("v", 2, "b", "02")
    history.end(first, "ok", reference="A")
    one, other = history.attempts()
    assert (one.state, one.reference) == ("ok", "A")
    assert (other.state, other.ended) == ("unknown", float("inf"))
    assert attempts_in(history.path.read_bytes()) == [one, other]
