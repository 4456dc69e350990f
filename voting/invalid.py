"""The one error of this package, and the table of its machine-readable reasons."""

from collections.abc import Mapping

Value = str | int | list[str] | list[int]

REASONS: dict[str, tuple[str, ...]] = {
    # options and names
    "no_options": (),
    "empty_name": ("column",),
    "duplicate_option": ("name",),
    "look_alike_options": ("names",),
    "control_character": ("name",),
    "too_many_options": ("count", "limit"),
    "unknown_option": ("name",),
    # arrays
    "wrong_shape": ("expected", "found"),
    "wrong_type": ("expected", "found"),
    "rank_out_of_range": ("value", "limit"),
    "mark_out_of_range": ("value", "limit"),
    "negative_count": ("value",),
    "negative_points": ("name", "value"),
    "too_many_ballots": ("limit",),
    "ballot_length": ("expected", "found"),
    "no_grades": (),
    "duplicate_grade": ("name",),
    "different_options": ("names",),
    "equal_ranks": ("names",),
    # requests
    "unknown_method": ("name", "valid"),
    "unknown_method_option": ("name", "valid"),
    "bad_option_value": ("name", "value", "valid"),
    "tallies_are_not_ballots": (),
    "wrong_ballot_kind": ("method", "expected", "found"),
    "tie_order_incomplete": ("missing",),
    "tie_order_repeats": ("name",),
    # files
    "unknown_format": ("valid",),
    "not_text": (),
    "read_as": ("encoding",),
    "empty_file": (),
    "missing_header": ("name",),
    "bad_header": ("found",),
    "unknown_column": ("name", "valid"),
    "numbers_the_lines": ("name",),
    "columns_passed_over": ("names",),
    "ranks_or_marks": ("format",),
    "second_names": (),
    "not_applied": ("found",),
    "unknown_parameter": ("name",),
    "bad_number": ("found",),
    "bad_count": ("found",),
    "unexpected_text": ("found",),
    "unexpected_end": ("expected",),
    "missing_terminator": ("expected",),
    "unclosed_quote": (),
    "unknown_number": ("value", "limit"),
    "repeated_option": ("name",),
    "repeated_order": (),
    "repeated_ballot": ("number",),
    "wrong_total": ("expected", "found"),
    "not_of_type": ("type",),
    "mixed_ballots": (),
    "many_questions": ("count",),
    "too_many_choices": ("count", "limit"),
    "bad_json": ("found",),
    "missing_field": ("name",),
    "unknown_field": ("name",),
    "repeated_field": ("name",),
    "bad_field": ("name", "found"),
    "cannot_write": ("format", "kind"),
    "not_a_recount_file": (),
}


class InvalidBallots(ValueError):
    """Ballots, a file or a request that cannot be counted as they are.

    `reason` is a key of `REASONS`, `values` holds what that entry names; the wording belongs to
    the catalogues outside. `row` is the position of the ballot in its array (from 0); `line` and
    `column` are the place in a text (from 1). Each is None when it has no meaning.
    """

    def __init__(
        self,
        reason: str,
        *,
        row: int | None = None,
        line: int | None = None,
        column: int | None = None,
        **values: Value,
    ) -> None:
        self.reason = reason
        self.row, self.line, self.column = row, line, column
        self.values: Mapping[str, Value] = values
        if column is not None and "column" in REASONS.get(reason, ()):
            self.values = {**values, "column": column}
        super().__init__(self._text())

    def _text(self) -> str:
        place = [
            f"{name} {number}"
            for name, number in (("row", self.row), ("line", self.line), ("column", self.column))
            if number is not None
        ]
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return " ".join([self.reason, *([f"({values})"] if values else []), *place])
