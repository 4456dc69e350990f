"""The texts of a voting method: name, rule, advice."""

from typing import NamedTuple


class MethodText(NamedTuple):
    """The sentences of a method.

    `name`: as a label. `according`: inside a sentence, after what it gives. `rule`: how ballots are
    counted and who comes first; voters read it before the vote, everybody with the result.
    `choose`, `avoid`: to whom prepares a vote, when this method fits and when it does not.
    """

    name: str
    according: str
    rule: str
    choose: str
    avoid: str
