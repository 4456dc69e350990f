"""Types of a room's activity texts: one sentence per event class, without names."""

from collections.abc import Mapping
from typing import NamedTuple

from deliberation.journal.commands import Event


class CountedText(NamedTuple):
    """A sentence that says how often: its singular and its plural, with %(num)s."""

    one: str
    many: str


ActivityTexts = Mapping[type[Event], str | CountedText]
