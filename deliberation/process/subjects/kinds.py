"""The kinds of subjects, and what each allows: one literal table."""

from typing import Literal

import msgspec


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """Facilities of a kind of subject, and the path of its page.

    `path`: of the page that shows one, below its consultation's; empty: it is read where what it
    is about is read. `plain`: its title and text say all, it has no table of its own.
    """

    path: str = ""
    commentable: bool = False
    reportable: bool = False  # by anybody who reads it; moderators keep or hide it
    followable: bool = False
    answerable: bool = False  # by the elected officials
    exported: bool = False  # as open data
    authored: bool = True  # by a person, whose own data contains it
    plain: bool = False


# The kinds that programs may name, by what is done to them; a test holds them against `KINDS`.
Reportable = Literal["proposal", "comment"]


class SubjectRef(msgspec.Struct, frozen=True):
    """A subject by its kind and its number in a consultation."""

    kind: str
    number: int


KINDS: dict[str, Kind] = {
    "proposal": Kind(
        path="/p/{number}",
        commentable=True,
        reportable=True,
        followable=True,
        answerable=True,
        exported=True,
    ),
    "comment": Kind(reportable=True, exported=True),
    "poll": Kind(path="/resultats/{number}", answerable=True, exported=True, authored=False),
    "answer": Kind(exported=True),
}


def that(facility: str) -> list[str]:
    """The kinds that allow a facility, by the name of its field in `Kind`."""
    return [name for name, kind in KINDS.items() if getattr(kind, facility)]


def path_below(kind: str, number: object) -> str:
    """Path of a subject's page below its consultation; `number` may be a route's parameter."""
    return KINDS[kind].path.format(number=number)


def path_of(slug: str, ref: SubjectRef) -> str:
    """The address of a subject's page, without origin and language."""
    return f"/c/{slug}{path_below(ref.kind, ref.number)}"
