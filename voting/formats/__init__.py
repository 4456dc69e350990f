"""File formats: text in, ballots out, and back where the format can hold them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType
from typing import NamedTuple

from voting.formats import belenios, own, pabulib
from voting.formats.election import Election, Note, Source, decoded, with_grades, with_judges
from voting.formats.rankings import (
    abif,
    blt,
    cef,
    debian,
    hill,
    preflib,
    preflib_cat,
    preflib_cat_old,
    preflib_old,
)
from voting.formats.tables import cvr, grade_csv, rank_csv, score_csv
from voting.formats.tables.columns import looks_ranked
from voting.invalid import InvalidBallots

__all__ = [
    "FORMATS",
    "Election",
    "Format",
    "Note",
    "Source",
    "read",
    "with_grades",
    "with_judges",
    "write",
]


class Format(NamedTuple):
    """Reader, writer (where there is one) and recogniser of a file format.

    `rules`: how a reader may read what is unclear; the first value is the default.
    """

    read: Callable[..., Election]
    write: Callable[[Election], str] | None
    recognise: Callable[[str], bool]
    suffixes: tuple[str, ...]
    rules: Mapping[str, tuple[str, ...]] = MappingProxyType({})


# The first format that recognises the content reads the file: specific formats come first.
FORMATS: dict[str, Format] = {
    "belenios": Format(belenios.read, belenios.write, belenios.recognise, (), belenios.RULES),
    "own": Format(own.read, own.write, own.recognise, (".json",)),
    "pabulib": Format(pabulib.read, pabulib.write, pabulib.recognise, (".pb",)),
    "debian": Format(debian.read, debian.write, debian.recognise, ()),
    "preflib_cat": Format(preflib_cat.read, preflib_cat.write, preflib_cat.recognise, (".cat",)),
    "preflib": Format(
        preflib.read, preflib.write, preflib.recognise, (".soc", ".soi", ".toc", ".toi")
    ),
    "preflib_cat_old": Format(preflib_cat_old.read, None, preflib_cat_old.recognise, ()),
    "preflib_old": Format(preflib_old.read, None, preflib_old.recognise, ()),
    "hill": Format(hill.read, hill.write, hill.recognise, (".hil",)),
    "blt": Format(blt.read, blt.write, blt.recognise, (".blt",)),
    "cef": Format(cef.read, cef.write, cef.recognise, (".cvotes",)),
    "abif": Format(abif.read, abif.write, abif.recognise, (".abif",)),
    "cvr": Format(cvr.read, cvr.write, cvr.recognise, (), cvr.RULES),
    "rank_csv": Format(rank_csv.read, rank_csv.write, rank_csv.recognise, ()),
    "score_csv": Format(score_csv.read, score_csv.write, score_csv.recognise, ()),
    "grade_csv": Format(grade_csv.read, grade_csv.write, grade_csv.recognise, (".csv", ".tsv")),
}


def read(
    data: str | bytes,
    name: str | None = None,
    format: str | None = None,
    *,
    strict: bool = True,
    rules: Mapping[str, str] | None = None,
) -> Election:
    """Read a file's text: in the named format, else the one its content shows, else its name's.

    `rules`: some of the format's `rules`. Raises `InvalidBallots` with a reason, values, and line
    and column where there are any; also where a table's numbers may be ranks as well as marks: the
    format has then to be named.
    """
    text, notes = decoded(data, strict=strict)
    if format is not None and format not in FORMATS:
        raise InvalidBallots("unknown_format", valid=sorted(FORMATS))
    if format is None and not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    found = format or recognised(text, name)
    entry = FORMATS[found]
    if format is None and found in ("score_csv", "grade_csv") and looks_ranked(text):
        raise InvalidBallots("ranks_or_marks", line=1, column=1, format=found)
    for rule, value in (rules or {}).items():
        if rule not in entry.rules:
            raise InvalidBallots("unknown_method_option", name=rule, valid=sorted(entry.rules))
        valid = list(entry.rules[rule])
        if value not in valid and not ("N+" in valid and _above_zero(value)):
            raise InvalidBallots("bad_option_value", name=rule, value=value, valid=valid)
    given = {"rules": rules} if entry.rules else {}
    try:
        election = entry.read(text, strict=strict, **given)
    except InvalidBallots as error:
        # A warning about the whole file names its first line.
        error.line, error.column = error.line or 1, error.column if error.line else 1
        raise
    if notes:
        source = replace(election.source, notes=notes + election.source.notes)
        election = replace(election, source=source)
    return election


def _above_zero(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9 and int(value) > 0


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
