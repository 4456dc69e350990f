"""Explanations as data: each sentence is a message and its values, worded by catalogues outside.

`MESSAGES` lists every message with the names of its values, so that a catalogue can be checked to
be complete. Values are names of options or grades, exact numbers, or lists and tables of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from voting.invalid import InvalidBallots
from voting.methods.budgets import explain_funding
from voting.methods.committees import explain_committees
from voting.methods.eliminations import explain_eliminations, explain_instant_runoff
from voting.methods.grades import explain_grades
from voting.methods.pairwise import explain_contests, explain_minimax, explain_orders
from voting.methods.points import explain_spending
from voting.methods.sums import explain_bucklin, explain_star, explain_sums
from voting.methods.transferable import explain_stages
from voting.outcome import Outcome, Sentence

_PAIR = ("above", "below")
_GRADES = (*_PAIR, "above_grade", "below_grade")
_CONTEST = ("first", "second", "for_first", "for_second")
_PATHS = ("first", "second", "strength", "path", "back_strength", "back_path")
_BEHIND = ("option", "score", "winner", "winner_score")
_LEFT = ("option", "score", "winner", "winner_score", "round")
_RANK = ("option", "votes", "winner", "winner_votes", "rank")
_WORST = ("option", "other", "for_other", "for_option", "score")
_ROUND = ("option", "votes", "winner", "winner_votes", "round")

_STEP = ("option", "value", "winner", "winner_value", "number")
_SWAP = ("option", "swapped", "winner", "score")
_PROJECT = ("option", "votes", "cost", "left")
_VOTER_BUDGETS = ("option", "votes", "cost", "available")

MESSAGES: dict[str, tuple[str, ...]] = {
    # who won
    "result.winner": ("winner", "method", "received"),
    "result.tied": ("winners", "method", "received"),
    "result.set": ("winners", "method", "received"),
    "result.elected": ("winners", "method", "received"),
    "result.elected_open": ("winners", "method", "received"),
    "result.unchecked": ("winners", "method", "received"),
    "result.elected_unchecked": ("winners", "method", "received"),
    "result.committees_tied": ("groups", "method", "received"),
    "result.committees_many": ("groups", "method", "received"),
    "result.none_elected": ("method", "received"),
    "result.funded": ("winners", "method", "received"),
    "result.none_funded": ("method", "received"),
    "result.no_ballots": ("options",),
    "result.only_option": ("winner", "received"),
    "result.first": ("winner", "method"),
    "result.first_tied": ("winners", "method"),
    # ballots
    "step.ballots": (
        "received",
        "counted",
        "blank",
        "partial",
        "over_marked",
        "over_spent",
        "invalid",
    ),
    # ties
    "tie.place.left": ("tied", "number"),
    "tie.place.order": ("tied", "number"),
    "tie.place.seed": ("tied", "number", "seed"),
    "tie.place.protocol": ("tied", "number"),
    "tie.round.left": ("tied", "number"),
    "tie.round.order": ("tied", "number"),
    "tie.round.seed": ("tied", "number", "seed"),
    "tie.round.previous_rounds": ("tied", "number"),
    "tie.round.safe_together": ("tied", "number"),
    "tie.surplus.left": ("tied", "number"),
    "tie.surplus.order": ("tied", "number"),
    "tie.surplus.seed": ("tied", "number", "seed"),
    "tie.surplus.previous_rounds": ("tied", "number"),
    "tie.project.left": ("tied", "number"),
    "tie.project.order": ("tied", "number"),
    "tie.project.seed": ("tied", "number", "seed"),
    "tie.seat.left": ("tied", "number"),
    "tie.seat.order": ("tied", "number"),
    "tie.seat.seed": ("tied", "number", "seed"),
    "tie.removal.left": ("tied", "number"),
    "tie.removal.order": ("tied", "number"),
    "tie.removal.seed": ("tied", "number", "seed"),
    "tie.order_matters": ("tied",),
    "tie.unchecked": ("tied",),
    "tie.other_committee": ("tied",),
    # majority judgment
    "reason.majority_judgment.grade": ("option", "grade", "at_least", "judges"),
    "reason.majority_judgment.grades": _GRADES,
    "reason.majority_judgment.value": (*_GRADES, "grade", "removed"),
    "reason.majority_judgment.equal": _PAIR,
    "reason.majority_judgment.excluded": ("option", "judgments", "judges"),
    "step.majority_judgment.gauge": ("option", "grade", "above", "below", "sign"),
    "step.majority_judgment.grades": _GRADES,
    "step.majority_judgment.value": (*_GRADES, "grade", "removed"),
    "step.majority_judgment.equal": _PAIR,
    "why_not.majority_judgment.grades": _GRADES,
    "why_not.majority_judgment.value": (*_GRADES, "grade", "removed"),
    "why_not.majority_judgment.equal": _PAIR,
    "why_not.majority_judgment.excluded": ("option", "judgments", "judges"),
    # sums
    "reason.approval.score": ("option", "score", "ballots"),
    "reason.approval.behind": _BEHIND,
    "step.approval.score": ("option", "score"),
    "why_not.approval.behind": _BEHIND,
    "reason.plurality.score": ("option", "score", "ballots"),
    "reason.plurality.behind": _BEHIND,
    "step.plurality.score": ("option", "score"),
    "why_not.plurality.behind": _BEHIND,
    "reason.copeland.score": ("option", "score", "ballots"),
    "reason.copeland.behind": _BEHIND,
    "step.copeland.score": ("option", "score"),
    "why_not.copeland.behind": _BEHIND,
    "reason.score.score": ("option", "score", "ballots"),
    "reason.score.behind": _BEHIND,
    "step.score.score": ("option", "score"),
    "why_not.score.behind": _BEHIND,
    "reason.borda.score": ("option", "score", "ballots"),
    "reason.borda.behind": _BEHIND,
    "step.borda.score": ("option", "score"),
    "why_not.borda.behind": _BEHIND,
    "reason.dowdall.score": ("option", "score", "ballots"),
    "reason.dowdall.behind": _BEHIND,
    "step.dowdall.score": ("option", "score"),
    "why_not.dowdall.behind": _BEHIND,
    "reason.cumulative.score": ("option", "score", "ballots"),
    "reason.cumulative.behind": _BEHIND,
    "step.cumulative.limit": ("limit",),
    "step.cumulative.no_limit": (),
    "step.cumulative.over_spent": ("ballots", "most"),
    "step.cumulative.spent": ("spent",),
    "step.cumulative.score": ("option", "score"),
    "why_not.cumulative.behind": _BEHIND,
    "reason.quadratic.score": ("option", "score", "ballots"),
    "reason.quadratic.behind": _BEHIND,
    "step.quadratic.limit": ("limit",),
    "step.quadratic.no_limit": (),
    "step.quadratic.over_spent": ("ballots", "most"),
    "step.quadratic.spent": ("spent",),
    "step.quadratic.score": ("option", "score"),
    "why_not.quadratic.behind": _BEHIND,
    # star
    "reason.star.open": ("options",),
    "reason.star.finalists": ("first", "second", "first_sum", "second_sum"),
    "reason.star.runoff": _CONTEST,
    "step.star.score": ("option", "score"),
    "step.star.runoff": _CONTEST,
    "why_not.star.runoff": _CONTEST,
    "why_not.star.score": ("option", "score", "finalists"),
    # bucklin
    "reason.bucklin.majority": ("option", "votes", "ballots", "rank"),
    "reason.bucklin.most": ("option", "votes", "ballots", "rank"),
    "reason.bucklin.behind": _RANK,
    "step.bucklin.rank": ("rank", "votes"),
    "why_not.bucklin.behind": _RANK,
    # minimax
    "reason.minimax.unbeaten": ("option",),
    "reason.minimax.worst": _WORST,
    "step.minimax.unbeaten": ("option",),
    "step.minimax.worst": _WORST,
    "why_not.minimax.unbeaten": ("option",),
    "why_not.minimax.worst": _WORST,
    # counts that a tie stopped
    "reason.certain": ("option", "round"),
    "reason.open": ("winners", "round"),
    "why_not.in_no_order": ("option", "round"),
    # eliminations
    "reason.elimination.alone": ("option", "round"),
    "reason.elimination.beats_all": ("option", "round"),
    "reason.elimination.tied": ("option", "round"),
    "reason.elimination.all_tied": ("winners", "round"),
    "reason.elimination.majority": ("option", "round", "votes", "active"),
    "reason.elimination.votes": _LEFT,
    "reason.elimination.points": _LEFT,
    "reason.elimination.average": _LEFT,
    "reason.elimination.last_places": _LEFT,
    "reason.elimination.stayed_votes": _LEFT,
    "reason.elimination.stayed_points": _LEFT,
    "reason.elimination.stayed_last_places": _LEFT,
    "step.elimination.votes": ("round", "scores"),
    "step.elimination.points": ("round", "scores"),
    "step.elimination.last_places": ("round", "scores"),
    "step.elimination.left": ("round", "options"),
    "why_not.elimination.votes": _LEFT,
    "why_not.elimination.points": _LEFT,
    "why_not.elimination.average": _LEFT,
    "why_not.elimination.last_places": _LEFT,
    "why_not.elimination.stayed_votes": _LEFT,
    "why_not.elimination.stayed_points": _LEFT,
    "why_not.elimination.stayed_last_places": _LEFT,
    # contests
    "reason.duels.all_won": ("option", "duels"),
    "reason.duels.unbeaten": ("option", "duels"),
    "reason.duels.closest": _CONTEST,
    "reason.ranked_pairs.first": ("option",),
    "reason.ranked_pairs.several": ("winners",),
    "reason.ranked_pairs.set_aside": _CONTEST,
    "step.ranked_pairs.yes": _CONTEST,
    "step.ranked_pairs.no": _CONTEST,
    "step.ranked_pairs.depends": _CONTEST,
    "step.ranked_pairs.unchecked": _CONTEST,
    "why_not.ranked_pairs.yes": _CONTEST,
    "why_not.ranked_pairs.depends": _CONTEST,
    "why_not.ranked_pairs.unchecked": _CONTEST,
    "reason.kemeny.score": ("score", "preferences"),
    "reason.kemeny.only": ("score",),
    "reason.kemeny.unlisted": ("score",),
    "reason.kemeny.several": ("many",),
    "reason.kemeny.unproven": ("score", "bound"),
    "why_not.kemeny.never_first": ("option",),
    "why_not.kemeny.also_first": ("option",),
    "why_not.kemeny.unproven": ("option",),
    "reason.schulze.paths": _PATHS,
    "reason.schulze.dropped": ("options",),
    "why_not.schulze.no_quorum": _WORST[:-1],
    "why_not.schulze.no_majority": _WORST[:-1],
    "reason.smith_set.set": ("winners", "others"),
    "step.duels.won": _CONTEST,
    "step.duels.tied": _CONTEST,
    "step.schulze.paths": _PATHS,
    "why_not.duels.won": _CONTEST,
    "why_not.duels.tied": _CONTEST,
    "why_not.duels.lost": _CONTEST,
    "why_not.schulze.paths": _PATHS,
    # rounds
    "reason.instant_runoff.majority": ("option", "votes", "active", "round"),
    "reason.instant_runoff.alone": ("option", "round"),
    "reason.instant_runoff.eliminated": _ROUND,
    "reason.instant_runoff.behind": _ROUND,
    "step.instant_runoff.votes": ("round", "votes", "active", "exhausted"),
    "step.instant_runoff.eliminated": ("round", "options"),
    "step.instant_runoff.transfers": ("round", "transfers", "exhausted"),
    "why_not.instant_runoff.eliminated": _ROUND,
    "why_not.instant_runoff.behind": _ROUND,
    # single transferable vote
    "reason.stv.open": ("winners", "round"),
    "reason.stv.certain": ("winners", "round"),
    "reason.stv.all": ("seats",),
    "reason.stv.quota": ("quota", "seats"),
    "reason.stv.excluded": ("option", "votes", "round"),
    "reason.stv.behind": ("option", "votes", "round"),
    "step.stv.surplus": ("round", "options"),
    "step.stv.exclusion": ("round", "options"),
    "step.stv.votes": ("round", "votes", "exhausted"),
    "step.stv.elected": ("round", "options", "quota"),
    "step.stv.filled": ("round", "options", "quota"),
    "why_not.stv.in_no_order": ("option", "round"),
    "why_not.stv.excluded": ("option", "votes", "round"),
    "why_not.stv.behind": ("option", "votes", "round"),
    # projects under a budget
    "reason.funding.spent": ("spent", "budget"),
    "reason.funding.open": ("groups",),
    "reason.funding.unsearched": (),
    "reason.funding.left": _PROJECT,
    "reason.funding.purses": _VOTER_BUDGETS,
    "reason.funding.no_vote": ("option",),
    "reason.funding.too_dear": ("option", "cost", "budget"),
    "reason.funding.tied": ("option",),
    "reason.funding.unsearched_option": ("option",),
    "step.funding.start": ("start",),
    "step.funding.all_fit": ("budget",),
    "step.funding.fits": _PROJECT,
    "step.funding.paid": (*_PROJECT, "price", "in_full", "emptied"),
    "step.funding.loaded": (*_PROJECT, "load"),
    "why_not.funding.left": _PROJECT,
    "why_not.funding.purses": _VOTER_BUDGETS,
    "why_not.funding.no_vote": ("option",),
    "why_not.funding.too_dear": ("option", "cost", "budget"),
    "why_not.funding.tied": ("option",),
    "why_not.funding.unsearched_option": ("option",),
    # committees
    "reason.committee.all": ("seats",),
    "reason.committee.open": ("groups",),
    "reason.committee.represented": ("represented", "ballots"),
    "reason.committee.unproven": ("score", "bound"),
    "reason.committee.unsearched": (),
    "reason.committee.behind": _BEHIND,
    "reason.committee.swap": _SWAP,
    "reason.seq_pav.behind": _STEP,
    "reason.seq_phragmen.behind": _STEP,
    "reason.seq_phragmen.nobody": ("option",),
    "reason.revseq_pav.gone": ("option", "number", "value"),
    "reason.mes_committee.vacant": ("vacant",),
    "reason.mes_committee.purses": ("option", "votes", "available"),
    "step.committee.score": ("option", "score"),
    "step.committee.satisfied": ("ballots", "members", "value"),
    "step.seq_pav.joined": ("number", "option", "value"),
    "step.seq_phragmen.joined": ("number", "option", "value"),
    "step.seq_phragmen.nobody": ("number", "option"),
    "step.revseq_pav.left": ("number", "option", "value"),
    "step.mes_committee.start": ("start",),
    "step.mes_committee.paid": ("number", "option", "price", "in_full", "emptied"),
    "step.mes_committee.filled": ("number", "option", "votes"),
    "why_not.committee.possible": ("option",),
    "why_not.committee.unsearched": ("option",),
    "why_not.committee.never": ("option",),
    "why_not.committee.behind": _BEHIND,
    "why_not.committee.swap": _SWAP,
    "why_not.seq_pav.behind": _STEP,
    "why_not.seq_phragmen.behind": _STEP,
    "why_not.seq_phragmen.nobody": ("option",),
    "why_not.revseq_pav.gone": ("option", "number", "value"),
    "why_not.mes_committee.purses": ("option", "votes", "available"),
    # why not X?
    "why_not.elected": ("option",),
    "why_not.elected_open": ("option", "winners"),
    "why_not.funded": ("option",),
    "why_not.won": ("option",),
    "why_not.shares_first_place": ("option", "winners"),
    "why_not.unchecked": ("option",),
}


class Teller(NamedTuple):
    """How a method is explained."""

    reason: Callable[[Outcome], list[Sentence]]
    steps: Callable[[Outcome], list[Sentence]]
    why_not: Callable[[Outcome, str], list[Sentence]]


_STAGES = Teller(explain_stages.reason, explain_stages.steps, explain_stages.why_not)
_FUNDING = Teller(explain_funding.reason, explain_funding.steps, explain_funding.why_not)
_COMMITTEES = Teller(
    explain_committees.reason, explain_committees.steps, explain_committees.why_not
)
_SUMS = Teller(explain_sums.reason, explain_sums.steps, explain_sums.why_not)
_SPENDING = Teller(explain_sums.reason, explain_spending.steps, explain_sums.why_not)
_CONTESTS = Teller(explain_contests.reason, explain_contests.steps, explain_contests.why_not)
_ELIMINATIONS = Teller(
    explain_eliminations.reason, explain_eliminations.steps, explain_eliminations.why_not
)

TELLERS: dict[str, Teller] = {
    "stv_scottish": _STAGES,
    "stv_wigm": _STAGES,
    "stv_meek": _STAGES,
    "greedy_pb": _FUNDING,
    "mes_pb": _FUNDING,
    "phragmen_pb": _FUNDING,
    "approval_committee": _COMMITTEES,
    "sav": _COMMITTEES,
    "pav": _COMMITTEES,
    "seq_pav": _COMMITTEES,
    "revseq_pav": _COMMITTEES,
    "seq_phragmen": _COMMITTEES,
    "chamberlin_courant": _COMMITTEES,
    "mes_committee": _COMMITTEES,
    "majority_judgment": Teller(
        explain_grades.reason, explain_grades.steps, explain_grades.why_not
    ),
    "approval": _SUMS,
    "plurality": _SUMS,
    "copeland": _SUMS,
    "score": _SUMS,
    "borda": _SUMS,
    "dowdall": _SUMS,
    "cumulative": _SPENDING,
    "quadratic": _SPENDING,
    "star": Teller(explain_star.reason, explain_star.steps, explain_star.why_not),
    "bucklin": Teller(explain_bucklin.reason, explain_bucklin.steps, explain_bucklin.why_not),
    "ranked_pairs": Teller(
        explain_orders.pairs_reason, explain_orders.pairs_steps, explain_orders.pairs_why_not
    ),
    "kemeny": Teller(
        explain_orders.kemeny_reason, explain_orders.kemeny_steps, explain_orders.kemeny_why_not
    ),
    "benham": _ELIMINATIONS,
    "baldwin": _ELIMINATIONS,
    "nanson": _ELIMINATIONS,
    "coombs": _ELIMINATIONS,
    "minimax": Teller(explain_minimax.reason, explain_minimax.steps, explain_minimax.why_not),
    "schulze": _CONTESTS,
    "smith_set": _CONTESTS,
    "instant_runoff": Teller(
        explain_instant_runoff.reason, explain_instant_runoff.steps, explain_instant_runoff.why_not
    ),
}


def narrate(outcome: Outcome) -> list[Sentence]:
    """Who won, why with the real numbers, what separates the next one; then each tie that bears
    on the winners. Without evidence (few ballots, secret) only who won.
    """
    if not outcome.evidence:
        return [_ranked(outcome)]
    told = [_result(outcome)]
    if told[0].id in ("result.no_ballots", "result.only_option"):
        return told
    told += TELLERS[outcome.method].reason(outcome)
    return [*told, *_ties(outcome, only_those_that_matter=True)]


def steps(outcome: Outcome) -> list[Sentence]:
    """The boxes, the count step by step, then every tie that was met; none without evidence."""
    if not outcome.evidence:
        return []
    ballot_counts = outcome.ballot_counts
    first = Sentence(
        "step.ballots",
        {
            "received": ballot_counts.received,
            "counted": ballot_counts.counted,
            "blank": ballot_counts.blank,
            "partial": ballot_counts.partial,
            "over_marked": ballot_counts.over_marked,
            "over_spent": ballot_counts.over_spent,
            "invalid": ballot_counts.invalid,
        },
    )
    return [first, *TELLERS[outcome.method].steps(outcome), *_ties(outcome)]


def why_not(outcome: Outcome, option: str) -> list[Sentence]:
    """Why this option did not win; that it did, or shares the first place, when so."""
    if option not in outcome.scores:
        raise InvalidBallots("unknown_option", name=option)
    if option in outcome.winners:
        if _elects_several(outcome):
            return [_member(outcome, option)]
        if len(outcome.winners) == 1 or outcome.method == "smith_set":
            return [Sentence("why_not.won", {"option": option})]
        if _is_unchecked(outcome):
            return [Sentence("why_not.unchecked", {"option": option})]
        others = {"option": option, "winners": list(outcome.winners)}
        return [Sentence("why_not.shares_first_place", others)]
    return TELLERS[outcome.method].why_not(outcome, option)


def _ranked(outcome: Outcome) -> Sentence:
    """Who is first in an outcome of which only the ranking is known."""
    if len(outcome.winners) == 1:
        values = {"winner": outcome.winners[0], "method": outcome.method}
        return Sentence("result.first", values)
    return Sentence(
        "result.first_tied", {"winners": list(outcome.winners), "method": outcome.method}
    )


def _result(outcome: Outcome) -> Sentence:
    received = outcome.ballot_counts.received
    if received == 0 and len(outcome.scores) > 1:
        return Sentence("result.no_ballots", {"options": sorted(outcome.scores)})
    if len(outcome.scores) == 1 and outcome.winners:
        values = {"winner": outcome.winners[0], "received": received}
        return Sentence("result.only_option", values)
    common = {"method": outcome.method, "received": received}
    if _elects_several(outcome):
        return Sentence(*_several(outcome, common))
    if outcome.method == "smith_set":
        return Sentence("result.set", {"winners": list(outcome.winners), **common})
    if len(outcome.winners) == 1:
        return Sentence("result.winner", {"winner": outcome.winners[0], **common})
    name = "result.unchecked" if _is_unchecked(outcome) else "result.tied"
    return Sentence(name, {"winners": list(outcome.winners), **common})


def _elects_several(outcome: Outcome) -> bool:
    rules = outcome.evidence["rules"]
    return "budget" in rules or rules.get("seats", 1) > 1 or not outcome.winners


def _is_open(outcome: Outcome) -> bool:
    return any(tie.rule == "left" and tie.order_matters for tie in outcome.ties)


def _is_unchecked(outcome: Outcome) -> bool:
    """Whether winners are all those not ruled out: the ways to break a tie were too many."""
    return any(tie.rule == "left" and tie.order_matters is None for tie in outcome.ties)


def _several(outcome: Outcome, common: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The message of who is elected or funded, and its values."""
    winners = {"winners": list(outcome.winners)}
    if len(outcome.committees) > 1:
        complete = outcome.evidence.get("complete", True)
        name = "result.committees_tied" if complete else "result.committees_many"
        groups = outcome.evidence.get("many", len(outcome.committees))
        return name, {"groups": groups, **common}
    if "budget" in outcome.evidence["rules"]:
        if not outcome.winners:
            return "result.none_funded", common
        return "result.funded", {**winners, **common}
    if not outcome.winners:
        return "result.none_elected", common
    if "stages" in outcome.evidence and _is_unchecked(outcome):
        return "result.elected_unchecked", {**winners, **common}
    return ("result.elected_open" if _is_open(outcome) else "result.elected"), {**winners, **common}


