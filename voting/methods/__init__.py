"""The voting methods: a literal table, one row a method, and one folder a family."""

from __future__ import annotations

from voting.methods.method import READABLE_AS, AggregateReader, Method

_UNRANKED = {"unranked": ("bottom", "no_opinion")}
_EQUAL = {"equal": ("exhaust", "skip", "split", "refuse")}
_CONDORCET = ("majority", "condorcet", "condorcet_loser", "smith")
# What a transferable vote satisfies where one is elected.
_ONE_SEAT = ("majority", "condorcet_loser", "clones_untied")
_CONTESTS = AggregateReader("ballot_matrices", "contests_of", ("unranked",))

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "majority_judgment",
            "grades",
            "grades",
            options={
                "missing": ("worst", "grade:NAME", "median", "normalised", "exclude"),
                "quorum": ("half", "N"),
            },
            claims=("monotonicity",),
            aggregates=AggregateReader("grades.majority_judgment", "judgments_of"),
            chart="profile",
        ),
        Method(
            "approval",
            "sums",
            "approvals",
            claims=("monotonicity",),
            aggregates=AggregateReader("sums.approval", "approvals_of"),
        ),
        Method(
            "plurality",
            "sums",
            "rankings",
            claims=("majority", "monotonicity"),
            aggregates=AggregateReader("sums.plurality", "first_choices_of"),
            strict=True,
            single=True,
        ),
        Method(
            "borda",
            "sums",
            "rankings",
            options={"unranked": ("average", "zero", "modified")},
            claims=("condorcet_loser", "monotonicity"),
            aggregates=AggregateReader("sums.borda", "half_points", ("unranked",)),
        ),
        Method("dowdall", "sums", "rankings", claims=("monotonicity",)),
        Method(
            "bucklin",
            "sums",
            "rankings",
            claims=("majority", "monotonicity"),
            aggregates=AggregateReader("sums.bucklin", "ranks_of"),
        ),
        Method(
            "score",
            "sums",
            "scores",
            options={"missing": ("zero", "mean"), "quorum": ("half", "N"), "max_score": ("5", "N")},
            claims=("monotonicity",),
            aggregates=AggregateReader("sums.score", "scores_of", ("max_score",)),
        ),
        Method(
            "star",
            "sums",
            "scores",
            options={"max_score": ("5", "N")},
            claims=("condorcet_loser",),
        ),
        Method(
            "schulze",
            "pairwise",
            "rankings",
            options={
                "strength": ("winning_votes", "margins"),
                **_UNRANKED,
                "default": ("none", "option:NAME"),
                "quorum": ("0", "N"),
                "majority": ("1", "N", "N/N"),
            },
            claims=(*_CONDORCET, "clones", "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
            scored=False,
        ),
        Method(
            "ranked_pairs",
            "pairwise",
            "rankings",
            options={"strength": ("margins", "winning_votes"), **_UNRANKED},
            claims=(*_CONDORCET, "clones_untied", "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
            scored=False,
        ),
        Method(
            "kemeny",
            "pairwise",
            "rankings",
            options=_UNRANKED,
            claims=(*_CONDORCET, "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "minimax",
            "pairwise",
            "rankings",
            options={"variant": ("winning_votes", "margins", "opposition"), **_UNRANKED},
            claims=("majority", "condorcet", "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "copeland",
            "pairwise",
            "rankings",
            options={"pairwise_tie": ("1/2", "0", "1"), **_UNRANKED},
            claims=(*_CONDORCET, "monotonicity"),
            aggregates=_CONTESTS,
        ),
        Method(
            "smith_set",
            "pairwise",
            "rankings",
            options=_UNRANKED,
            claims=(*_CONDORCET, "clones", "monotonicity", "set"),
            aggregates=_CONTESTS,
            chart="contests",
            scored=False,
            offered=False,
        ),
        Method(
            "instant_runoff",
            "eliminations",
            "rankings",
            options={
                **_EQUAL,
                "until": ("majority", "two"),
                "history": ("backward", "forward", "none"),
            },
            claims=_ONE_SEAT,
            chart="rounds",
            scored=False,
            strict=True,
        ),
        Method(
            "benham",
            "eliminations",
            "rankings",
            options=_UNRANKED,
            claims=_CONDORCET,
            chart="contests",
        ),
        Method(
            "baldwin",
            "eliminations",
            "rankings",
            options=_UNRANKED,
            claims=_CONDORCET,
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "nanson",
            "eliminations",
            "rankings",
            options=_UNRANKED,
            claims=_CONDORCET,
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "coombs",
            "eliminations",
            "rankings",
            options=_UNRANKED,
            claims=("majority", "condorcet_loser"),
            chart="contests",
        ),
        Method(
            "cumulative",
            "points",
            "points",
            options={"points_per_voter": ("any", "N")},
            claims=("monotonicity",),
        ),
        Method(
            "quadratic",
            "points",
            "points",
            options={"credits": ("any", "N"), "negative_votes": ("false", "true")},
            claims=("monotonicity",),
        ),
        Method(
            "stv_scottish",
            "transferable",
            "rankings",
            options=_EQUAL,
            claims=_ONE_SEAT,
            needs="seats",
            chart="elected",
            strict=True,
        ),
        Method(
            "stv_wigm",
            "transferable",
            "rankings",
            options=_EQUAL,
            claims=_ONE_SEAT,
            needs="seats",
            chart="elected",
            strict=True,
        ),
        Method(
            "stv_meek",
            "transferable",
            "rankings",
            options={"rule": ("certified", "prf"), **_EQUAL},
            claims=_ONE_SEAT,
            needs="seats",
            chart="elected",
            strict=True,
        ),
        Method(
            "approval_committee",
            "committees",
            "approvals",
            claims=("set",),
            needs="seats",
            chart="elected",
        ),
        Method("sav", "committees", "approvals", claims=("set",), needs="seats", chart="elected"),
        Method(
            "pav",
            "committees",
            "approvals",
            claims=("set", "jr", "ejr"),
            needs="seats",
            chart="elected",
        ),
        Method(
            "chamberlin_courant",
            "committees",
            "approvals",
            claims=("set", "jr"),
            needs="seats",
            chart="elected",
        ),
        Method(
            "mes_committee",
            "committees",
            "approvals",
            options={"completion": ("phragmen", "add1", "approval", "none")},
            claims=("set", "jr", "ejr"),
            needs="seats",
            chart="elected",
        ),
        Method(
            "seq_pav", "committees", "approvals", claims=("set",), needs="seats", chart="elected"
        ),
        Method(
            "revseq_pav", "committees", "approvals", claims=("set",), needs="seats", chart="elected"
        ),
        Method(
            "seq_phragmen",
            "committees",
            "approvals",
            claims=("set",),
            needs="seats",
            chart="elected",
        ),
        Method(
            "greedy_pb", "budgets", "approvals", claims=("set",), needs="budget", chart="elected"
        ),
        Method(
            "mes_pb",
            "budgets",
            "approvals",
            options={
                "utility": ("cost", "cardinality", "points"),
                "completion": ("none", "add1", "add1_exhaustive", "add1_exhaustive_utilitarian"),
                "start": ("exact", "floor"),
                "increment": ("1", "N+"),
            },
            claims=("set",),
            needs="budget",
            chart="elected",
        ),
        Method(
            "phragmen_pb", "budgets", "approvals", claims=("set",), needs="budget", chart="elected"
        ),
    )
}


def comparable(method: str) -> tuple[str, ...]:
    """The other offered methods that can count the same ballots, for a comparison.

    >>> comparable("approval")
    ()
    """
    entry = METHODS[method]
    kinds = READABLE_AS[entry.ballot]
    return tuple(
        other.name
        for other in METHODS.values()
        if other.offered
        and not entry.single
        and other is not entry
        and other.ballot in kinds
        and other.needs == entry.needs
    )
