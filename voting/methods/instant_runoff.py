"""Instant runoff: who has the fewest ballots leaves, and these go to their next choice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, U8, Rankings
from voting.invalid import InvalidBallots
from voting.kernels.transfers import first_choices, split_totals, totals
from voting.methods.reading import Flags, first_equal_rank, single_rank_boxes
from voting.outcome import Count, Exact, TieReport, exact
from voting.ties import TieRule, arranged, leave_tied, settle

MOST_POSITIONS = 2_000
# Positions looked at, times the options of each: for one tie, and for all the ties of a count.
MOST_LOOKS, MOST_LOOKS_IN_ALL = 40_000, 400_000
# The column that each ballot counts for: two bytes a ballot, for each round copies them.
Where = NDArray[np.int16]


def instant_runoff(
    ballots: Rankings,
    ties: TieRule,
    *,
    equal: str = "exhaust",
    until: str = "majority",
    history: str = "backward",
) -> Count:
    """Eliminate the lowest until an option has more than half of the continuing ballots.

    `equal` ranks on a ballot: it stops there (`exhaust`), passes over them (`skip`), is shared
    equally (`split`), or is an error (`refuse`). `until`: a majority, or the last `two`. An
    elimination tie is decided by the last previous round where the tied differ (`backward`; the
    first, `forward`; or not at all, `none`), then by the order published before the count; a tie
    that stays open stops the count, and the winners are all who can still win. Options that no
    order of elimination can save leave together. Scores: ballots in an option's last round.
    """
    papers = _papers(ballots, equal)
    rule = _Rule(ballots.options, until, history, ties, _Looks(MOST_LOOKS_IN_ALL))
    position = _start(papers)
    left: list[list[str]] = []
    rounds: list[dict[str, Any]] = []
    reports: list[TieReport] = []
    last: dict[int, int] = {}
    choice = _Choice([], [], "")
    while not _decided(position, rule):
        choice = _to_eliminate(position, rule)
        reports += _reports(papers, position, rule, choice, len(rounds) + 1)
        if choice.rule == "left":
            break
        after = _without(papers, position, choice.losers)
        last |= {option: position.votes[option] for option in choice.losers}
        rounds.append(_round(ballots.options, papers, position, after, choice, len(rounds) + 1))
        left.append([ballots.options[option] for option in choice.losers])
        position = after
    rounds.append(_round(ballots.options, papers, position, None, choice, len(rounds) + 1))
    last |= {option: position.votes[option] for option in position.continuing}
    winners, explored = _still_possible(papers, position, rule)
    tiers = [
        [ballots.options[option] for option in winners],
        *_by_votes(ballots.options, position, winners),
        *left[::-1],
    ]
    ranking, places = settle(tiers, ties)
    # A tie for the first place has been told in its round.
    reports += [report for report in places if report.where != "place:1"]
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={ballots.options[option]: _share(last[option], papers) for option in sorted(last)},
        evidence={"rounds": rounds, "explored": explored},
        ties=tuple(reports),
        boxes=single_rank_boxes(ballots),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Papers:
    """Ballots that rank something; each counts `scale` times, so that shares are whole numbers."""

    ranks: U8
    counts: I64
    scale: int


@dataclass(frozen=True, slots=True, eq=False)
class _Position:
    """One moment of the count: who continues, where each ballot is, the votes of each round."""

    continuing: list[int]
    choice: Where
    votes: list[int]
    earlier: tuple[list[int], ...] = ()

    @property
    def active(self) -> int:
        return sum(self.votes[option] for option in self.continuing)


@dataclass(slots=True, eq=False)
class _Looks:
    """What is left to look at for the ties of a count."""

    left: int


class _Rule(NamedTuple):
    options: tuple[str, ...]
    until: str
    history: str
    ties: TieRule
    looks: _Looks


class _Choice(NamedTuple):
    """Who is tied for the fewest votes, who of them leaves (or may), and what decided it."""

    tied: list[int]
    losers: list[int]
    rule: str


def _papers(ballots: Rankings, equal: str) -> _Papers:
    ranks, counts = ballots.ranks, ballots.counts
    ranked = ranks.any(axis=1)
    if not ranked.all():
        ranks, counts = ranks[ranked], counts[ranked]
    cut = first_equal_rank(ranks)
    shared = bool((cut < 256).any())
    if equal == "refuse" and shared:
        row = int(cut.argmin())
        names = [ballots.options[option] for option in np.flatnonzero(ranks[row] == cut[row])]
        raise InvalidBallots("equal_ranks", row=int(np.flatnonzero(ranked)[row]), names=names)
    if equal == "exhaust" and shared:
        ranks = np.where(ranks < cut[:, None], ranks, 0).astype(np.uint8)
    if equal == "skip" and shared:
        ranks = _without_equal(ranks)
    largest = ranks.shape[1] if equal == "split" and shared else 1
    return _Papers(np.asfortranarray(ranks), counts, math.lcm(*range(1, largest + 1)))


def _without_equal(ranks: U8) -> U8:
    times = np.zeros(ranks.shape, np.uint16)
    for option in range(ranks.shape[1]):
        times += ranks == ranks[:, option, None]
    return np.where(times > 1, 0, ranks).astype(np.uint8)


def _start(papers: _Papers) -> _Position:
    everybody = list(range(papers.ranks.shape[1]))
    rows = np.arange(len(papers.counts))
    choice = first_choices(papers.ranks, rows, everybody)
    votes = _votes(papers, choice, everybody)
    return _Position(everybody, choice.astype(np.int16), votes)


def _without(papers: _Papers, position: _Position, losers: list[int]) -> _Position:
    """The next position: only the ballots of those who leave are looked at again."""
    continuing = [option for option in position.continuing if option not in losers]
    rows = np.flatnonzero(_any_of(position.choice, losers))
    moved = first_choices(papers.ranks, rows, continuing)
    choice = position.choice.copy()
    choice[rows] = moved
    if papers.scale == 1:
        received = totals(moved, papers.counts[rows], papers.ranks.shape[1])
        votes = [held + more for held, more in zip(position.votes, received, strict=True)]
        for option in losers:
            votes[option] = 0
    else:
        votes = _votes(papers, choice, continuing)
    return _Position(continuing, choice, votes, (*position.earlier, position.votes))


def _any_of(choice: Where, losers: list[int]) -> Flags:
    found: Flags = np.asarray(choice == losers[0])
    for option in losers[1:]:
        found |= choice == option
    return found


def _votes(papers: _Papers, choice: I64 | Where, continuing: list[int]) -> list[int]:
    if papers.scale == 1:
        return totals(choice, papers.counts, papers.ranks.shape[1])
    return split_totals(papers.ranks, papers.counts, continuing, papers.scale)


def _decided(position: _Position, rule: _Rule) -> bool:
    if len(position.continuing) == 1:
        return True
    if rule.until == "two" and len(position.continuing) > 2:
        return False
    return 2 * max(position.votes[option] for option in position.continuing) > position.active


def _to_eliminate(position: _Position, rule: _Rule) -> _Choice:
    votes, continuing = position.votes, position.continuing
    tied = _lowest(continuing, votes)
    others = [votes[option] for option in continuing if option not in tied]
    if len(tied) == 1:
        return _Choice(tied, tied, "")
    if others and votes[tied[0]] * len(tied) < min(others):
        # Even with the ballots of all the others, none of them could catch up before it leaves.
        return _Choice(tied, tied, "safe_together")
    losers = tied
    for earlier in _earlier(position, rule.history):
        losers = _lowest(losers, earlier)
    if len(losers) == 1:
        return _Choice(tied, losers, "previous_rounds")
    if position.active == 0 and len(losers) < len(continuing):
        return _Choice(tied, losers, "safe_together")
    if rule.ties.kind == "left":
        return _Choice(losers, losers, "left")
    order = arranged(rule.ties, [rule.options[option] for option in losers])
    # The last two, or all when no ballot is left, are tied for the first place: who is listed
    # first gets it. Otherwise they are tied to leave: who is listed first leaves.
    final = len(continuing) == 2 or position.active == 0
    leaving = order[1:] if final else order[:1]
    return _Choice(losers, [rule.options.index(name) for name in leaving], rule.ties.kind)


def _lowest(options: list[int], votes: list[int]) -> list[int]:
    lowest = min(votes[option] for option in options)
    return [option for option in options if votes[option] == lowest]


def _earlier(position: _Position, history: str) -> tuple[list[int], ...]:
    if history == "none":
        return ()
    return position.earlier[::-1] if history == "backward" else position.earlier


def _still_possible(papers: _Papers, position: _Position, rule: _Rule) -> tuple[list[int], bool]:
    """Everybody who wins for some way of breaking the ties still to come.

    Beyond `MOST_POSITIONS` positions, fewer when there are hundreds of options, the answer is all
    who continue, and False.
    """
    free = rule._replace(ties=leave_tied)
    width = len(rule.options)
    limit = min(MOST_POSITIONS, MOST_LOOKS // width, rule.looks.left // width)
    found: set[int] = set()
    looked_at = 0
    # A position, and who leaves it: made only when it is looked at, for hundreds may be tied.
    waiting: list[tuple[_Position, list[int]]] = [(position, [])]
    while waiting:
        before, leaving = waiting.pop()
        here = _without(papers, before, leaving) if leaving else before
        looked_at += 1
        rule.looks.left -= width
        if looked_at > limit:
            return position.continuing, False
        if _decided(here, free):
            found.add(max(here.continuing, key=lambda option: here.votes[option]))
            continue
        choice = _to_eliminate(here, free)
        if choice.rule == "left" and here.active == 0:
            found.update(choice.losers)
        elif choice.rule == "left":
            waiting += [(here, [option]) for option in choice.losers]
        else:
            waiting.append((here, choice.losers))
    return sorted(found), True


def _reports(
    papers: _Papers, position: _Position, rule: _Rule, choice: _Choice, number: int
) -> list[TieReport]:
    if not choice.rule:
        return []
    matters = False
    if choice.rule not in ("previous_rounds", "safe_together"):
        matters = len(_still_possible(papers, position, rule)[0]) > 1
    names = tuple(rule.options[option] for option in choice.tied)
    return [TieReport(names, f"round:{number}", choice.rule, matters)]


def _by_votes(options: tuple[str, ...], position: _Position, winners: list[int]) -> list[list[str]]:
    """Those who continued without winning, by the votes of the last round."""
    rest = [option for option in position.continuing if option not in winners]
    levels = sorted({position.votes[option] for option in rest}, reverse=True)
    return [
        [options[option] for option in rest if position.votes[option] == level] for level in levels
    ]


def _round(
    options: tuple[str, ...],
    papers: _Papers,
    position: _Position,
    after: _Position | None,
    choice: _Choice,
    number: int,
) -> dict[str, Any]:
    """One round as evidence; `after` is None for the last one, where nobody leaves."""
    losers = choice.losers if after else []
    moved: dict[str, Exact] = {}
    newly = 0
    if after:
        for option in after.continuing:
            gain = after.votes[option] - position.votes[option]
            if gain:
                moved[options[option]] = _share(gain, papers)
        newly = after.votes[-1] - position.votes[-1]
    return {
        "round": number,
        "votes": {
            options[option]: _share(position.votes[option], papers)
            for option in position.continuing
        },
        "active": _share(position.active, papers),
        "exhausted": _share(position.votes[-1], papers),
        "eliminated": [options[option] for option in losers],
        "transfers": moved,
        "newly_exhausted": _share(newly, papers),
        "decided_by": choice.rule if after else "",
    }


def _share(votes: int, papers: _Papers) -> Exact:
    return exact(Fraction(votes, papers.scale))
