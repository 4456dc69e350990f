"""Offline verification of a sealed vote from its published files, claim by claim.

Nothing here trusts the site: the board's own key and the trustees' keys come from the board's first
entry, whose head the voters' receipts, the mirrors and the trustees have seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from deliberation.elections.sealed_protocol.board import (
    Entry,
    Fault,
    SignedEntry,
    body_of,
    entry_of,
    faults_of,
    grown_from,
    hashes_of,
    is_readable,
)
from deliberation.elections.sealed_protocol.bodies import CloseBody, OpenBody, ResultBody
from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.elections.sealed_protocol.keys import signed_by
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, is_genuine
from deliberation.elections.verification.minutes import (
    MinutesDocument,
    question_in,
    read_minutes,
    roll_changed,
)
from deliberation.elections.verification.reconciliation import reconciliation_faults
from voting.invalid import InvalidBallots
from voting.records.documents import as_document
from voting.records.recount import recount


class Finding(msgspec.Struct, frozen=True):
    """One claim: whether it holds, the numbers in its sentence, and its faults."""

    claim: str
    holds: bool
    values: dict[str, Any] = {}
    faults: list[Fault] = []


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The published files of a vote; before the count only the board."""

    board: list[SignedEntry]
    minutes: bytes | None = None
    signatures: Mapping[str, str] = {}  # trustee's place, from 1 -> signature
    recount: bytes | None = None


def findings(
    published: Published,
    *,
    mirror: Sequence[SignedEntry] = (),
    receipts: Sequence[SealedReceipt] = (),
) -> Iterator[Finding]:
    """Every claim that can be checked with these files, in the order of the report."""
    yield _board(published.board)
    if mirror:
        yield _finding("grown", grown_from(mirror, published.board), entries=len(mirror))
    if not all(is_readable(line.entry) for line in published.board):
        return  # reported above; such a board cannot be read further
    for receipt in receipts:
        yield _receipt(receipt, published.board)
    opening, closing = entry_of(published.board, "open"), entry_of(published.board, "close")
    if opening is None or closing is None:
        return
    yield _closed(published.board, opening, closing)
    if published.minutes is None:
        return
    minutes = read_minutes(published.minutes)
    yield _same_vote(minutes, published, opening, closing)
    yield _signed(published, opening)
    yield _adds_up(minutes, opening, closing)
    yield _complete(minutes)
    if minutes.recount is not None or not minutes.small:
        yield _recounted(minutes, published.recount)


def receipt_state(receipt: SealedReceipt, board: Sequence[SignedEntry]) -> str:
    """`forged`, `shown`, `waiting` (its hash may still come until the close) or `missing`."""
    opening = entry_of(board, "open")
    if opening is None or not is_genuine(receipt, body_of(opening, OpenBody).key):
        return "forged"
    if receipt.hash in hashes_of(board):
        return "shown"
    return "missing" if entry_of(board, "close") else "waiting"


def _board(board: Sequence[SignedEntry]) -> Finding:
    shown = hashes_of(line for line in board if is_readable(line.entry))
    return _finding("board", faults_of(board), entries=len(board), ballots=len(shown))


def _receipt(receipt: SealedReceipt, board: Sequence[SignedEntry]) -> Finding:
    state = receipt_state(receipt, board)
    faults = [Fault(f"receipt-{state}", {"reference": receipt.reference})]
    wrong = faults if state in ("forged", "missing") else []
    return _finding(
        f"receipt-{state}" if not wrong else "receipt", wrong, reference=receipt.reference
    )


def _closed(board: Sequence[SignedEntry], opening: Entry, closing: Entry) -> Finding:
    """The board shows as many ballots as the close says, as many marks as pseudonyms, and the
    roll is the one that was announced.
    """
    shown, said = len(hashes_of(board)), body_of(closing, CloseBody)
    faults = []
    if shown != said.versions:
        values = {"what": "versions", "said": said.versions, "found": shown}
        faults.append(Fault("close-differs", values))
    faults += reconciliation_faults({"online": said.marks}, {"online": said.slots})
    faults += roll_changed(body_of(opening, OpenBody), said)
    return _finding("closed", faults, ballots=shown, voters=said.slots)


