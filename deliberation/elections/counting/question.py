"""The question of a vote: its options, its method and the method's settings."""

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The question of a vote and how it is counted: fixed before the first ballot.

    `choices`: the options' names, in the order of a packed ballot. `grades`: worst first.
    `compared`: the method shown beside the one that decides; `approved_from`: the lowest grade read
    as an approval for it. `tie_seed`: the text whose order decides ties. `seats`: how many are
    elected; `budget` and `costs` (in the order of the choices): euros, where projects are funded.
    """

    question: str
    choices: list[str]
    ballot: str
    grades: list[str]
    method: str
    method_options: dict[str, str]
    compared: str | None
    approved_from: str
    tie_seed: str
    whole_ballots: bool
    seats: int = 1
    budget: int | None = None
    costs: list[int] = []
