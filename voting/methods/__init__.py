"""The voting methods: a literal table, and one file a method."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from voting.outcome import Count


class Method(NamedTuple):
    """A method: the ballots it reads, its options, what it is claimed to satisfy.

    `name`: that of its file and of the function there. `family`: the folder of its file. `options`:
    allowed values, the default first; `grade:NAME`, `option:NAME`, `N`, `N+` and `N/N` stand for
    any grade, option, whole number, one above zero, and fraction. `claims`: properties that the
    tests of voting criteria proves or tries to break (`jr`, `ejr`: justified representation, and
    extended). `needs`: what comes with the ballots, `seats` or `budget` (and costs), or nothing.
    """

    name: str
    family: str
    kind: str
    options: dict[str, tuple[str, ...]]
    claims: frozenset[str]
    needs: str = ""

    @property
    def function(self) -> Callable[..., Count]:
        """Ballots, tie rule and options to a count; its file is read when it is first asked for."""
        found: Callable[..., Count] = getattr(
            import_module(f"voting.methods.{self.family}.{self.name}"), self.name
        )
        return found


PAIRWISE: dict[str, tuple[str, ...]] = {"unranked": ("bottom", "no_opinion")}
CONDORCET = ("majority", "condorcet", "condorcet_loser", "smith")


def _method(
    name: str,
    family: str,
    kind: str,
    options: dict[str, tuple[str, ...]],
    *claims: str,
    needs: str = "",
) -> Method:
    return Method(name, family, kind, options, frozenset(claims), needs)


# What a transferable vote satisfies where one is elected.
_ONE_SEAT = ("majority", "condorcet_loser", "clones_untied")
_EQUAL = ("exhaust", "skip", "split", "refuse")

METHODS: dict[str, Method] = {
    "stv_scottish": _method(
        "stv_scottish", "transferable", "rankings", {"equal": _EQUAL}, *_ONE_SEAT, needs="seats"
    ),
    "stv_wigm": _method(
        "stv_wigm", "transferable", "rankings", {"equal": _EQUAL}, *_ONE_SEAT, needs="seats"
    ),
    "stv_meek": _method(
        "stv_meek",
        "transferable",
        "rankings",
        {"rule": ("certified", "prf"), "equal": _EQUAL},
        *_ONE_SEAT,
        needs="seats",
    ),
    "greedy_pb": _method("greedy_pb", "budgets", "approvals", {}, "set", needs="budget"),
    "mes_pb": _method(
        "mes_pb",
        "budgets",
        "approvals",
        {
            "utility": ("cost", "cardinality", "points"),
            "completion": ("none", "add1", "add1_exhaustive", "add1_exhaustive_utilitarian"),
            "start": ("exact", "floor"),
            "increment": ("1", "N+"),
        },
        "set",
        needs="budget",
    ),
    "phragmen_pb": _method("phragmen_pb", "budgets", "approvals", {}, "set", needs="budget"),
    "approval_committee": _method(
        "approval_committee", "committees", "approvals", {}, "set", needs="seats"
    ),
    "sav": _method("sav", "committees", "approvals", {}, "set", needs="seats"),
    "pav": _method("pav", "committees", "approvals", {}, "set", "jr", "ejr", needs="seats"),
    "chamberlin_courant": _method(
        "chamberlin_courant", "committees", "approvals", {}, "set", "jr", needs="seats"
    ),
    "mes_committee": _method(
        "mes_committee",
        "committees",
        "approvals",
        {"completion": ("phragmen", "add1", "approval", "none")},
        "set",
        "jr",
        "ejr",
        needs="seats",
    ),
    "seq_pav": _method("seq_pav", "committees", "approvals", {}, "set", needs="seats"),
    "revseq_pav": _method("revseq_pav", "committees", "approvals", {}, "set", needs="seats"),
    "seq_phragmen": _method("seq_phragmen", "committees", "approvals", {}, "set", needs="seats"),
    "majority_judgment": _method(
        "majority_judgment",
        "grades",
        "grades",
        {
            "missing": ("worst", "grade:NAME", "median", "normalised", "exclude"),
            "quorum": ("half", "N"),
        },
        "monotonicity",
    ),
    "approval": _method("approval", "sums", "approvals", {}, "monotonicity"),
    "schulze": _method(
        "schulze",
        "pairwise",
        "rankings",
        {
            "strength": ("winning_votes", "margins"),
            **PAIRWISE,
            "default": ("none", "option:NAME"),
            "quorum": ("0", "N"),
            "majority": ("1", "N", "N/N"),
        },
        "majority",
        "condorcet",
        "condorcet_loser",
        "clones",
        "monotonicity",
        "smith",
    ),
    "instant_runoff": _method(
        "instant_runoff",
        "eliminations",
        "rankings",
        {
            "equal": ("exhaust", "skip", "split", "refuse"),
            "until": ("majority", "two"),
            "history": ("backward", "forward", "none"),
        },
        *_ONE_SEAT,
    ),
    "plurality": _method("plurality", "sums", "rankings", {}, "majority", "monotonicity"),
    "borda": _method(
        "borda",
        "sums",
        "rankings",
        {"unranked": ("average", "zero", "modified")},
        "condorcet_loser",
        "monotonicity",
    ),
    "dowdall": _method("dowdall", "sums", "rankings", {}, "monotonicity"),
    "ranked_pairs": _method(
        "ranked_pairs",
        "pairwise",
        "rankings",
        {"strength": ("margins", "winning_votes"), **PAIRWISE},
        *CONDORCET,
        "clones_untied",
        "monotonicity",
    ),
    "kemeny": _method("kemeny", "pairwise", "rankings", PAIRWISE, *CONDORCET, "monotonicity"),
    "benham": _method("benham", "eliminations", "rankings", PAIRWISE, *CONDORCET),
    "baldwin": _method("baldwin", "eliminations", "rankings", PAIRWISE, *CONDORCET),
    "nanson": _method("nanson", "eliminations", "rankings", PAIRWISE, *CONDORCET),
    "coombs": _method(
        "coombs", "eliminations", "rankings", PAIRWISE, "majority", "condorcet_loser"
    ),
    "bucklin": _method("bucklin", "sums", "rankings", {}, "majority", "monotonicity"),
    "score": _method(
        "score",
        "sums",
        "scores",
        {"missing": ("zero", "mean"), "quorum": ("half", "N"), "max_score": ("5", "N")},
        "monotonicity",
    ),
    "star": _method("star", "sums", "scores", {"max_score": ("5", "N")}, "condorcet_loser"),
    "cumulative": _method(
        "cumulative", "points", "points", {"points_per_voter": ("any", "N")}, "monotonicity"
    ),
    "quadratic": _method(
        "quadratic",
        "points",
        "points",
        {"credits": ("any", "N"), "negative_votes": ("false", "true")},
        "monotonicity",
    ),
    "minimax": _method(
        "minimax",
        "pairwise",
        "rankings",
        {"variant": ("winning_votes", "margins", "opposition"), **PAIRWISE},
        "majority",
        "condorcet",
        "monotonicity",
    ),
    "copeland": _method(
        "copeland",
        "pairwise",
        "rankings",
        {"pairwise_tie": ("1/2", "0", "1"), **PAIRWISE},
        "majority",
        "condorcet",
        "condorcet_loser",
        "monotonicity",
        "smith",
    ),
    "smith_set": _method(
        "smith_set",
        "pairwise",
        "rankings",
        PAIRWISE,
        "majority",
        "condorcet",
        "condorcet_loser",
        "smith",
        "set",
        "clones",
        "monotonicity",
    ),
}
