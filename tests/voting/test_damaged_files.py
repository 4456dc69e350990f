"""Any damaged file, of any format, is read or refused with its place: never anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.test_ballot_files import ABIF, BLT, CSV, OWN, SHEET, SOI
from tests.voting.test_other_ballot_files import (
    CAT,
    CEF,
    CVR,
    GRADED,
    OLD,
    OLD_CAT,
    PB,
    belenios,
)
from voting.formats import FORMATS, read
from voting.invalid import InvalidBallots

HEAD = '{"candidates": ["A", "B"],\n'
# Format -> whole files, at least one of each way of voting that the format has.
WHOLE: dict[str, list[str]] = {
    "abif": [
        ABIF.replace("\n:P", "\n1:P")
        .replace("=P:", "=Halle:Halle\n=Q:Q\n=P:")
        .replace('"Place [haute]"', "Q"),
        '3:A/5,B/0\n1:B/2 *2 {"from": "desk"}\n',
    ],
    "belenios": [
        "[[2,1,0],\n[0,0,0]]",
        belenios("NonHomomorphic", [[1, 3], [0, 0]], dict(GRADED)),
        belenios("Homomorphic", [[0, 1, 1], [1, 0, 0]], {}),
    ],
    "blt": [BLT],
    "cef": [CEF.format(weights="true")],
    "cvr": [CVR],
    "debian": [SHEET],
    "grade_csv": [CSV, "option,Reject,Poor,Good\nAnne,1,2,3\nBob,0,4,2\n"],
    "hill": ['3 2\n-3\n1 2 1 0\n1 2 0\n0\n"Anne" "Bob" "Cy" "Halls"\n'],
    "own": [
        json.dumps(OWN, indent=1),
        HEAD + '"ballots": [{"approvals": ["A"]}, {"count": 2, "approvals": []}]}',
        HEAD + '"max_score": 5,\n"ballots": [{"scores": {"A": 3, "B": 0}}]}',
        HEAD + '"ballots": [{"points": {"A": 3}}],\n"points_per_voter": 3}',
        HEAD + '"ballots": [{"votes": {"A": -3}}],\n"credits": 9}',
        HEAD + '"grades": ["bad", "good"],\n"ballots": [{"grades": {"A": "good"}}]}',
        '{"grades": ["bad", "good"],\n"tallies": {"A": [0, 3], "B": [1, 2]},\n"judges": 4}',
        HEAD + '"budget": 9,\n"costs": {"A": 3, "B": 8},\n"ballots": [{"approvals": ["A"]}]}',
    ],
    "pabulib": [
        PB.format(kind=kind, vote="p1;4", budget=100)
        for kind in ("approval", "ordinal", "scoring", "cumulative")
    ],
    "preflib": [SOI.format(type="toi", second="{2,3},1")],
    "preflib_cat": [CAT.format(categories=2), CAT.format(categories=3)],
    "preflib_cat_old": [OLD_CAT],
    "preflib_old": [OLD],
    "rank_csv": ["votant;Anne;Bob;nombre\n1;1;2;3\n2;No opinion;1;1\n"],
    "score_csv": ["voterid,date,Anne,Bob,count\n7,today,0,5,2\n8,today,,3,1\n"],
}
FILES = [(name, text) for name, texts in WHOLE.items() for text in texts]
# What means something somewhere, and what means nothing anywhere.
PIECES = st.sampled_from([*'0123456789-=>,:;{}[]()"#/ \n\r\0\ufeff\u200bAé.|^*', "\n\n", "999999"])


def test_every_format_has_whole_files_that_are_read() -> None:
    assert set(WHOLE) == set(FORMATS)
    for name, text in FILES:
        assert read(text, format=name).source.format == name


@pytest.mark.parametrize(("name", "text"), FILES)
@examples(60)
@given(data=st.data())
def test_any_damaged_file_is_read_or_refused_with_its_line(
    name: str, text: str, data: st.DataObject
) -> None:
    damaged = text
    for _ in range(data.draw(st.integers(1, 3))):
        place, removed = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 30))
        added = "".join(data.draw(st.lists(PIECES, max_size=4)))
        damaged = damaged[:place] + added + damaged[place + removed :]
    form = data.draw(st.sampled_from([name, name, None, *sorted(FORMATS)]))
    error = refusal_of(damaged, form, strict=data.draw(st.booleans()))
    if error and error.reason != "unknown_format":
        assert error.line is not None, error
        assert error.column is None or error.column >= 1, error
        assert 1 <= error.line <= len(damaged.splitlines()) + 1, error


@examples(100)
@given(st.sampled_from(FILES), st.binary(max_size=6), st.integers(0, 300), st.booleans())
def test_any_bytes_are_read_or_refused(
    file: tuple[str, str], added: bytes, place: int, strict: bool
) -> None:
    name, text = file
    data = text.encode()
    error = refusal_of(data[:place] + added + data[place:], name, strict=strict)
    assert error is None or error.line is not None, error


def refusal_of(data: str | bytes, form: str | None, *, strict: bool) -> InvalidBallots | None:
    try:
        read(data, format=form, strict=strict)
    except InvalidBallots as error:
        return error
    return None