def _member(outcome: Outcome, option: str) -> Sentence:
    if "budget" in outcome.evidence["rules"]:
        return Sentence("why_not.funded", {"option": option})
    if _is_unchecked(outcome):
        return Sentence("why_not.unchecked", {"option": option})
    if _is_open(outcome):
        values = {"option": option, "winners": list(outcome.winners)}
        return Sentence("why_not.elected_open", values)
    return Sentence("why_not.elected", {"option": option})


def _ties(outcome: Outcome, *, only_those_that_matter: bool = False) -> list[Sentence]:
    told = []
    for tie in outcome.ties:
        if only_those_that_matter and tie.order_matters is False:
            continue
        kind, number = tie.where.split(":")
        values = {"tied": list(tie.tied), "number": int(number)}
        if tie.rule == "seed":
            values["seed"] = outcome.evidence["rules"]["ties"]["seed"]
        told.append(Sentence(f"tie.{kind}.{tie.rule}", values))
        if tie.rule == "left" or tie.order_matters is False:
            continue
        if tie.order_matters is None:
            told.append(Sentence("tie.unchecked", {"tied": list(tie.tied)}))
        else:
            other = "other_committee" if kind in ("seat", "removal") else "order_matters"
            told.append(Sentence(f"tie.{other}", {"tied": list(tie.tied)}))
    return told