def _same_vote(
    minutes: MinutesDocument, published: Published, opening: Entry, closing: Entry
) -> Finding:
    """The minutes speak of this vote as it was announced and closed, and the board names them."""
    faults = []
    if (minutes.poll, minutes.head) != (opening.poll, closing.digest):
        faults.append(Fault("minutes-other-board"))
    if minutes.question != question_in(opening):
        faults.append(Fault("minutes-other-question"))
    result = entry_of(published.board, "result")
    assert published.minutes is not None
    if result is None or body_of(result, ResultBody).minutes != digest(published.minutes):
        faults.append(Fault("minutes-not-on-board"))
    return _finding("same-vote", faults)


def _signed(published: Published, opening: Entry) -> Finding:
    assert published.minutes is not None
    announced = body_of(opening, OpenBody)
    trustees, needed = announced.trustees, announced.threshold
    names: list[str] = []
    faults = [
        Fault("signature-of-nobody", {"number": number})
        for number in published.signatures
        if number not in map(str, range(1, len(trustees) + 1))
    ]
    for number, trustee in enumerate(trustees, start=1):
        signature = published.signatures.get(str(number))
        if signature is None:
            continue
        if signed_by(trustee.signing, "minutes", published.minutes, signature):
            names.append(trustee.name)
        else:
            faults.append(Fault("signature-wrong", {"name": trustee.name}))
    if len(names) < needed:
        faults.append(Fault("too-few-signatures", {"count": len(names), "needed": needed}))
    return _finding("signed", faults, names=names, needed=needed, trustees=len(trustees))


def _adds_up(minutes: MinutesDocument, opening: Entry, closing: Entry) -> Finding:
    """Marks, pseudonyms and counted ballots agree with each other and with the board."""
    counts, faults = minutes.counts, list[Fault]()
    announced, closed = body_of(opening, OpenBody), body_of(closing, CloseBody)
    offline = {of: count for of, count in counts.channels.items() if of != "online"}
    said = {
        "marks": (closed.marks, counts.marks),
        "slots": (closed.slots, counts.slots),
        "versions": (closed.versions, counts.versions),
        "electors": (announced.electors, counts.electors),
        "counted": (counts.slots, counts.channels.get("online", 0) + counts.unreadable),
    }
    acted = closed.interventions
    for what in sorted(acted.keys() | minutes.interventions.keys()):
        said[what] = (acted.get(what, 0), minutes.interventions.get(what, 0))
    for what, (one, other) in said.items():
        if one != other:
            faults.append(Fault("close-differs", {"what": what, "said": one, "found": other}))
    faults += reconciliation_faults(
        {"online": counts.marks, "paper": closed.papers},
        {"online": counts.slots, **offline},
    )
    if counts.counted > counts.electors:
        faults.append(
            Fault("more-than-electors", {"counted": counts.counted, "electors": counts.electors})
        )
    return _finding("adds-up", faults, counted=counts.counted, electors=counts.electors)


def _complete(minutes: MinutesDocument) -> Finding:
    """The trustees found nothing wrong and opened every ballot."""
    unread = [Fault("ballot-unreadable", {"hash": one.hash}) for one in minutes.unreadable]
    return _finding("complete", [*minutes.faults, *unread], versions=minutes.counts.versions)


def _recounted(minutes: MinutesDocument, file: bytes | None) -> Finding:
    if file is None:
        return _finding("recount", [Fault("recount-missing")])
    if digest(file) != minutes.recount:
        return _finding("recount", [Fault("recount-other-file")])
    try:
        again = recount(file)
    except InvalidBallots as error:
        return _finding("recount", [Fault("recount-invalid", {"reason": error.reason})])
    if not again.same or as_document(again.outcome) != minutes.outcome:
        return _finding("recount", [Fault("recount-differs")])
    return _finding("recount", [], winners=list(again.outcome.winners))


def _finding(claim: str, faults: list[Fault], **values: Any) -> Finding:
    return Finding(claim, not faults, values, faults)
