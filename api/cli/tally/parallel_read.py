"""Read a large file of ballots with several processes: each summarises a part; join the summaries.

A process holds its part of the text and its distinct ballots; this one holds the text, and the
distinct ballots of all. Reading a text takes far longer than counting what it says.
"""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import reduce
from multiprocessing import get_context
from typing import Any, NamedTuple, TypeVar

from api.cli.support import language, tell
from deliberation.i18n.catalogue import in_language
from voting import formats
from voting.ballots import kind_of, matrix_of, with_rows
from voting.formats.election import Election, decoded
from voting.formats.parts import divided
from voting.invalid import InvalidBallots
from voting.tally import Summary, join, summarise

# More parts than processes: less waiting for the last one, and progress to report.
PARTS_A_WORKER = 4
SECONDS_BEFORE_PROGRESS = 2.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """Format, method and options for reading a part; without a method, the usual one of its
    ballots.
    """

    name: str
    format: str | None
    rules: dict[str, str]
    method: str
    options: dict[str, str]
    defaults: Mapping[str, str]


class Part(NamedTuple):
    """The settings in a file or a part of it, and the summary of its ballots."""

    election: Election
    summary: Summary


def counted_in_parts(data: bytes, request: Request, workers: int) -> Part | None:
    """Read and summarise a file in parallel parts.

    None when the file cannot be divided, or when a part has an error or a warning: the
    file is then to be read whole, which tells the right line.
    """
    try:
        text, notes = decoded(data, strict=True)
        format = request.format or formats.recognised(text, request.name)
    except InvalidBallots:
        return None
    parts = divided(text, format, workers * PARTS_A_WORKER)
    if len(parts) == 1 or notes:
        return None
    request = replace(request, format=format)
    try:
        read = _read(parts, request, min(workers, len(parts)))
        if read is None or any(_metadata(part) != _metadata(read[0]) for part in read):
            return None
        return Part(read[0].election, reduce(join, (part.summary for part in read)))
    except (InvalidBallots, BrokenProcessPool):
        return None


def _read(parts: list[str], request: Request, workers: int) -> list[Part] | None:
    """Every part read, or None as soon as one cannot be."""
    read: list[Part] = []
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for found in _with_progress(pool.map(_part, parts, [request] * len(parts)), len(parts)):
            if found is None:
                pool.shutdown(cancel_futures=True)
                return None
            read.append(found)
    return read


def _part(text: str, request: Request) -> Part | None:
    """Read and summarise one part, in a process of its own; None when it has a fault, or a note
    that is not of its heading.
    """
    try:
        election = formats.read(text, request.name, request.format, rules=request.rules)
        ballots = election.ballots
        method = request.method or request.defaults[kind_of(ballots)]
        summary = summarise(ballots, method, request.options)
    except InvalidBallots:
        return None
    if any(note.line > 1 for note in election.source.notes) or election.settings:
        return None
    nobody = with_rows(ballots, matrix_of(ballots)[:0], ballots.counts[:0])
    return Part(replace(election, ballots=nobody), summary)


def _metadata(part: Part) -> tuple[Any, ...]:
    """Metadata that every part must have in common."""
    election = part.election
    source = election.source.withdrawn, election.source.notes
    return election.title, election.seats, election.budget, election.costs, source


def _with_progress(found: Iterator[T], many: int) -> Iterator[T]:
    """Yield the same; print the progress on standard error once it takes long."""
    start = time.monotonic()
    for number, one in enumerate(found, start=1):
        yield one
        if time.monotonic() - start > SECONDS_BEFORE_PROGRESS:
            _ = in_language(language())
            tell(_("Lecture : partie %(done)s sur %(total)s.", done=number, total=many))
