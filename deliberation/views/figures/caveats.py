"""Caveats of figures, derived from the data and always shown."""

from collections.abc import Sequence
from typing import Any

import msgspec

from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.model import ELIGIBILITIES
from deliberation.elections.polls.queries import PollView
from deliberation.views.figures.disclosure_control import SMALLEST
from deliberation.views.figures.figures import Figures, Participation

FEW = 100  # participants


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """Population that participants and voters are compared with.

    `population`: the inhabitants, where anybody may take part and their number is known. `called`:
    the people on the roll, where all votes are held on it. `anybody`: people take part who are on
    no roll.
    """

    population: int | None
    called: int | None
    anybody: bool


def base_of(
    population: int | None, electors: int, polls: Sequence[PollView], *, writing: bool
) -> Base:
    """The base of a consultation, from its votes and whether one can write in it."""
    live = [poll for poll in polls if poll.source == "live"]
    rolled = bool(live) and all(poll.eligibility in ROLLED for poll in live)
    anybody = writing or not rolled
    return Base(
        population=population if anybody else None,
        called=electors if rolled else None,
        anybody=anybody,
    )


class Caveat(msgspec.Struct, frozen=True):
    """A caveat: a code of the room's texts, and its values."""

    code: str
    values: dict[str, Any] = {}


def caveats(
    figures: Figures,
    base: Base,
    participation: Participation,
    polls: Sequence[PollView],
    *,
    writing: bool,
    fragile: bool,
) -> list[Caveat]:
    """Conclusions that the figures do not allow, the gravest first."""
    found = [Caveat("volunteers")]
    if base.anybody and base.population is None:
        found.append(Caveat("base-unknown"))
    elif base.population is not None and _few(figures.participants, base.population):
        found.append(Caveat("few-of-all", {"population": base.population}))
    if base.called is not None and _few(figures.voters, base.called):
        found.append(Caveat("few-of-called", {"called": base.called}))
    if figures.participants is None or figures.participants < FEW:
        found.append(Caveat("few", {"most": FEW}))
    found.append(Caveat("who-is-missing"))
    if writing:
        found.append(Caveat("address-only"))
    live = {poll.eligibility for poll in polls if poll.source == "live"}
    found += [Caveat(f"level-{proof}") for proof in ELIGIBILITIES if proof in live]
    if figures.proposals:
        found.append(Caveat("supports-not-votes"))
    if any(poll.source == "import" for poll in polls):
        found.append(Caveat("imported"))
    if any(poll.state in ("open", "closed") for poll in polls):
        found.append(Caveat("vote-open"))
    if any(poll.secrecy == "sealed" and poll.state == "open" for poll in polls):
        found.append(Caveat("sealed-later"))
    if fragile:
        found.append(Caveat("fragile"))
    counts = [figures.participants, figures.voters, *(s.voters for s in participation.stretches)]
    if None in counts:
        found.append(Caveat("small-hidden", {"smallest": SMALLEST}))
    return found


def _few(people: int | None, base: int) -> bool:
    return people is None or people * 10 < base
