"""Drafts are read the same way from forms and from JSON, with every error at once."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.core.errors import Invalid
from deliberation.text import inputs
from deliberation.text.inputs import read_draft
from voting.names.normal_forms import normal_form


class Part(msgspec.Struct, frozen=True):
    """A nested piece."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=5)]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One field of each kind."""

    title: Annotated[str, msgspec.Meta(min_length=3, max_length=10)]
    kind: Literal["a", "b"]
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    at: datetime | None = None
    until: Annotated[datetime, msgspec.Meta(extra={"ends": True})] | None = None
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""
    agreed: bool = False
    parts: Annotated[list[Part], msgspec.Meta(max_length=2)] = []


def errors_of(data: dict[str, object]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_draft(Draft, data)
    return {field: code for field, (code, _) in caught.value.errors.items()}


def test_every_wrong_field_is_named_at_once() -> None:
    found = errors_of(
        {"title": "ab", "kind": "c", "count": "12", "at": "hier", "parts": [{"name": "x"}, 3]}
    )
    assert found == {
        "title": "too-short",
        "kind": "not-a-choice",
        "count": "out-of-range",
        "at": "not-a-date",
        "parts.0.name": "too-short",
        "parts.1": "required",
    }


def test_a_missing_field_is_required_and_a_blank_one_too() -> None:
    assert errors_of({}) == {"title": "required", "kind": "required"}
    assert errors_of({"title": "   ", "kind": "a"}) == {"title": "required"}


def test_a_form_and_json_give_the_same_draft() -> None:
    form = {"title": " Vélo ", "kind": "a", "count": "3", "at": "2027-03-12T18:00", "agreed": "on"}
    json = {
        "title": "Ve\u0301lo",
        "kind": "a",
        "count": 3,
        "at": "2027-03-12T17:00:00Z",
        "agreed": True,
    }
    one, other = read_draft(Draft, form), read_draft(Draft, json)
    assert one == other
    assert one.at is not None
    assert one.at.astimezone(UTC) == datetime(2027, 3, 12, 17, tzinfo=UTC)


def test_a_french_date_is_a_local_time_of_paris() -> None:
    draft = read_draft(Draft, {"title": "Été", "kind": "b", "at": "12/07/2027 18:00"})
    assert draft.at is not None
    assert draft.at.astimezone(UTC) == datetime(2027, 7, 12, 16, tzinfo=UTC)


def test_names_that_a_draft_does_not_have_are_left_aside() -> None:
    assert read_draft(Draft, {"title": "abc", "kind": "a", "role": "administrator"}).kind == "a"


@given(st.dictionaries(st.sampled_from(Draft.__struct_fields__), st.text() | st.integers()))
def test_whatever_is_sent_gives_a_draft_or_named_errors(data: dict[str, object]) -> None:
    refused, draft = None, None
    try:
        draft = read_draft(Draft, data)
    except Invalid as error:
        refused = error
    assert (refused is None) != (draft is None)
    assert refused is None or refused.errors
    assert draft is None or (3 <= len(draft.title) <= 10 and (draft.count or 1) in range(1, 10))


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0344", "\u0f73"])
def test_c2_a_megabyte_of_accents_is_refused_before_any_is_composed(
    marks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "a" + marks * 500_000

    def composed(form: Any, text: str) -> str:
        assert len(text) < 1_000, "it composes what is too long"
        return normal_form(form, text)

    monkeypatch.setattr(inputs, "normal_form", composed)
    assert errors_of({"title": long, "kind": "a"}) == {"title": "too-long"}
    assert read_draft(Draft, {"title": "e\u0301te", "kind": "a"}).title == "\u00e9te"


def test_c2_more_than_thirty_accents_on_a_letter_are_refused_with_a_word() -> None:
    assert errors_of({"title": "a" + "\u0301" * 31, "kind": "a"}) == {"title": "too-many-marks"}
    assert errors_of({"title": "a" + "\u0301" * 30, "kind": "a"}) == {"title": "too-long"}


@pytest.mark.parametrize("nothing", ["\u200b" * 6, " \u00ad\u2060 ", "\u3164" * 8, "\u202e\ufeff"])
def test_f11_a_text_of_signs_that_nobody_sees_is_nothing(nothing: str) -> None:
    assert errors_of({"title": nothing, "kind": "a"}) == {"title": "required"}
    assert read_draft(Draft, {"title": "Vélo", "kind": "a", "note": nothing}).note == ""


def test_f11_what_nobody_sees_makes_no_text_long_enough() -> None:
    assert errors_of({"title": "a\u200b\u200b\u200b", "kind": "a"}) == {"title": "too-short"}


def test_l11_a_line_ends_in_one_way_only_and_controls_are_left_out() -> None:
    title = "a\rb\u2028c\r\nd\x1b\x07e"
    assert read_draft(Draft, {"title": title, "kind": "a"}).title == "a\nb\nc\nde"


@pytest.mark.parametrize("day", ["20/12/2026", "2026-12-20"])
def test_f13_a_day_without_an_hour_begins_with_it_and_ends_with_it(day: str) -> None:
    draft = read_draft(Draft, {"title": "Vélo", "kind": "a", "at": day, "until": day})
    assert draft.at == datetime(2026, 12, 19, 23, tzinfo=UTC)
    assert draft.until == datetime(2026, 12, 20, 23, tzinfo=UTC)


def test_an_hour_that_is_given_is_kept_of_an_end_too() -> None:
    draft = read_draft(Draft, {"title": "Vélo", "kind": "a", "until": "20/12/2026 00:00"})
    assert draft.until == datetime(2026, 12, 19, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        "0026-12-20T18:00",
        "20/12/0026",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:00-14:00",
        "31/12/9999",
    ],
)
def test_l11_f13_a_year_that_nobody_means_is_refused_with_a_word(moment: str) -> None:
    assert errors_of({"title": "Vélo", "kind": "a", "until": moment}) == {"until": "not-a-year"}
    assert errors_of({"title": "Vélo", "kind": "a", "until": "20/12/26"}) == {"until": "not-a-date"}
