"""Instant runoff: who has the fewest ballots leaves, and these go to their next choice."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from voting.ballots import Rankings
from voting.evidence import CountRound, Exact, RunoffEvidence
from voting.kernels.transfers import first_choices
from voting.methods.ballot_matrices import single_rank_ballot_counts
from voting.methods.eliminations.runoff_state import (
    RunoffBallots,
    RunoffPlace,
    RunoffPosition,
    RunoffRule,
    RunoffStanding,
    _place_after,
    runoff_ballots,
    start_position,
    votes_of,
    without,
)
from voting.methods.tie_positions import Ahead, Ends, Positions, every_way_meets
from voting.outcome import Count, exact
from voting.ties import TieReport, TieRule, arranged, leave_tied, settle

# Positions looked at for the ties of a count, times the options of each; and times its ballots.
MOST_LOOKS, MOST_CELLS, FEWEST = 100_000, 2 * 10**9, 20


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
    first, `forward`; or not at all, `none`), then by the order published before the count. A tie
    that stays open stops the count, unless the tied all leave next in whichever order; the winners
    are then all who can still win. Options that no order of elimination can save leave together.
    Scores: ballots in an option's last round. Evidence: `rounds`, and what `ended` the count: a
    `majority`, one option `alone`, a tie after which one option wins whoever leaves (`certain`) or
    several can (`open`), or after which there are too many ways to follow (`unchecked`: winners are
    all who continue).
    """
    transferable = runoff_ballots(ballots, equal)
    rule = RunoffRule(ballots.options, until, history, ties)
    ways = _Ways(transferable, rule)
    position = start_position(transferable)
    left: list[list[str]] = []
    rounds: list[CountRound] = []
    reports: list[TieReport] = []
    last: dict[int, int] = {}
    while not _decided(position.standing, rule):
        choice = _to_eliminate(position.standing, rule)
        if choice.rule == "left" and ways.all_leave(position.standing, choice.losers):
            choice = choice._replace(rule="safe_together")
        reports += _reports(position.place, rule, ways, choice, len(rounds) + 1)
        if choice.rule == "left":
            break
        after = without(transferable, position, choice.losers, rule)
        last |= {option: position.votes[option] for option in choice.losers}
        rounds.append(
            _round(ballots.options, transferable, position, after, choice, len(rounds) + 1)
        )
        left.append([ballots.options[option] for option in choice.losers])
        position = after
    rounds.append(
        _round(ballots.options, transferable, position, None, NOBODY_LEAVES, len(rounds) + 1)
    )
    last |= {option: position.votes[option] for option in position.continuing}
    winners, ended = _end(position.standing, rule, ways)
    tiers = [
        [ballots.options[option] for option in winners],
        *_by_votes(ballots.options, position, winners),
        *left[::-1],
    ]
    ranking, places = settle(tiers, ties)
    # A tie for the first place is already reported in its round.
    reports += [report for report in places if report.where != "place:1"]
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={
            ballots.options[option]: _share(last[option], transferable) for option in sorted(last)
        },
        evidence=RunoffEvidence(rounds=rounds, ended=ended, explored=ended != "unchecked"),
        ties=tuple(reports),
        ballot_counts=single_rank_ballot_counts(ballots),
    )


class _Choice(NamedTuple):
    """Options tied for the fewest votes, those that are or may be eliminated, and the deciding
    rule.
    """

    tied: list[int]
    losers: list[int]
    rule: str


NOBODY_LEAVES = _Choice([], [], "")


