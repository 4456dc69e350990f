"""A text in the singular and the plural."""

from typing import NamedTuple


class Plural(NamedTuple):
    """A text in the singular and the plural, and the value that says which (a number or a list)."""

    one: str
    many: str
    by: str
