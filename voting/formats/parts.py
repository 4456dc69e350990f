"""Split a large file into parts that are valid files, so that several processes can read them.

Only formats with one line per ballot are divided, and only where the lines bear on nothing but
themselves. The parts of a file that can be read add up to the file; where one of them cannot, or
has something to tell, the file has to be read whole, which finds the line at fault.
"""

import re
from collections.abc import Callable, Iterator

from voting.formats.election import delimiter_of

# Fewer ballots than this are read sooner than a process starts.
FEWEST_LINES = 1_000
PAPER = re.compile(r"\s*\d+(\s+[\d=-]+)*\s+0\s*")
Pieces = tuple[list[str], list[str], list[str]]


def divided(text: str, format: str, many: int) -> list[str]:
    """At most `many` files of about the same size; the file alone when it cannot be divided."""
    pieces = DIVIDED[format](text) if format in DIVIDED and many > 1 else None
    if pieces is None:
        return [text]
    head, ballots, end = pieces
    size = max(FEWEST_LINES, -(-len(ballots) // many))
    if len(ballots) <= size:
        return [text]
    return ["\n".join([*head, *part, *end, ""]) for part in _in_runs(ballots, size)]


def _in_runs(lines: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _blt(text: str) -> Pieces | None:
    """Options and seats, then withdrawn ones; papers; from the line that is but 0, the names."""
    lines = text.splitlines()
    ends = [number for number, line in enumerate(lines) if line.strip() == "0"]
    if not ends:
        return None
    first = next((n for n, line in enumerate(lines) if n and not line.lstrip().startswith("-")), 0)
    ballots = lines[first : ends[0]]
    if first == 0 or not all(map(PAPER.fullmatch, ballots)):
        return None
    return lines[:first], ballots, lines[ends[0] :]


def _table(text: str) -> Pieces | None:
    """A heading, then one line per ballot without quotes, which could hold the end of a line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return (lines[:1], lines[1:], []) if lines and '"' not in text else None


def _numbered_table(text: str) -> Pieces | None:
    """A table whose first cells are all different: a repeated number may be in two parts."""
    pieces = _table(text)
    if pieces is None:
        return None
    delimiter = delimiter_of(pieces[0][0])
    numbers = [line.partition(delimiter)[0].strip() for line in pieces[1]]
    return pieces if len(set(numbers)) == len(numbers) else None


DIVIDED: dict[str, Callable[[str], Pieces | None]] = {
    "blt": _blt,
    "cvr": _table,
    "grade_csv": _numbered_table,
    "score_csv": _numbered_table,
}
