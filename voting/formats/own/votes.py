"""One ballot of the project's own JSON, read and written."""

from collections.abc import Callable, Sequence
from typing import Any

from voting.ballots import Ballots, Grades, Points, Rankings, Scores, matrix_of
from voting.formats.election import levels
from voting.invalid import InvalidBallots


def _ranking(vote: Any, columns: dict[str, int], grades: Sequence[str]) -> list[int]:
    ranks = [0] * len(columns)
    if not isinstance(vote, list):
        raise InvalidBallots("bad_field", name="ranking", found=str(vote)[:40])
    for rank, group in enumerate(vote, start=1):
        for name in [group] if isinstance(group, str) else strings_of(group, "ranking"):
            column = column_of(name, columns)
            if ranks[column]:
                raise InvalidBallots("repeated_option", name=name)
            ranks[column] = rank
    return ranks


def _approved(vote: Any, columns: dict[str, int], grades: Sequence[str]) -> list[int]:
    marks = [0] * len(columns)
    for name in strings_of(vote, "approvals"):
        column = column_of(name, columns)
        if marks[column]:
            raise InvalidBallots("repeated_option", name=name)
        marks[column] = 1
    return marks


def _scored(vote: Any, columns: dict[str, int], grades: Sequence[str]) -> list[int]:
    marks = [0] * len(columns)
    for name, score in mapping_of(vote, "scores").items():
        if not is_count(score):
            raise InvalidBallots("bad_field", name=name, found=str(score)[:40])
        if score > 254:
            raise InvalidBallots("mark_out_of_range", value=score, limit=254)
        marks[column_of(name, columns)] = score + 1
    return marks


def _graded(vote: Any, columns: dict[str, int], grades: Sequence[str]) -> list[int]:
    marks = [0] * len(columns)
    for name, grade in mapping_of(vote, "grades").items():
        if grade not in grades:
            raise InvalidBallots("bad_field", name=name, found=str(grade)[:40])
        marks[column_of(name, columns)] = list(grades).index(grade) + 1
    return marks


READERS: dict[str, Callable[[Any, dict[str, int], Sequence[str]], list[int]]] = {
    "ranking": _ranking,
    "approvals": _approved,
    "scores": _scored,
    "grades": _graded,
}


def written(ballots: Ballots, row: int) -> dict[str, Any]:
    """One ballot as an entry of the file."""
    if isinstance(ballots, Rankings):
        names = ballots.options
        groups = [[names[column] for column in group] for group in levels(ballots, row)]
        return {"ranking": groups}
    marks = list(zip(ballots.options, matrix_of(ballots)[row].tolist(), strict=True))
    if isinstance(ballots, Grades):
        return {"grades": {name: ballots.grades[mark - 1] for name, mark in marks if mark}}
    if isinstance(ballots, Scores):
        return {"scores": {name: mark - 1 for name, mark in marks if mark}}
    if isinstance(ballots, Points):
        return {"points": {name: mark for name, mark in marks if mark}}
    return {"approvals": [name for name, mark in marks if mark]}


def written_tallies(ballots: Grades) -> dict[str, Any]:
    """Tallies of grades as fields of the file."""
    counts = ballots.counts.tolist()
    tallies = {}
    for name, column in zip(ballots.options, ballots.marks.T.tolist(), strict=True):
        tally = [0] * (len(ballots.grades) + 1)
        for mark, count in zip(column, counts, strict=True):
            tally[mark] += count
        tallies[name] = tally[1:]
    return {"tallies": tallies, "judges": sum(counts)}


def column_of(name: str, columns: dict[str, int]) -> int:
    """The column of an option. Raises `InvalidBallots` for an unknown one."""
    if name not in columns:
        raise InvalidBallots("unknown_option", name=name)
    return columns[name]


def strings_of(value: Any, name: str) -> list[str]:
    """A list of strings. Raises `InvalidBallots` that names the field."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidBallots("bad_field", name=name, found=str(value)[:40])
    return value


def mapping_of(value: Any, name: str) -> dict[str, Any]:
    """An object. Raises `InvalidBallots` that names the field."""
    if not isinstance(value, dict):
        raise InvalidBallots("bad_field", name=name, found=str(value)[:40])
    return value


def is_count(value: Any) -> bool:
    """Whether a value counts ballots: a whole number, not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62
