"""STAR: the two options with the highest sums meet; the one that more ballots score higher wins."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from voting.ballots import Scores
from voting.evidence import StarEvidence
from voting.kernels.pairwise import pairwise
from voting.methods.ballot_matrices import table
from voting.methods.sums.score_ballots import score_ballot_counts, score_tallies
from voting.outcome import Count, tiers_by
from voting.ties import TieReport, TieRule, arranged, settle

PROTOCOL = {
    "name": "starvoting.org official",
    "version": "1",
    "finalists": ["head_to_head", "top_scores", "order"],
    "runoff": ["total", "top_scores", "order"],
}

Names = tuple[str, ...]


def star(ballots: Scores, ties: TieRule, *, max_score: str = "5") -> Count:
    """Score, then automatic runoff: a missing score is 0, equal scores prefer nobody.

    Ties follow the official protocol. For a place in the runoff: of the tied, those who lose most
    contests among them drop out, as long as enough remain; then those with the fewest highest
    scores; then the order published before the count. In the runoff: the higher sum, the more
    highest scores, that order. Where no order was published every way is counted, and the winners
    are all who can win. Scores: sums. Evidence: `sums`, `top_scores`, `pairwise`, `finalists` (and
    `contenders` for the places left open), `protocol`.
    """
    field, ballot_counts = _field(ballots, int(max_score)), score_ballot_counts(ballots)
    possible = _finals(field)
    finals = _drawn(possible, ties)
    everybody = _winners(field, possible)
    winners = _winners(field, finals)
    others = [name for name in finals.sure if name not in winners]
    rest = {name: sum_ for name, sum_ in field.sums.items() if name not in {*winners, *others}}
    ranking, places = settle([winners, others, *tiers_by(rest)], ties)
    reports = _reports(field, possible, finals, ties, matters=len(everybody) > 1)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(field.sums),
        evidence=StarEvidence(
            most=int(max_score),
            judges=ballot_counts.received - ballot_counts.blank,
            sums=field.sums,
            top_scores=field.tops,
            pairwise=field.contests,
            finalists=sorted(finals.sure),
            contenders=sorted(finals.open),
            protocol=PROTOCOL,
        ),
        # The protocol's own reports already contain the first place.
        ties=(*reports, *(report for report in places if report.where != "place:1")),
        ballot_counts=ballot_counts,
    )


class _Field(NamedTuple):
    """By option: the sum of its scores, its highest scores, and its contests won."""

    sums: dict[str, int]
    tops: dict[str, int]
    contests: dict[str, dict[str, int]]


def _field(ballots: Scores, most: int) -> _Field:
    tallies = score_tallies(ballots, most)
    # The higher the score, the better the rank; a missing score is a 0.
    ranks = np.uint8(255) - np.maximum(ballots.marks, 1)
    preferred = pairwise(np.asfortranarray(ranks), ballots.counts)
    return _Field(
        {
            name: sum(given * count for given, count in enumerate(row))
            for name, row in tallies.items()
        },
        {name: row[most] for name, row in tallies.items()},
        table(ballots.options, preferred),
    )


class _Finals(NamedTuple):
    """Finalists of the runoff, and the options tied for its remaining places."""

    tied: Names  # all who had the same sum at the limit; empty when the sums suffice
    sure: Names
    open: Names
    places: int


def _finals(field: _Field) -> _Finals:
    """The two highest sums; ties are broken as far as the protocol's own rules go."""
    tiers = tiers_by(field.sums)
    sure: Names = ()
    tied, places = tiers[0], min(2, len(field.sums))
    if len(tiers[0]) == 1 and len(tiers) > 1:
        sure, tied, places = tiers[0], tiers[1], 1
    if len(tied) == places:
        return _Finals((), sure + tied, (), 0)
    left = frozenset(tied)
    while len(left) > places:
        worst = _worst(field, left, places)
        kept = left - worst
        if len(kept) < places:
            better = sure + tuple(kept)
            return _Finals(tied, better, tuple(sorted(worst)), places - len(kept))
        left = kept
    return _Finals(tied, sure + tuple(left), (), 0)


def _drawn(finals: _Finals, ties: TieRule) -> _Finals:
    """The places left open given by the order published before the count."""
    if ties.kind == "left" or not finals.open:
        return finals
    chosen = tuple(arranged(ties, finals.open)[: finals.places])
    return finals._replace(sure=finals.sure + chosen, open=(), places=0)


def _winners(field: _Field, finals: _Finals) -> list[str]:
    """Everybody who wins some runoff that can take place."""
    pairs = (finals.sure + added for added in combinations(finals.open, finals.places))
    return sorted({name for pair in pairs for name in _runoff(field, pair)[0]})


def _worst(field: _Field, tied: frozenset[str], places: int) -> frozenset[str]:
    """The tied options that lose most contests among the tied; if too many, those of them with the
    fewest highest scores.
    """
    losses = {name: sum(_beats(field, other, name) for other in tied - {name}) for name in tied}
    worst = {name for name in tied if losses[name] == max(losses.values())}
    if len(tied) - len(worst) >= places:
        return frozenset(worst)
    fewest = min(field.tops[name] for name in worst)
    return frozenset(name for name in worst if field.tops[name] == fewest)


def _beats(field: _Field, first: str, second: str) -> bool:
    return field.contests[first][second] > field.contests[second][first]


def _runoff(field: _Field, pair: Names) -> tuple[Names, str]:
    """The winner of the runoff, and what broke its tie; both finalists when nothing does."""
    names = tuple(sorted(pair))
    if len(names) == 1:
        return names, ""
    first, second = names
    measures = (
        ("duel", field.contests[first][second], field.contests[second][first]),
        ("total", field.sums[first], field.sums[second]),
        ("top_scores", field.tops[first], field.tops[second]),
    )
    for decided, one, other in measures:
        if one != other:
            return (first if one > other else second,), decided
    return names, "nothing"


def _reports(
    field: _Field, possible: _Finals, finals: _Finals, ties: TieRule, *, matters: bool
) -> list[TieReport]:
    """The ties for a place in the runoff, and in it."""
    reports = []
    if possible.tied:
        place = 2 if _leads_alone(field) else 1
        where = f"place:{place}"
        if possible.open:
            reports.append(TieReport(possible.tied, where, ties.kind, matters))
        else:
            reports.append(TieReport(possible.tied, where, "protocol", False))
    if not finals.open:
        _, decided = _runoff(field, finals.sure)
        names = tuple(sorted(finals.sure))
        if decided == "nothing":
            reports.append(TieReport(names, "place:1", ties.kind, True))
        elif decided in ("total", "top_scores"):
            reports.append(TieReport(names, "place:1", "protocol", False))
    return reports


def _leads_alone(field: _Field) -> bool:
    return len(tiers_by(field.sums)[0]) == 1
