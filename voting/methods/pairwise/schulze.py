"""Schulze: an option beats another when its strongest path to it is stronger than the way back."""

from fractions import Fraction

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings
from voting.evidence import DroppedOption, SchulzeEvidence
from voting.invalid import InvalidBallots
from voting.methods.ballot_matrices import Flags, contests_of, table
from voting.methods.pairwise.paths import path, strongest_paths
from voting.outcome import Count, Ranking
from voting.ties import TieRule, settle


def schulze(
    ballots: Rankings | Aggregates,
    ties: TieRule,
    *,
    strength: str = "winning_votes",
    unranked: str = "bottom",
    default: str = "none",
    quorum: str = "0",
    majority: str = "1",
) -> Count:
    """Rank by strongest paths, in tiers; winners are never removed and the rest recomputed.

    A link goes from the preferred to the other option of a pair, as strong as the ballots on the
    winning side (`winning_votes`) or their lead (`margins`). With a `default` option (Debian's
    rules) another option is dropped, and comes last, unless at least `quorum` ballots prefer it to
    the default one, and more than `majority` times as many as prefer the default one to it.
    Scores: the number of options beaten. Evidence: `pairwise`, `path_strengths`, `paths` from and
    to each winner, `dropped`. Source: Schulze 2011, arXiv 1804.02973 section 2; Debian
    Constitution, appendix A, on counting votes.
    """
    read = contests_of(ballots, unranked=unranked)
    preferred = read.numbers
    dropped = _dropped(ballots.options, preferred, default, int(quorum), Fraction(majority))
    kept = [option for option, name in enumerate(ballots.options) if name not in dropped]
    links = np.zeros_like(preferred)
    links[np.ix_(kept, kept)] = _links(preferred, strength)[np.ix_(kept, kept)]
    strengths, previous = strongest_paths(links)
    beats = strengths > strengths.T
    tiers = [*_tiers(ballots.options, beats, kept), tuple(dropped)]
    ranking, reports = settle(tiers, ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(zip(ballots.options, beats.sum(axis=1).tolist(), strict=True)),
        evidence=SchulzeEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(ballots.options, preferred),
            path_strengths=table(ballots.options, strengths),
            paths=_paths(ballots.options, previous, ranking[0]),
            dropped=dropped,
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def _links(preferred: I64, strength: str) -> I64:
    lead = preferred - preferred.T
    return np.where(lead > 0, lead if strength == "margins" else preferred, 0)


def _dropped(
    options: tuple[str, ...], preferred: I64, default: str, quorum: int, majority: Fraction
) -> dict[str, DroppedOption]:
    """The options that lack the quorum or the majority against the default option."""
    if default == "none":
        return {}
    name = default.removeprefix("option:")
    if name not in options:
        valid = ["none", *(f"option:{option}" for option in options)]
        raise InvalidBallots("bad_option_value", name="default", value=default, valid=valid)
    against = options.index(name)
    found: dict[str, DroppedOption] = {}
    for option, other in enumerate(options):
        sides = int(preferred[option, against]), int(preferred[against, option])
        lacks = "quorum" if sides[0] < quorum else "majority"
        if option != against and (sides[0] < quorum or sides[0] <= majority * sides[1]):
            found[other] = DroppedOption(name, *sides, lacks)
    return found


def _tiers(options: tuple[str, ...], beats: Flags, left: list[int]) -> Ranking:
    """Layers of the (transitive) relation: a tier is whatever no option of a later tier beats."""
    tiers: list[tuple[str, ...]] = []
    while left:
        top = [option for option in left if not beats[left, option].any()]
        tiers.append(tuple(options[option] for option in top))
        left = [option for option in left if option not in top]
    return tuple(tiers)


def _paths(
    options: tuple[str, ...], previous: I64, winners: tuple[str, ...]
) -> dict[str, dict[str, list[str]]]:
    """The strongest paths that start or end at a winner: what shows that nobody beats it."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in options}
    for start, first in enumerate(options):
        for end, last in enumerate(options):
            if first in winners or last in winners:
                route = path(previous, start, end)
                if route:
                    found[first][last] = [options[option] for option in route]
    return {name: routes for name, routes in found.items() if routes}
