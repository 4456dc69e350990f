"""Composing and folding take a time that grows as the text does."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.names.confusables import skeleton
from voting.names.normal_forms import MOST_MARKS, normal_form, stream_safe

# Two classes of accents; letters that are no mark, and come apart into marks.
MARKS = ["\u0301\u0323", "\u0344", "\u0f73", "\uff9e\u0301"]


@pytest.mark.parametrize("marks", MARKS)
def test_c2_a_million_accents_are_folded_in_linear_time(marks: str) -> None:
    """No run of marks is longer than `MOST_MARKS`: sorting one takes the square of its length."""
    text = "a" + marks * (1_000_000 // len(marks))
    runs = re.split("\u034f", stream_safe(text))
    assert max(map(len, runs)) <= MOST_MARKS + 1  # the letter itself
    assert len(normal_form("NFKD", text)) >= 1_000_000


@pytest.mark.parametrize("marks", MARKS)
def test_a_run_of_thirty_marks_is_left_and_a_longer_one_parted(marks: str) -> None:
    most = "a" + (marks * MOST_MARKS)[:MOST_MARKS]
    assert stream_safe(most) == most
    assert stream_safe(most + marks[0]) == most + "\u034f" + marks[0]


@given(st.text())
def test_ordinary_text_is_composed_as_ever(text: str) -> None:
    assert normal_form("NFC", text) == unicodedata.normalize("NFC", text)


def test_a_name_looks_the_same_with_its_marks_parted() -> None:
    name = "a" + "\u0301" * 40
    assert skeleton(name) == name
