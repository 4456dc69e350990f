"""The voting methods: a literal table, one row per method, and one folder per family."""

from voting import evidence
from voting.methods.method import EQUAL, ONE_SEAT, READABLE_AS, AggregateReader, Method
from voting.methods.several_winners import SEVERAL_WINNERS

_UNRANKED = {"unranked": ("bottom", "no_opinion")}
_CONDORCET = ("majority", "condorcet", "condorcet_loser", "smith")
_CONTESTS = AggregateReader("ballot_matrices", "contests_of", ("unranked",))

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "majority_judgment",
            "grades",
            "grades",
            evidence.GradesEvidence,
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
            evidence.ApprovalEvidence,
            claims=("monotonicity",),
            aggregates=AggregateReader("sums.approval", "approvals_of"),
        ),
        Method(
            "plurality",
            "sums",
            "rankings",
            evidence.PluralityEvidence,
            claims=("majority", "monotonicity"),
            aggregates=AggregateReader("sums.plurality", "first_choices_of"),
            strict=True,
            single=True,
        ),
        Method(
            "borda",
            "sums",
            "rankings",
            evidence.RatedEvidence,
            options={"unranked": ("average", "zero", "modified")},
            claims=("condorcet_loser", "monotonicity"),
            aggregates=AggregateReader("sums.borda", "half_points", ("unranked",)),
        ),
        Method("dowdall", "sums", "rankings", evidence.DowdallEvidence, claims=("monotonicity",)),
        Method(
            "bucklin",
            "sums",
            "rankings",
            evidence.BucklinEvidence,
            claims=("majority", "monotonicity"),
            aggregates=AggregateReader("sums.bucklin", "ranks_of"),
        ),
        Method(
            "score",
            "sums",
            "scores",
            evidence.ScoreEvidence,
            options={"missing": ("zero", "mean"), "quorum": ("half", "N"), "max_score": ("5", "N")},
            claims=("monotonicity",),
            aggregates=AggregateReader("sums.score", "scores_of", ("max_score",)),
        ),
        Method(
            "star",
            "sums",
            "scores",
            evidence.StarEvidence,
            options={"max_score": ("5", "N")},
            claims=("condorcet_loser",),
        ),
        Method(
            "schulze",
            "pairwise",
            "rankings",
            evidence.SchulzeEvidence,
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
            evidence.RankedPairsEvidence,
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
            evidence.KemenyEvidence,
            options=_UNRANKED,
            claims=(*_CONDORCET, "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "minimax",
            "pairwise",
            "rankings",
            evidence.MinimaxEvidence,
            options={"variant": ("winning_votes", "margins", "opposition"), **_UNRANKED},
            claims=("majority", "condorcet", "monotonicity"),
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "copeland",
            "pairwise",
            "rankings",
            evidence.PairwiseEvidence,
            options={"pairwise_tie": ("1/2", "0", "1"), **_UNRANKED},
            claims=(*_CONDORCET, "monotonicity"),
            aggregates=_CONTESTS,
        ),
        Method(
            "smith_set",
            "pairwise",
            "rankings",
            evidence.SmithEvidence,
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
            evidence.RunoffEvidence,
            options={
                **EQUAL,
                "until": ("majority", "two"),
                "history": ("backward", "forward", "none"),
            },
            claims=ONE_SEAT,
            chart="rounds",
            scored=False,
            strict=True,
        ),
        Method(
            "benham",
            "eliminations",
            "rankings",
            evidence.EliminationEvidence,
            options=_UNRANKED,
            claims=_CONDORCET,
            chart="contests",
        ),
        Method(
            "baldwin",
            "eliminations",
            "rankings",
            evidence.EliminationEvidence,
            options=_UNRANKED,
            claims=_CONDORCET,
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "nanson",
            "eliminations",
            "rankings",
            evidence.EliminationEvidence,
            options=_UNRANKED,
            claims=_CONDORCET,
            aggregates=_CONTESTS,
            chart="contests",
        ),
        Method(
            "coombs",
            "eliminations",
            "rankings",
            evidence.EliminationEvidence,
            options=_UNRANKED,
            claims=("majority", "condorcet_loser"),
            chart="contests",
        ),
        Method(
            "cumulative",
            "points",
            "points",
            evidence.PointsEvidence,
            options={"points_per_voter": ("any", "N")},
            claims=("monotonicity",),
        ),
        Method(
            "quadratic",
            "points",
            "points",
            evidence.PointsEvidence,
            options={"credits": ("any", "N"), "negative_votes": ("false", "true")},
            claims=("monotonicity",),
        ),
        *SEVERAL_WINNERS,
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
