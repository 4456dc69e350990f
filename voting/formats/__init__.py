"""File formats: text in, ballots out, and back where the format can hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from voting.formats import abif, blt, debian, grade_csv, own, preflib
from voting.formats.election import Election, Note, Source, decoded, with_grades
from voting.invalid import InvalidBallots

__all__ = ["FORMATS", "Election", "Format", "Note", "Source", "read", "with_grades", "write"]


class Format(NamedTuple):
    """How a format is read, written if it can be, and recognised."""

    read: Callable[..., Election]
    write: Callable[[Election], str] | None
    recognise: Callable[[str], bool]
    suffixes: tuple[str, ...]


FORMATS: dict[str, Format] = {
    "own": Format(own.read, own.write, own.recognise, (".json",)),
    "debian": Format(debian.read, None, debian.recognise, ()),
    "preflib": Format(
        preflib.read, preflib.write, preflib.recognise, (".soc", ".soi", ".toc", ".toi")
    ),
    "blt": Format(blt.read, blt.write, blt.recognise, (".blt",)),
    "abif": Format(abif.read, abif.write, abif.recognise, (".abif",)),
    "grade_csv": Format(grade_csv.read, grade_csv.write, grade_csv.recognise, (".csv", ".tsv")),
}


def read(
    data: str | bytes, name: str | None = None, format: str | None = None, *, strict: bool = True
) -> Election:
    """Read a file's text: in the named format, else the one its content shows, else its name's.

    Raises `InvalidBallots` with a reason, values, and line and column where there are any.
    """
    text, notes = decoded(data, strict=strict)
    if format is not None and format not in FORMATS:
        raise InvalidBallots("unknown_format", valid=sorted(FORMATS))
    if format is None and not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    election = FORMATS[format or recognised(text, name)].read(text, strict=strict)
    if notes:
        told = replace(election.source, notes=notes + election.source.notes)
        election = replace(election, source=told)
    return election


def write(election: Election, format: str) -> str:
    """The election as a file's text; an error when the format cannot hold these ballots."""
    entry = FORMATS.get(format)
    if entry is None:
        raise InvalidBallots("unknown_format", valid=sorted(FORMATS))
    if entry.write is None:
        raise InvalidBallots("cannot_write", format=format, kind=type(election.ballots).__name__)
    return entry.write(election)


def recognised(text: str, name: str | None = None) -> str:
    """The format of a text, from its content first, from the file's name second."""
    for format_name, entry in FORMATS.items():
        if entry.recognise(text):
            return format_name
    suffix = PurePath(name).suffix.lower() if name else ""
    for format_name, entry in FORMATS.items():
        if suffix and suffix in entry.suffixes:
            return format_name
    raise InvalidBallots("unknown_format", valid=sorted(FORMATS))
