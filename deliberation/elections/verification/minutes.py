"""The count: from an archive and enough trustees' shares to the minutes and the published files.

Any `threshold` trustees give the same minutes, byte for byte. Ballots that do not open are listed,
never dropped; numbers that do not add up are faults in the minutes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Literal

import msgspec

from deliberation.elections.counting.outcomes import MIN_BALLOTS_FOR_SCORES, ballots_of, shown_of
from deliberation.elections.counting.question import Question
from deliberation.elections.sealed_protocol.archive import (
    BallotArchive,
    NotABallotArchive,
    Paper,
    SealedLine,
)
from deliberation.elections.sealed_protocol.board import (
    Entry,
    Fault,
    body_of,
    entry_of,
    faults_of,
    hashes_of,
)
from deliberation.elections.sealed_protocol.bodies import CloseBody, OpenBody, PaperBody
from deliberation.elections.sealed_protocol.canonical import canonical, decoded, digest
from deliberation.elections.sealed_protocol.sealing import (
    CannotOpen,
    context_of,
    opened,
    sealed_for,
    unpadded,
)
from deliberation.elections.sealed_protocol.shares import Progress, SharesHead, read_shares
from deliberation.elections.verification.reconciliation import reconciliation_faults
from voting import ballot_rules
from voting.records.documents import as_document


class Unreadable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed ballot that could not be counted, and why (`sealing.CannotOpen`, or `marks`)."""

    hash: str
    why: str


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of ballots received and counted.

    `marks`: voters marked online; `slots`: voters with a sealed ballot; `versions`: all sealed
    ballots; `channels`: counted ballots by channel.
    """

    electors: int
    marks: int
    slots: int
    versions: int
    channels: dict[str, int]
    unreadable: int

    @property
    def counted(self) -> int:
        """All counted ballots."""
        return sum(self.channels.values())


class MinutesDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The minutes of a count, which the trustees sign.

    `head`: digest of the board's `close` entry. `outcome` holds only `winners` and `ranking` when
    fewer than ten ballots were counted; `recount` is then None, otherwise the SHA-256 of the file
    from which anybody can count again. `interventions`: how often the team acted on single voters,
    as the close says.
    """

    poll: str
    address: str
    opens_at: str
    closed_at: str
    head: str
    question: Question
    counts: Counts
    unreadable: list[Unreadable]
    faults: list[Fault]
    outcome: dict[str, Any]
    compared: dict[str, Any] | None
    recount: str | None
    interventions: dict[str, int] = {}
    kind: Literal["beffroi/1/minutes"] = "beffroi/1/minutes"

    @property
    def small(self) -> bool:
        """Whether so few ballots were counted that only the ranking is published."""
        return self.counts.counted < MIN_BALLOTS_FOR_SCORES


class SealedCount(msgspec.Struct, frozen=True):
    """A finished count: the minutes as they are signed, and the recount file, if there is one."""

    minutes: bytes
    recount: bytes | None


def count_archive(
    archive: BallotArchive, files: Sequence[IO[bytes]], progress: Progress = lambda done, all: None
) -> SealedCount:
    """Open every ballot with the trustees' shares and count the last version of each pseudonym.

    Raises `NotABallotArchive`: `not-closed`, `other-bundle` (shares of another archive),
    `too-few-shares`, `shares-length`, and the codes of damaged files.
    """
    opening, closing = entry_of(archive.board, "open"), entry_of(archive.board, "close")
    if opening is None or closing is None:
        raise NotABallotArchive("not-closed")
    announced, closed = body_of(opening, OpenBody), body_of(closing, CloseBody)
    question = question_in(opening)
    scheme = len(announced.trustees), announced.threshold
    shares = _shares_of(archive, files, scheme[1])
    ballot_box = _open_all(archive, question, scheme, shares, progress)
    papers = _papers(archive.papers, question)
    counts = Counts(
        electors=announced.electors,
        marks=closed.marks,
        slots=len(ballot_box.last),
        versions=archive.manifest.ballots,
        channels={"online": len(ballot_box.last) - ballot_box.unread_pseudonyms}
        | {channel: sum(of.values()) for channel, of in papers.items()},
        unreadable=ballot_box.unread_pseudonyms,
    )
    counted = Counter(row for _, row in ballot_box.last.values() if row is not None)
    for of in papers.values():
        counted.update(of)
    faults = [*faults_of(archive.board), *_differences(archive, ballot_box.hashes, counts, closed)]
    faults += roll_changed(announced, closed)
    return _written(opening, closing, question, counts, counted, ballot_box.unreadable, faults)


def read_minutes(data: bytes) -> MinutesDocument:
    """The minutes of their file. Raises `msgspec.DecodeError` or its `ValidationError`."""
    minutes: MinutesDocument = decoded(data, MinutesDocument)
    return minutes


def question_in(opening: Entry) -> Question:
    """Read the question from the board's first entry."""
    return body_of(opening, Question)


def roll_changed(announced: OpenBody, closed: CloseBody) -> list[Fault]:
    """Whether the roll at the close is another one than was announced."""
    return [
        Fault("close-differs", {"what": what, "said": said, "found": found})
        for what, said, found in (
            ("electors", announced.electors, closed.electors),
            ("roll", announced.roll, closed.roll),
        )
        if found not in (None, said)
    ]


def row_fits(question: Question, row: bytes) -> bool:
    """Whether a packed ballot is one that this question can have."""
    rules = ballot_rules.ballot_rules(
        question.method, len(question.choices), len(question.grades), question.method_options
    )
    return ballot_rules.row_fits(rules, row)


