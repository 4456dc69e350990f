"""`Method`: one row of `voting.methods.METHODS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, NamedTuple

from voting.aggregates import Aggregates
from voting.evidence import Evidence
from voting.outcome import Count

Family = Literal[
    "grades",
    "sums",
    "pairwise",
    "eliminations",
    "points",
    "transferable",
    "committees",
    "budgets",
]
BallotKind = Literal["rankings", "grades", "approvals", "scores", "points"]
ChartKind = Literal["profile", "sums", "contests", "rounds", "elected"]

# Kind of ballots -> the kinds that they can be read as, for a comparison: grades become approvals
# (from a chosen grade on) and rankings; scores become grades and rankings. Not the other way round.
READABLE_AS: dict[BallotKind, tuple[BallotKind, ...]] = {
    "rankings": ("rankings",),
    "grades": ("grades", "approvals", "rankings"),
    "approvals": ("approvals",),
    "scores": ("scores", "grades", "rankings"),
    "points": ("points",),
}


class AggregateReader(NamedTuple):
    """The function that turns ballots into aggregates: its file under `voting/methods`, its name,
    and the method's options that it takes.
    """

    file: str
    name: str
    options: tuple[str, ...] = ()

    @property
    def function(self) -> Callable[..., Aggregates]:
        """Ballots to aggregates; the file is imported at the first call."""
        found: Callable[..., Aggregates] = getattr(
            import_module(f"voting.methods.{self.file}"), self.name
        )
        return found


@dataclass(frozen=True, slots=True)
class Method:
    """One voting method and everything that other modules read about it.

    `name`: that of its file and of the function there. `family`: the folder of its file; methods of
    a family share the shape of their evidence and of their explanations. `ballot`: the kind of
    ballots that it reads. `evidence`: the struct of its evidence. `options`: allowed values, the
    default first; `grade:NAME`, `option:NAME`, `N`, `N+` and `N/N` stand for any grade, option,
    whole number, whole number above zero, and fraction. `claims`: criteria that the tests prove or
    try to break (`jr`, `ejr`: justified representation, and extended). `needs`: what comes with the
    ballots, `seats` or `budget` (and costs), or nothing. `aggregates`: how ballots become the sums
    that suffice for the count; None for a method that needs whole ballots. `chart`: how an outcome
    is drawn. `scored`: whether its scores mean something beside the ranking. `strict`: a ballot may
    not give two options the same rank. `single`: only the first choice of a ballot is read, so that
    a poll asks for one choice. `offered`: a poll of the site may use it.
    """

    name: str
    family: Family
    ballot: BallotKind
    evidence: type[Evidence]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    needs: Literal["", "seats", "budget"] = ""
    aggregates: AggregateReader | None = None
    chart: ChartKind = "sums"
    scored: bool = True
    strict: bool = False
    single: bool = False
    offered: bool = True

    @property
    def summable(self) -> bool:
        """Whether aggregates suffice for the count, with no whole ballot."""
        return self.aggregates is not None

    @property
    def function(self) -> Callable[..., Count]:
        """Ballots, tie rule and options to a count; the file is imported at the first call."""
        found: Callable[..., Count] = getattr(
            import_module(f"voting.methods.{self.family}.{self.name}"), self.name
        )
        return found


# How options ranked equal are read by a method that passes ballots on.
EQUAL = {"equal": ("exhaust", "skip", "split", "refuse")}
# What a transferable vote satisfies where one is elected.
ONE_SEAT = ("majority", "condorcet_loser", "clones_untied")
