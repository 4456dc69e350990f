"""What the methods that eliminate share: rounds, ties to leave, and who could still win."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from voting.outcome import Boxes, Count, Exact, TieReport, exact
from voting.ties import TieRule, arranged, settle

MOST_POSITIONS = 2_000

Place = tuple[int, ...]


class Look(NamedTuple):
    """What a method sees when only some options are left, in the order of their columns.

    `standing`: who is lowest leaves. `shown`: what the round shows of each. `losers`: who leaves
    (several are tied unless `together`). `winner`: who ends the count here, and `ended` why.
    `certain`: who wins in the end in any case; it saves looking further.
    """

    standing: dict[int, Fraction]
    shown: dict[int, Fraction]
    losers: list[int]
    winner: int | None = None
    ended: str = "alone"
    certain: int | None = None
    together: bool = False
    extra: Mapping[str, Any] = MappingProxyType({})


Looks = Callable[[Place], Look]


def lowest(standing: dict[int, Fraction]) -> list[int]:
    """The options with the lowest standing."""
    least = min(standing.values())
    return [option for option, value in standing.items() if value == least]


def eliminate(
    options: tuple[str, ...], looks: Looks, ties: TieRule, boxes: Boxes, evidence: dict[str, Any]
) -> Count:
    """Eliminate round by round until `looks` names a winner or one option is left.

    Options tied to leave are separated by the order published before the count: who is listed
    first leaves, and of the last two who is listed first wins. Without it the count stops there,
    and the winners are all who can still win. Scores: what an option's last round shows of it.
    """
    place: Place = tuple(range(len(options)))
    gone: list[list[str]] = []
    rounds: list[dict[str, Any]] = []
    reports: list[TieReport] = []
    scores: dict[str, Exact] = {}
    while True:
        look = looks(place)
        scores |= {options[option]: exact(value) for option, value in look.shown.items()}
        leaving, rule = _leaving(options, place, look, ties, boxes)
        if rule and not look.together:
            tied = tuple(sorted(options[option] for option in look.losers))
            matters = len(still_possible(place, looks)[0]) > 1
            reports.append(TieReport(tied, f"round:{len(rounds) + 1}", rule, matters))
        rounds.append(_round(options, look, leaving, len(rounds) + 1, rule))
        if not leaving:
            break
        gone.append([options[option] for option in leaving])
        place = tuple(option for option in place if option not in leaving)
    winners, explored = still_possible(place, looks)
    rest = {option: value for option, value in look.standing.items() if option not in winners}
    tiers = [
        [options[option] for option in winners],
        *_by_standing(options, rest),
        *gone[::-1],
    ]
    ranking, places = settle(tiers, ties)
    if any(report.order_matters for report in reports):
        # A tie for the first place has been told in its round.
        places = tuple(report for report in places if report.where != "place:1")
    stopped = "open" if look.losers else "tied"
    ended = look.ended if look.winner is not None or len(place) == 1 else stopped
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: scores[name] for name in options},
        evidence={**evidence, "rounds": rounds, "ended": ended, "explored": explored},
        ties=(*reports, *places),
        boxes=boxes,
    )


def still_possible(place: Place, looks: Looks) -> tuple[list[int], bool]:
    """Everybody who wins for some way of breaking the ties still to come.

    Beyond `MOST_POSITIONS` positions the answer is all who continue, and False.
    """
    found: set[int] = set()
    seen, waiting = {place}, [place]
    while waiting:
        here = waiting.pop()
        look = looks(here)
        sure = look.winner if look.winner is not None else look.certain
        if sure is not None or len(here) == 1:
            found.add(here[0] if sure is None else sure)
            continue
        if not look.losers:
            found.update(here)
            continue
        parts = [look.losers] if look.together else [[option] for option in look.losers]
        after = {tuple(one for one in here if one not in part) for part in parts} - seen
        seen |= after
        waiting += after
        if len(seen) > MOST_POSITIONS:
            return list(place), False
    return sorted(found), True


def _leaving(
    options: tuple[str, ...], place: Place, look: Look, ties: TieRule, boxes: Boxes
) -> tuple[list[int], str]:
    """Who leaves, and the rule that chose among the tied; nobody when the count ends here."""
    if look.winner is not None or len(place) == 1:
        return [], ""
    if look.together or len(look.losers) == 1:
        return look.losers, ""
    if ties.kind == "left" or not look.losers:
        return [], ties.kind if look.losers else ""
    order = arranged(ties, [options[option] for option in look.losers])
    # The last two, or all when no ballot counts, are tied for the first place.
    chosen = order[1:] if len(place) == 2 or not boxes.counted else order[:1]
    return [options.index(name) for name in chosen], ties.kind


def _by_standing(options: tuple[str, ...], rest: dict[int, Fraction]) -> list[list[str]]:
    levels = sorted(set(rest.values()), reverse=True)
    return [[options[option] for option in rest if rest[option] == level] for level in levels]


def _round(
    options: tuple[str, ...], look: Look, leaving: list[int], number: int, rule: str
) -> dict[str, Any]:
    return {
        "round": number,
        "scores": {options[option]: exact(value) for option, value in look.shown.items()},
        "eliminated": sorted(options[option] for option in leaving),
        "decided_by": rule,
        **look.extra,
    }
