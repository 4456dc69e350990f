"""Single transferable vote: what its rules share, from a stage to the whole outcome."""

from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from voting.ballots import Rankings
from voting.evidence import CountStage, Exact, StagesEvidence
from voting.methods.ballot_matrices import single_rank_ballot_counts
from voting.methods.tie_choices import OpenTie, chooser_of
from voting.methods.tie_positions import Ahead, Ends, Positions
from voting.methods.transferable.transferable_ballots import (
    TransferableBallots,
    settled_rest,
    transferable_ballots_of,
)
from voting.outcome import Count
from voting.ties import TieReport, TieRule


class StageState(NamedTuple):
    """State of the count; each stage replaces it.

    `elected` in the order of election, `excluded` tier by tier in the order of exclusion; `votes`
    of every option at the last stage where it took part; `settled`: ties that the rule itself
    decides.
    """

    stages: list[CountStage]
    elected: list[str]
    excluded: list[list[str]]
    votes: dict[str, Exact]
    settled: list[TieReport]


class Tie(NamedTuple):
    """A tie that the rule does not decide; `last`: who comes last in the published order leaves."""

    names: tuple[str, ...]
    where: str
    last: bool = False


class Counting(Protocol):
    """A count that goes on stage by stage, waits at a tie, and can be copied there."""

    here: StageState

    def is_over(self) -> bool:
        """Whether all places are filled; fills them when as many options are left."""

    def stage(self) -> Tie | None:
        """The next stage, or the tie that it waits for."""

    def take(self, name: str) -> None:
        """The stage where this one of the tied leaves, or passes its surplus on."""

    def copy(self) -> "Counting":
        """Copy of the count that does not record stages."""

    def key(self) -> Hashable:
        """Key of the position: everything that decides who else is elected."""


# Ballots times options of all stages looked at for the ties of a count, and the fewest stages.
MOST_CELLS, FEWEST = 10**9, 50


def counted(
    ballots: Rankings,
    seats: int,
    ties: TieRule,
    equal: str,
    start: Callable[[TransferableBallots, int, StageState], Counting],
    most_stages: int,
) -> Count:
    """Run a transferable vote: its stages, and what every order of the open ties would give.

    Evidence: `stages`, and what `ended` the count: all places are `filled`, the same are elected
    whoever of the tied leaves (`certain`), others can be (`open`), or there are too many ways to
    follow (`unchecked`: winners are all who have not left).
    """
    transferable = transferable_ballots_of(ballots, equal)
    here = StageState([], [], [], {}, [])
    count = start(transferable, min(seats, len(transferable.options)), here)
    most = max(FEWEST, min(most_stages, MOST_CELLS // max(1, transferable.ranks.size)))
    ways = Positions[Counting](_ways, lambda one: one.key(), most, every=ties.kind == "left")
    chooser = chooser_of(ties)
    reports: list[TieReport] = []
    ahead: Ahead | None = None
    while not count.is_over():
        if not (tie := count.stage()):
            continue
        ahead = ways.ahead(count.copy())
        reports.append(TieReport(tie.names, tie.where, ties.kind, ahead.matters))
        try:
            count.take(chooser.take(tie.names, tie.where, last=tie.last))
        except OpenTie:
            break
    else:
        ahead = None
    possible, certain, ended = _possible(transferable, here, ahead)
    winners = here.elected
    if ahead:
        sure = [name for name in here.elected if name in certain]
        sure += sorted(certain - set(sure))
        winners = [*sure, *sorted(possible - certain)]
    ranking, others = _ranking(transferable.options, here, winners, certain, ties, bool(ahead))
    return Count(
        winners=tuple(winners),
        ranking=ranking,
        scores={name: here.votes.get(name, 0) for name in transferable.options},
        evidence=StagesEvidence(
            stages=here.stages,
            ended=ended,
            explored=ended != "unchecked",
            seats=seats,
        ),
        ties=(*here.settled, *reports, *others),
        ballot_counts=single_rank_ballot_counts(ballots),
    )


def all_tied_for_places(votes: dict[str, Any], vacancies: int) -> bool:
    """Whether excluding one more fills the places: a tie is then for a place, not to leave."""
    return len(votes) == vacancies + 1 or not any(votes.values())


def _ways(count: Counting) -> tuple[Ends, Iterator[Counting]]:
    """Options elected in the end, or the counts after one more stage; one of the two is empty."""
    if count.is_over():
        return frozenset([frozenset(count.here.elected)]), iter(())
    tie = count.stage()
    return frozenset(), _after(count, tie) if tie else iter((count,))


def _after(count: Counting, tie: Tie) -> Iterator[Counting]:
    for name in tie.names:
        one = count.copy()
        one.take(name)
        yield one


def _possible(
    transferable: TransferableBallots, here: StageState, ahead: Ahead | None
) -> tuple[set[str], set[str], str]:
    """Options that can be elected after the tie that stopped the count, those that certainly are,
    and the reason why the count ended.
    """
    if not ahead:
        return set(here.elected), set(here.elected), "filled"
    if not ahead.complete:
        gone = {name for tier in here.excluded for name in tier}
        return set(transferable.options) - gone, set(here.elected), "unchecked"
    sets = [set[str](one) for one in ahead.ends if isinstance(one, frozenset)]
    possible, certain = set[str]().union(*sets), set.intersection(*sets)
    return possible, certain, "certain" if possible == certain else "open"


def _ranking(
    options: tuple[str, ...],
    here: StageState,
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
