"""The one checker: does what was found in the ballot box agree with what the clients saw?

A sending is ok, failed or unknown. Every acknowledged ballot is there once; an unknown one once or
not at all; nothing else is. A voter's last acknowledged ballot counts, unless a later one may.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from tests.faults.history import Attempt

TOLD_LATE = "voting-closed"


class Recorded(msgspec.Struct, frozen=True):
    """One version found in the ballot box; `voter` is None for a pseudonym that is nobody's."""

    voter: int | None
    version: int
    submission: str
    row: str
    reference: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """State that a vote left behind.

    `counted`: voter -> the packed ballot that the count took. `marked`: voters on the roll, once a
    mark. `closed_at`: seconds of this machine's clock. `faults`: all that the board, the receipts,
    the published files and the count themselves show to be wrong.
    """

    recorded: Sequence[Recorded]
    counted: dict[int, str]
    marked: Sequence[int | None]
    closed_at: float | None = None
    faults: Sequence[str] = ()


def check(history: Sequence[Attempt], found: Found, *, quiet: bool = False) -> list[str]:
    """Everything in `found` that the history cannot explain; empty when all agrees.

    `quiet`: no fault was injected, so that every sending must have had a clear answer.
    """
    return [
        *found.faults,
        *_presence(history, found.recorded),
        *_versions(found.recorded),
        *_order(history, found.recorded),
        *_counted(history, found),
        *_roll(found),
        *_close(history, found.closed_at),
        *(_unexplained(history) if quiet else ()),
    ]


def _presence(history: Sequence[Attempt], recorded: Sequence[Recorded]) -> Iterator[str]:
    """Each cast is there as often as its answers allow, and nothing else is."""
    there: dict[tuple[int | None, str], list[Recorded]] = defaultdict(list)
    for one in recorded:
        there[one.voter, one.submission].append(one)
    casts = _casts(history)
    for key, sendings in casts.items():
        versions, states = there.pop(key, []), {one.state for one in sendings}
        who = f"voter {key[0]}, sending {key[1][:8]}"
        if len(versions) > 1:
            yield f"{who}: recorded {len(versions)} times"
        if "ok" in states and not versions:
            yield f"{who}: acknowledged and lost"
        if states == {"fail"} and versions:
            yield f"{who}: refused and recorded"
        for one in versions:
            if one.row != sendings[0].row:
                yield f"{who}: recorded with another choice"
            for told in sendings:
                if told.state == "ok" and told.reference != one.reference:
                    yield f"{who}: its receipt names another ballot"
    for (voter, submission), versions in there.items():
        yield f"voter {voter}: {len(versions)} ballot(s) nobody sent ({submission[:8]})"


def _versions(recorded: Sequence[Recorded]) -> Iterator[str]:
    of: dict[int | None, list[int]] = defaultdict(list)
    for one in recorded:
        of[one.voter].append(one.version)
    for voter, versions in of.items():
        if sorted(versions) != list(range(1, len(versions) + 1)):
            yield f"voter {voter}: versions {sorted(versions)}"


def _order(history: Sequence[Attempt], recorded: Sequence[Recorded]) -> Iterator[str]:
    """Versions follow real time: what ended before another began is the earlier version."""
    version = {(one.voter, one.submission): one.version for one in recorded}
    of: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for (voter, submission), sendings in _casts(history).items():
        if (voter, submission) in version:
            oks = [one.ended for one in sendings if one.state == "ok"]
            begun = min(one.begun for one in sendings)
            of[voter].append((begun, min(oks, default=float("inf")), version[voter, submission]))
    for voter, spans in of.items():
        for begun, _, later in spans:
            if any(ended < begun and earlier > later for _, ended, earlier in spans):
                yield f"voter {voter}: version {later} was sent after a higher one had ended"


def _counted(history: Sequence[Attempt], found: Found) -> Iterator[str]:
    """The count takes each voter's highest version: the last acknowledged one or a later one."""
    last: dict[int | None, Recorded] = {}
    for one in found.recorded:
        if one.voter not in last or one.version > last[one.voter].version:
            last[one.voter] = one
    for voter in sorted({v for v in last if v is not None} | set(found.counted)):
        row = last[voter].row if voter in last else None
        if found.counted.get(voter) != row:
            yield f"voter {voter}: the count took {found.counted.get(voter)} instead of {row}"
    version = {(one.voter, one.reference): one.version for one in found.recorded}
    acknowledged: dict[int, int] = {}
    for sending in history:
        if sending.state == "ok":  # `_presence` reports a lost one
            known = acknowledged.get(sending.voter, 0)
            told = version.get((sending.voter, sending.reference), 0)
            acknowledged[sending.voter] = max(known, told)
    for voter, latest in acknowledged.items():
        if voter not in last or last[voter].version < latest:
            yield f"voter {voter}: version {latest} was acknowledged and does not count"


def _roll(found: Found) -> Iterator[str]:
    """As many marks as pseudonyms, the same people, once each."""
    slots = {one.voter for one in found.recorded}
    if len(found.marked) != len(set(found.marked)):
        yield f"{len(found.marked) - len(set(found.marked))} voter(s) marked more than once"
    for voter in sorted(set(found.marked) ^ slots, key=str):
        yield f"voter {voter}: " + ("marked, no ballot" if voter not in slots else "no mark")


def _close(history: Sequence[Attempt], closed_at: float | None) -> Iterator[str]:
    if closed_at is None:
        return
    for one in history:
        who = f"voter {one.voter}, sending {one.submission[:8]}"
        if one.state == "ok" and one.begun > closed_at:
            yield f"{who}: accepted {one.begun - closed_at:.3f} s after the close"
        if one.code == TOLD_LATE and one.ended < closed_at:
            yield f"{who}: told closed {closed_at - one.ended:.3f} s before the close"


def _unexplained(history: Sequence[Attempt]) -> Iterator[str]:
    for one in history:
        if one.state == "unknown":
            yield f"voter {one.voter}: no clear answer ({one.code}), and nothing was wrong"


def _casts(history: Sequence[Attempt]) -> dict[tuple[int, str], list[Attempt]]:
    """A cast is one form: all its sendings, the same one sent again included."""
    found: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for one in history:
        found[one.voter, one.submission].append(one)
    return found
