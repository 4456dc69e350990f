"""David Hill's layout (.HIL): a BLT with quoted names and title on the last line."""

from dataclasses import replace

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import MOST_LINES, Election, levels
from voting.formats.rankings import blt
from voting.invalid import InvalidBallots


def recognise(text: str) -> bool:
    """Whether it begins as a BLT and all names and the title end it on one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 3 or not blt.recognise(text):
        return False
    options = lines[0].split()[0]
    return lines[-2].strip() == "0" and lines[-1].count('"') == 2 * (int(options[:9]) + 1)


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings as from a BLT."""
    election = blt.read(text, strict=strict)
    return replace(election, source=replace(election.source, format="hill"))


def write(election: Election) -> str:
    """One line a paper; no equal ranks and no double quote in a name."""
    ballots = election.ballots
    quoted = any('"' in name for name in ballots.options)
    if not isinstance(ballots, Rankings) or quoted or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="hill", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    lines = [f"{len(ballots.options)} {election.seats}"]
    for row, count in enumerate(ballots.counts.tolist()):
        groups = levels(ballots, row)
        if any(len(group) > 1 for group in groups):
            names = [
                ballots.options[option] for group in groups if len(group) > 1 for option in group
            ]
            raise InvalidBallots("equal_ranks", row=row, names=names)
        paper = " ".join(["1", *(str(group[0] + 1) for group in groups), "0"])
        lines += [paper] * count
    title = " ".join(election.title.replace('"', "'").split())
    lines += ["0", " ".join(f'"{name}"' for name in (*ballots.options, title))]
    return "\n".join(lines) + "\n"