class _Ways:
    """Search of the ends that the ties of a count can lead to."""

    def __init__(self, transferable: RunoffBallots, rule: RunoffRule) -> None:
        self.transferable, self.rule = transferable, rule._replace(ties=leave_tied)
        self.votes: dict[tuple[int, ...], list[int]] = {}
        self.looks: dict[RunoffPlace, tuple[Ends, tuple[RunoffPlace, ...]]] = {}
        width = len(rule.options)
        cells = max(1, transferable.ranks.size)
        most = max(FEWEST, min(MOST_LOOKS // width, MOST_CELLS // cells))
        every = rule.ties.kind == "left"
        self.positions = Positions[RunoffPlace](self.look, lambda place: place, most, every=every)

    def ahead(self, place: RunoffPlace) -> Ahead:
        """Everybody who wins for some way of breaking the ties still to come."""
        return self.positions.ahead(place)

    def all_leave(self, here: RunoffStanding, tied: list[int]) -> bool:
        """Whether the tied leave next in whichever order, and the count then goes on as one."""
        goal = _place_after(here, tied, self.rule.history)
        return (
            bool(goal.continuing)
            and self.ahead(here.place).complete
            and every_way_meets(
                here.place, goal, lambda one: self.look(one)[1], lambda one: one.continuing
            )
        )

    def look(self, place: RunoffPlace) -> tuple[Ends, tuple[RunoffPlace, ...]]:
        if place not in self.looks:
            self.looks[place] = self._look(place)
        return self.looks[place]

    def _look(self, place: RunoffPlace) -> tuple[Ends, tuple[RunoffPlace, ...]]:
        here = RunoffStanding(place, self._votes(place.continuing))
        if _decided(here, self.rule):
            return frozenset([_leader(here)]), ()
        choice = _to_eliminate(here, self.rule)
        if choice.rule == "left" and here.active == 0:
            return frozenset(choice.losers), ()
        groups = [[one] for one in choice.losers] if choice.rule == "left" else [choice.losers]
        return frozenset(), tuple(_place_after(here, gone, self.rule.history) for gone in groups)

    def _votes(self, continuing: tuple[int, ...]) -> list[int]:
        if continuing not in self.votes:
            rows = np.arange(len(self.transferable.counts))
            choice = first_choices(self.transferable.ranks, rows, list(continuing))
            self.votes[continuing] = votes_of(self.transferable, choice, list(continuing))
        return self.votes[continuing]


def _decided(here: RunoffStanding, rule: RunoffRule) -> bool:
    continuing = here.place.continuing
    if len(continuing) == 1:
        return True
    if rule.until == "two" and len(continuing) > 2:
        return False
    return 2 * here.votes[_leader(here)] > here.active


def _leader(here: RunoffStanding) -> int:
    return max(here.place.continuing, key=lambda option: here.votes[option])


def _to_eliminate(here: RunoffStanding, rule: RunoffRule) -> _Choice:
    (continuing, order), votes = here.place, here.votes
    tied = _lowest(continuing, votes)
    others = [votes[option] for option in continuing if option not in tied]
    if len(tied) == 1:
        return _Choice(tied, tied, "")
    if others and votes[tied[0]] * len(tied) < min(others):
        # Even with the ballots of all the others, none of them could catch up before it leaves.
        return _Choice(tied, tied, "safe_together")
    losers = _lowest(tied, dict(zip(continuing, order, strict=True)))
    if len(losers) == 1:
        return _Choice(tied, losers, "previous_rounds")
    if here.active == 0 and len(losers) < len(continuing):
        return _Choice(tied, losers, "safe_together")
    if rule.ties.kind == "left":
        return _Choice(losers, losers, "left")
    names = arranged(rule.ties, [rule.options[option] for option in losers])
    # The last two, or all when no ballot is left, are tied for the first place: who is listed
    # first gets it. Otherwise they are tied to leave: who is listed first leaves.
    final = len(continuing) == 2 or here.active == 0
    leaving = names[1:] if final else names[:1]
    return _Choice(losers, [rule.options.index(name) for name in leaving], rule.ties.kind)


def _lowest(options: Iterable[int], level: list[int] | dict[int, int]) -> list[int]:
    lowest = min(level[option] for option in options)
    return [option for option in options if level[option] == lowest]


def _end(here: RunoffStanding, rule: RunoffRule, ways: _Ways) -> tuple[list[int], str]:
    """Winners, or options that can still win, and the reason why the count ended."""
    if _decided(here, rule):
        alone = len(here.place.continuing) == 1
        return [_leader(here)], "alone" if alone else "majority"
    ahead = ways.ahead(here.place)
    if not ahead.complete:
        return list(here.place.continuing), "unchecked"
    winners = [option for option in here.place.continuing if option in ahead.ends]
    return winners, "certain" if len(winners) == 1 else "open"


def _reports(
    place: RunoffPlace, rule: RunoffRule, ways: _Ways, choice: _Choice, number: int
) -> list[TieReport]:
    if not choice.rule:
        return []
    sure = choice.rule in ("previous_rounds", "safe_together")
    matters = False if sure else ways.ahead(place).matters
    names = tuple(rule.options[option] for option in choice.tied)
    return [TieReport(names, f"round:{number}", choice.rule, matters)]


def _by_votes(
    options: tuple[str, ...], position: RunoffPosition, winners: list[int]
) -> list[list[str]]:
    """Rank the options that continued without winning, by the votes of the last round."""
    rest = [option for option in position.continuing if option not in winners]
    levels = sorted({position.votes[option] for option in rest}, reverse=True)
    return [
        [options[option] for option in rest if position.votes[option] == level] for level in levels
    ]


def _round(
    options: tuple[str, ...],
    transferable: RunoffBallots,
    position: RunoffPosition,
    after: RunoffPosition | None,
    choice: _Choice,
    number: int,
) -> CountRound:
    """One round as evidence; `after` is None for the last one, where nobody leaves."""
    losers = choice.losers if after else []
    moved: dict[str, Exact] = {}
    newly = 0
    if after:
        for option in after.continuing:
            gain = after.votes[option] - position.votes[option]
            if gain:
                moved[options[option]] = _share(gain, transferable)
        newly = after.votes[-1] - position.votes[-1]
    return CountRound(
        round=number,
        votes={
            options[option]: _share(position.votes[option], transferable)
            for option in position.continuing
        },
        active=_share(position.standing.active, transferable),
        exhausted=_share(position.votes[-1], transferable),
        eliminated=[options[option] for option in losers],
        transfers=moved,
        newly_exhausted=_share(newly, transferable),
        decided_by=choice.rule if after else "",
    )


def _share(votes: int, transferable: RunoffBallots) -> Exact:
    return exact(Fraction(votes, transferable.scale))
