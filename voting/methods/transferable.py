"""Single transferable vote: what its rules share, from a stage to the whole outcome."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from voting.ballots import Rankings
from voting.methods.choices import Chooser, Met, OpenTie, chooser_of, explored
from voting.methods.papers import Papers, papers_of, settled_rest
from voting.methods.reading import single_rank_boxes
from voting.outcome import Count, Exact, TieReport
from voting.ties import TieRule


class Standing(NamedTuple):
    """Where the count is: each moment replaces the one before.

    `elected` in the order of election, `excluded` tier by tier in the order of exclusion; `votes`
    of every option at the last stage where it took part; `settled`: ties that the rule itself
    decides.
    """

    stages: list[dict[str, Any]]
    elected: list[str]
    excluded: list[list[str]]
    votes: dict[str, Exact]
    settled: list[TieReport]


# Counts tried for the ties left open, times the squared number of options that a count costs.
MOST_LOOKS = 200_000

Counting = Callable[[Papers, int, Chooser, Standing], None]


def counted(
    ballots: Rankings, seats: int, ties: TieRule, equal: str, counting: Counting, most_runs: int
) -> Count:
    """Run a transferable vote: its stages, and what every order of the open ties would give."""
    papers = papers_of(ballots, equal)
    places = min(seats, len(papers.options))
    chooser = chooser_of(ties)
    here = Standing([], [], [], {}, [])
    open_tie: OpenTie | None = None
    try:
        counting(papers, places, chooser, here)
    except OpenTie as met:
        open_tie = met
    possible, certain, complete = set(here.elected), set(here.elected), True
    if open_tie or chooser.met:
        most_runs = min(most_runs, max(2, MOST_LOOKS // len(papers.options) ** 2))
        sets, complete = explored(
            lambda trial: _elected(papers, places, trial, counting), most_runs
        )
        possible, certain = set().union(*sets), set.intersection(*map(set, sets))
        if not complete:
            gone = {name for tier in here.excluded for name in tier}
            possible = set(papers.options) - (gone if open_tie else set())
            certain = set(here.elected) if open_tie else set()
    matters = possible != certain
    reports = [*here.settled, *(_report(tie, ties, matters) for tie in chooser.met)]
    if open_tie:
        reports.append(TieReport(open_tie.tied, open_tie.where, "left", matters))
    winners = here.elected
    if open_tie:
        sure = [name for name in here.elected if name in certain]
        sure += sorted(certain - set(sure))
        winners = [*sure, *sorted(possible - certain)]
    ranking, others = _ranking(papers.options, here, winners, certain, ties, bool(open_tie))
    return Count(
        winners=tuple(winners),
        ranking=ranking,
        scores={name: here.votes.get(name, 0) for name in papers.options},
        evidence={"stages": here.stages, "explored": complete, "seats": seats},
        ties=(*reports, *others),
        boxes=single_rank_boxes(ballots),
    )


def all_tied_for_places(votes: dict[str, Any], vacancies: int) -> bool:
    """Whether excluding one more fills the places: a tie is then for a place, not to leave."""
    return len(votes) == vacancies + 1 or not any(votes.values())


def _elected(papers: Papers, seats: int, trial: Chooser, counting: Counting) -> frozenset[str]:
    here = Standing([], [], [], {}, [])
    counting(papers, seats, trial, here)
    return frozenset(here.elected)


def _report(tie: Met, ties: TieRule, matters: bool) -> TieReport:
    return TieReport(tie.tied, tie.where, ties.kind, matters)


def _ranking(
    options: tuple[str, ...],
    here: Standing,
    winners: list[str],
    certain: set[str],
    ties: TieRule,
    is_open: bool,
) -> tuple[tuple[tuple[str, ...], ...], list[TieReport]]:
    """The elected in their order, those who still can be, then the others, last excluded first."""
    head: list[tuple[str, ...]] = [(name,) for name in winners if not is_open or name in certain]
    if is_open and (waiting := tuple(name for name in winners if name not in certain)):
        head.append(waiting)
    gone = [[name for name in tier if name not in winners] for tier in here.excluded[::-1]]
    named = {name for tier in gone for name in tier} | set(winners)
    left = [name for name in options if name not in named]
    shown = {name: here.votes.get(name, 0) for name in left}
    levels = sorted({Fraction(vote) for vote in shown.values()}, reverse=True)
    rest = [[name for name in left if Fraction(shown[name]) == level] for level in levels]
    tail, reports = settled_rest([tier for tier in [*rest, *gone] if tier], ties, len(winners) + 1)
    return (*head, *tail), reports