class _OpenedBallots(msgspec.Struct):
    """The decrypted ballot box: pseudonym -> last version and its ballot (None: unreadable)."""

    last: dict[str, tuple[int, bytes | None]]
    hashes: set[str]
    unreadable: list[Unreadable]

    @property
    def unread_pseudonyms(self) -> int:
        return sum(row is None for _, row in self.last.values())


def _open_all(
    archive: BallotArchive,
    question: Question,
    scheme: tuple[int, int],
    shares: Mapping[int, Iterator[bytes]],
    progress: Progress,
) -> _OpenedBallots:
    """`scheme`: how many trustees, and how many open a ballot, as the board announced."""
    ballot_box = _OpenedBallots({}, set(), [])
    for done, line in enumerate(archive.sealed_lines(), start=1):
        try:
            own = {number: next(of) for number, of in shares.items()}
        except StopIteration as error:
            raise NotABallotArchive("shares-length", done) from error
        hash = line.hash
        ballot_box.hashes.add(hash)
        try:
            if sealed_for(line.data) != scheme:
                raise CannotOpen("format")
            row: bytes | None = _opened(archive.manifest.poll, question, line, own)
        except CannotOpen as error:
            row = None
            ballot_box.unreadable.append(Unreadable(hash, str(error)))
        known = ballot_box.last.get(line.pseudonym, (0, None))[0]
        if line.version == known:  # two ballots that would each be the last
            raise NotABallotArchive("line", done)
        if line.version > known:
            ballot_box.last[line.pseudonym] = (line.version, row)
        progress(done, archive.manifest.ballots)
    for number, of in shares.items():
        if next(of, None) is not None:
            raise NotABallotArchive("other-bundle", number + 1)
    return ballot_box


def _opened(poll: str, question: Question, line: SealedLine, shares: Mapping[int, bytes]) -> bytes:
    context = context_of(poll, bytes.fromhex(line.pseudonym), line.version)
    held = {number: share for number, share in shares.items() if share}
    if not held:  # it was not sealed for this place: no trustee's key opened their part
        raise CannotOpen("message")
    row = unpadded(opened(line.data, context, held))
    if not row_fits(question, row):
        raise CannotOpen("marks")
    return row


def _shares_of(
    archive: BallotArchive, files: Sequence[IO[bytes]], threshold: int
) -> dict[int, Iterator[bytes]]:
    found: dict[int, Iterator[bytes]] = {}
    for file in files:
        head, shares = read_shares(file)
        if head != SharesHead(archive.manifest.poll, archive.manifest.digest, head.trustee):
            raise NotABallotArchive("other-bundle", head.trustee + 1)
        found[head.trustee] = shares
    if len(found) < threshold:
        raise NotABallotArchive("too-few-shares", len(found), threshold)
    return found


def _papers(papers: Sequence[Paper], question: Question) -> dict[str, Counter[bytes]]:
    found: dict[str, Counter[bytes]] = {}
    for paper in papers:
        rows = [bytes.fromhex(row) for row in paper.ballots]
        if not all(row_fits(question, row) for row in rows):
            raise NotABallotArchive("papers", paper.number)
        found.setdefault(paper.channel, Counter()).update(rows)
    return found


def _differences(
    archive: BallotArchive, hashes: set[str], counts: Counts, closed: CloseBody
) -> Iterator[Fault]:
    """Faults: contradictions between the archive, the board and the roll."""
    shown = set(hashes_of(archive.board))
    for one in sorted(shown - hashes):
        yield Fault("ballot-missing", {"hash": one})
    for one in sorted(hashes - shown):
        yield Fault("ballot-not-on-board", {"hash": one})
    papers = (
        body_of(line.entry, PaperBody) for line in archive.board if line.entry.kind == "paper"
    )
    announced = {(paper.number, paper.channel): paper.digest for paper in papers}
    typed = {(paper.number, paper.channel): paper.digest for paper in archive.papers}
    for number, _ in sorted(
        key for key in announced | typed if announced.get(key) != typed.get(key)
    ):
        yield Fault("paper-differs", {"number": number})
    for name in ("marks", "slots", "versions"):
        said, found = getattr(closed, name), getattr(counts, name)
        if said != found:
            yield Fault("close-differs", {"what": name, "said": said, "found": found})
    offline = {of: count for of, count in counts.channels.items() if of != "online"}
    yield from reconciliation_faults(
        {"online": counts.marks, "paper": closed.papers},
        {"online": counts.slots, **offline},
    )
    if counts.counted > counts.electors:
        yield Fault("more-than-electors", {"counted": counts.counted, "electors": counts.electors})


def _written(
    opening: Entry,
    closing: Entry,
    question: Question,
    counts: Counts,
    counted: Counter[bytes],
    unreadable: list[Unreadable],
    faults: list[Fault],
) -> SealedCount:
    few = counts.counted < MIN_BALLOTS_FOR_SCORES
    shown = shown_of(question, ballots_of(question, counted), few=few)
    outcome = as_document(shown.outcome)
    announced, closed = body_of(opening, OpenBody), body_of(closing, CloseBody)
    minutes = MinutesDocument(
        poll=opening.poll,
        address=announced.address,
        opens_at=announced.opens_at,
        closed_at=closed.closed_at,
        head=closing.digest,
        question=question,
        counts=counts,
        unreadable=sorted(unreadable, key=lambda one: one.hash),
        faults=faults,
        outcome={name: outcome[name] for name in ("winners", "ranking")} if few else outcome,
        compared=as_document(shown.compared) if shown.compared else None,
        recount=digest(shown.recount) if shown.recount else None,
        interventions=closed.interventions,
    )
    return SealedCount(canonical(minutes), shown.recount)
