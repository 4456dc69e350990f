"""Score voting: each ballot gives each option a number; the highest sum, or mean, wins."""

from fractions import Fraction

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import Scores
from voting.evidence import ScoreEvidence
from voting.methods.sums.score_ballots import score_ballot_counts, score_tallies
from voting.outcome import Count, Ranking, exact, tiers_by
from voting.ties import TieRule, settle


def score(
    ballots: Scores | Aggregates,
    ties: TieRule,
    *,
    missing: str = "zero",
    quorum: str = "half",
    max_score: str = "5",
) -> Count:
    """Rank by the sum of the scores, a missing one being 0 (`zero`), or by their `mean`.

    With `mean` an option that fewer ballots than `quorum` (a number, or half of them) score comes
    after all others. A score above `max_score` is an error. A blank ballot is set aside.
    Scores: sums, or means as exact fractions. Evidence: `sums`, `judged`, `profile`.
    """
    read = scores_of(ballots, max_score=max_score)
    tallies: dict[str, list[int]] = dict(zip(read.options, read.numbers.tolist(), strict=True))
    judges = read.ballot_counts.received - read.ballot_counts.blank
    sums = {
        name: sum(given * count for given, count in enumerate(tally))
        for name, tally in tallies.items()
    }
    judged = {name: sum(tally) for name, tally in tallies.items()}
    values: dict[str, Fraction] = {name: Fraction(total) for name, total in sums.items()}
    excluded: list[str] = []
    if missing == "mean":
        values = {name: values[name] / (judged[name] or 1) for name in values}
        excluded = [name for name in values if _lacks(judged[name], judges, quorum)]
    present = {name: value for name, value in values.items() if name not in excluded}
    tiers: Ranking = tiers_by(present)
    ranking, reports = settle([*tiers, tuple(excluded)], ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: exact(value) for name, value in values.items()},
        evidence=ScoreEvidence(
            most=int(max_score),
            judges=judges,
            sums=sums,
            judged=judged,
            profile=tallies,
            excluded=excluded,
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def scores_of(ballots: Scores | Aggregates, *, max_score: str = "5") -> Aggregates:
    """Number of ballots that give each option each score, from 0; aggregates stay as they are."""
    if isinstance(ballots, Aggregates):
        return ballots
    found = score_tallies(ballots, int(max_score))
    numbers = np.array(list(found.values()), np.int64)
    return Aggregates(ballots.options, numbers, score_ballot_counts(ballots))


def _lacks(judged: int, judges: int, quorum: str) -> bool:
    """Whether too few ballots score an option for its mean to be compared."""
    if judged == 0:
        return judges > 0
    return 2 * judged < judges if quorum == "half" else judged < int(quorum)
