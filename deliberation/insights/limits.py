"""What cannot be concluded: always said, and written from the data."""

from collections.abc import Sequence
from typing import Any

import msgspec

from deliberation.insights.cells import SMALLEST
from deliberation.insights.figures import Figures, Participation
from deliberation.polls.queries import PollView

FEW = 100  # participants


class Limit(msgspec.Struct, frozen=True):
    """A caution: a code of `words.figures.LIMITS` and its values."""

    code: str
    values: dict[str, Any] = {}


def limits(
    figures: Figures,
    population: int | None,
    participation: Participation,
    polls: Sequence[PollView],
    *,
    fragile: bool,
) -> list[Limit]:
    """What the figures do not allow to say, the gravest first."""
    found = [Limit("volunteers")]
    if population is None:
        found.append(Limit("base-unknown"))
    elif figures.participants is None or figures.participants * 10 < population:
        found.append(Limit("few-of-all", {"population": population}))
    if figures.participants is None or figures.participants < FEW:
        found.append(Limit("few", {"most": FEW}))
    found += [Limit("who-is-missing"), Limit("address-only")]
    if figures.proposals:
        found.append(Limit("supports-not-votes"))
    if any(poll.source == "import" for poll in polls):
        found.append(Limit("imported"))
    if any(poll.state in ("open", "closed") for poll in polls):
        found.append(Limit("vote-open"))
    if any(poll.profile == "P1" and poll.state == "open" for poll in polls):
        found.append(Limit("sealed-later"))
    if fragile:
        found.append(Limit("fragile"))
    counts = [figures.participants, figures.voters, *(s.voters for s in participation.stretches)]
    if None in counts:
        found.append(Limit("small-hidden", {"smallest": SMALLEST}))
    return found
