"""Methods on contests (Schulze, the Smith set), explained."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from voting.evidence import DroppedOption, PairwiseEvidence, SchulzeEvidence
from voting.outcome import Outcome, Sentence


def reason(outcome: Outcome) -> list[Sentence]:
    """The winner's closest contest when it wins them all, otherwise its strongest paths."""
    if outcome.method == "smith_set":
        return _set(outcome)
    winner = outcome.winners[0]
    if _dropped(outcome):
        return _kept(outcome, winner)
    rivals = [name for name in outcome.scores if name not in outcome.winners]
    if not rivals:
        return []
    if all(lead > 0 for lead in _leads(outcome, winner).values()):
        return won_by(outcome, winner)
    first = next(name for name in outcome.order if name in rivals)
    return [_paths(outcome, winner, first, "reason")]


def steps(outcome: Outcome) -> list[Sentence]:
    """Each contest, then (Schulze) the strongest paths between the winner and each other option."""
    sentences = every(outcome)
    if isinstance(outcome.evidence, SchulzeEvidence):
        winner = outcome.winners[0]
        others = [name for name in outcome.order if name != winner]
        sentences += [_paths(outcome, winner, name, "step") for name in others]
    return sentences


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """The contest with a winner and, for Schulze, the paths both ways."""
    winner = outcome.winners[0]
    if option in _dropped(outcome):
        return [_was_dropped(outcome, option)]
    sentences = [against(outcome, winner, option)]
    if outcome.method == "smith_set":
        return [*sentences, *_set(outcome)]
    strengths = outcome.evidence_as(SchulzeEvidence).path_strengths
    beating = [
        name for name in outcome.winners if strengths[name][option] > strengths[option][name]
    ]
    return [*sentences, _paths(outcome, (beating or [winner])[0], option, "why_not")]


def _dropped(outcome: Outcome) -> dict[str, DroppedOption]:
    """The options that the default option's rules dropped."""
    return outcome.evidence.dropped if isinstance(outcome.evidence, SchulzeEvidence) else {}


def _kept(outcome: Outcome, winner: str) -> list[Sentence]:
    """State which options the default option's rules dropped, and the winner's contest with the
    next.
    """
    dropped = _dropped(outcome)
    sentences = [Sentence("reason.schulze.dropped", {"options": sorted(dropped)})]
    rest = [name for name in outcome.losers if name not in dropped]
    if rest:
        sentences.append(_paths(outcome, winner, rest[0], "reason"))
    return sentences


def _was_dropped(outcome: Outcome, option: str) -> Sentence:
    found = _dropped(outcome)[option]
    values = {
        "option": option,
        "other": found.default,
        "for_option": found.ballots_for,
        "for_other": found.against,
    }
    return Sentence(f"why_not.schulze.no_{found.lacks}", values)


def won_by(outcome: Outcome, winner: str) -> list[Sentence]:
    """State how many contests an option that loses none wins, and its closest one."""
    leads = {
        name: _lead(_matrix(outcome), winner, name) for name in outcome.scores if name != winner
    }
    won = sum(lead > 0 for lead in leads.values())
    part = "all_won" if won == len(leads) else "unbeaten"
    sentences = [Sentence(f"reason.contests.{part}", {"option": winner, "contests": won})]
    closest = min(leads, key=lambda name: (leads[name], name))
    return [
        *sentences,
        Sentence("reason.contests.closest", _contest(_matrix(outcome), winner, closest)),
    ]


def against(outcome: Outcome, winner: str, option: str) -> Sentence:
    """The contest of a winner with another option."""
    matrix = _matrix(outcome)
    lead = _lead(matrix, winner, option)
    part = "won" if lead > 0 else "tied" if lead == 0 else "lost"
    return Sentence(f"why_not.contests.{part}", _contest(matrix, winner, option))


def every(outcome: Outcome) -> list[Sentence]:
    """Every contest, who wins it named first."""
    matrix, sentences = _matrix(outcome), []
    for first, second in combinations(sorted(outcome.scores), 2):
        lead = _lead(matrix, first, second)
        above, below = (first, second) if lead >= 0 else (second, first)
        name = "step.contests.won" if lead else "step.contests.tied"
        sentences.append(Sentence(name, _contest(matrix, above, below)))
    return sentences


def _set(outcome: Outcome) -> list[Sentence]:
    rest = sorted(set(outcome.scores) - set(outcome.winners))
    return [Sentence("reason.smith_set.set", {"winners": list(outcome.winners), "others": rest})]


def _matrix(outcome: Outcome) -> Mapping[str, Mapping[str, int]]:
    return outcome.evidence_as(PairwiseEvidence).pairwise


def _leads(outcome: Outcome, winner: str) -> dict[str, int]:
    matrix = _matrix(outcome)
    return {name: _lead(matrix, winner, name) for name in outcome.scores if name != winner}


def _lead(matrix: Mapping[str, Mapping[str, int]], first: str, second: str) -> int:
    return matrix[first][second] - matrix[second][first]


def _contest(matrix: Mapping[str, Mapping[str, int]], first: str, second: str) -> dict[str, Any]:
    return {
        "first": first,
        "second": second,
        "for_first": matrix[first][second],
        "for_second": matrix[second][first],
    }


def _paths(outcome: Outcome, first: str, second: str, part: str) -> Sentence:
    strengths, routes = (
        outcome.evidence_as(SchulzeEvidence).path_strengths,
        outcome.evidence_as(SchulzeEvidence).paths,
    )
    values = {
        "first": first,
        "second": second,
        "strength": strengths[first][second],
        "path": routes.get(first, {}).get(second, []),
        "back_strength": strengths[second][first],
        "back_path": routes.get(second, {}).get(first, []),
    }
    return Sentence(f"{part}.schulze.paths", values)
