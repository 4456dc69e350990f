"""Shared by the elimination methods: rounds, tied eliminations, options that can still win."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from voting.evidence import EliminationEvidence, EliminationRound, Exact, PairwiseMatrix
from voting.methods.tie_positions import Ends, Positions, every_way_meets
from voting.outcome import BallotCounts, Count, exact
from voting.ties import TieReport, TieRule, arranged, settle

MOST_POSITIONS, MOST_LOOKS, FEWEST = 2_000, 40_000, 500

Place = tuple[int, ...]


class Look(NamedTuple):
    """One round of a method with only some options left, in the order of their columns.

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
    options: tuple[str, ...],
    looks: Looks,
    ties: TieRule,
    ballot_counts: BallotCounts,
    measure: str,
    pairwise: PairwiseMatrix,
) -> Count:
    """Eliminate round by round until `looks` names a winner or one option is left.

    Options tied to leave are separated by the order published before the count: who is listed
    first leaves, and of the last two who is listed first wins. Without it the count stops there,
    unless they all leave next in whichever order, and the winners are all who can still win.
    Scores: what an option's last round shows of it. Evidence: what `ended` the count, as `looks`
    says it, or a tie: all are `tied`, one wins whoever leaves (`certain`), several can (`open`), or
    there are too many ways to follow (`unchecked`: winners are all who are left).
    """
    looks = cache(looks)
    every = ties.kind == "left"
    most = max(FEWEST, min(MOST_POSITIONS, MOST_LOOKS // len(options)))
    ways = Positions[Place](lambda one: _ways(one, looks), lambda one: one, most, every=every)
    place: Place = tuple(range(len(options)))
    gone: list[list[str]] = []
    rounds: list[EliminationRound] = []
    reports: list[TieReport] = []
    scores: dict[str, Exact] = {}
    while True:
        look = looks(place)
        scores |= {options[option]: exact(value) for option, value in look.shown.items()}
        leaving, rule = _leaving(options, place, look, ties, ballot_counts)
        if rule == "left" and _all_leave(place, look, ways):
            leaving, rule = look.losers, "safe_together"
        if rule and not look.together:
            tied = tuple(sorted(options[option] for option in look.losers))
            matters = False if rule == "safe_together" else ways.ahead(place).matters
            reports.append(TieReport(tied, f"round:{len(rounds) + 1}", rule, matters))
        rounds.append(_round(options, look, leaving, len(rounds) + 1, rule))
        if not leaving:
            break
        gone.append([options[option] for option in leaving])
        place = tuple(option for option in place if option not in leaving)
    winners, ended = _end(place, look, ways)
    rest = {option: value for option, value in look.standing.items() if option not in winners}
    tiers = [
        [options[option] for option in winners],
        *_by_standing(options, rest),
        *gone[::-1],
    ]
    ranking, places = settle(tiers, ties)
    if any(report.order_matters is not False for report in reports):
        # A tie for the first place is already reported in its round.
        places = tuple(report for report in places if report.where != "place:1")
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: scores[name] for name in options},
        evidence=EliminationEvidence(
            measure=measure,
            pairwise=pairwise,
            rounds=rounds,
            ended=ended,
            explored=ended != "unchecked",
        ),
        ties=(*reports, *places),
        ballot_counts=ballot_counts,
    )


def _end(place: Place, look: Look, ways: Positions[Place]) -> tuple[list[int], str]:
    """Winners, or options that can still win, and the reason why the count ended."""
    if look.winner is not None or len(place) == 1:
        return [place[0] if look.winner is None else look.winner], look.ended
    if not look.losers:
        return list(place), "tied"
    ahead = ways.ahead(place)
    if not ahead.complete:
        return list(place), "unchecked"
    winners = [option for option in place if option in ahead.ends]
    return winners, "certain" if len(winners) == 1 else "open"


def _ways(place: Place, looks: Looks) -> tuple[Ends, tuple[Place, ...]]:
    """Winners at a place, or the places that can follow; one of the two is empty."""
    look = looks(place)
    sure = look.winner if look.winner is not None else look.certain
    if sure is not None or len(place) == 1:
        return frozenset([place[0] if sure is None else sure]), ()
    if not look.losers:
        return frozenset(place), ()
    parts = [look.losers] if look.together else [[option] for option in look.losers]
    return frozenset(), tuple(tuple(one for one in place if one not in part) for part in parts)


def _all_leave(place: Place, look: Look, ways: Positions[Place]) -> bool:
    """Whether the tied leave next in whichever order, and the count then goes on as one."""
    goal = tuple(option for option in place if option not in look.losers)
    return (
        bool(goal)
        and ways.ahead(place).complete
        and every_way_meets(place, goal, lambda one: ways.look(one)[1], lambda one: one)
    )


def _leaving(
    options: tuple[str, ...], place: Place, look: Look, ties: TieRule, ballot_counts: BallotCounts
) -> tuple[list[int], str]:
    """Options eliminated, and the rule that chose among the tied; none when the count ends here."""
    if look.winner is not None or len(place) == 1:
        return [], ""
    if look.together or len(look.losers) == 1:
        return look.losers, ""
    if ties.kind == "left" or not look.losers:
        return [], ties.kind if look.losers else ""
    order = arranged(ties, [options[option] for option in look.losers])
    # The last two, or all when no ballot counts, are tied for the first place.
    chosen = order[1:] if len(place) == 2 or not ballot_counts.counted else order[:1]
    return [options.index(name) for name in chosen], ties.kind


def _by_standing(options: tuple[str, ...], rest: dict[int, Fraction]) -> list[list[str]]:
    levels = sorted(set(rest.values()), reverse=True)
    return [[options[option] for option in rest if rest[option] == level] for level in levels]


def _round(
    options: tuple[str, ...], look: Look, leaving: list[int], number: int, rule: str
) -> EliminationRound:
    return EliminationRound(
        round=number,
        scores={options[option]: exact(value) for option, value in look.shown.items()},
        eliminated=sorted(options[option] for option in leaving),
        decided_by=rule,
        **look.extra,
    )
