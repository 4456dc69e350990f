"""Composing and folding take a time that grows as the text does."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.confusables import skeleton
from voting.normal_forms import MOST_MARKS, normal_form, stream_safe

# Two classes of accents; letters that are no mark, and come apart into marks.
MARKS = ["\u0301\u0323", "\u0344", "\u0f73", "\uff9e\u0301"]


@pytest.mark.parametrize("marks", MARKS)
def test_c2_a_million_accents_are_folded_in_linear_time(marks: str) -> None:
    began = time.process_time()
    folded = normal_form("NFKD", "a" + marks * (1_000_000 // len(marks)))
    assert time.process_time() - began < 20, "14 minutes, if they are sorted as one run"
    assert len(folded) >= 1_000_000


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
