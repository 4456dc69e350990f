"""Explanations as data: each sentence is a message and its values, worded by catalogues outside.

`MESSAGES` lists every message with the names of its values, so that a catalogue can be checked to
be complete. Values are names of options or grades, exact numbers, or lists and tables of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from voting import evidence
from voting.evidence import Evidence, WithheldEvidence
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


class Explainer(NamedTuple):
    """How outcomes with one shape of evidence are explained."""

    reasons: Callable[[Outcome], list[Sentence]]
    steps: Callable[[Outcome], list[Sentence]]
    loss: Callable[[Outcome, str], list[Sentence]]


_COMMITTEES = Explainer(
    explain_committees.reason, explain_committees.steps, explain_committees.why_not
)
_SUMS = Explainer(explain_sums.reason, explain_sums.steps, explain_sums.why_not)
_CONTESTS = Explainer(explain_contests.reason, explain_contests.steps, explain_contests.why_not)

EXPLAINERS: dict[type[Evidence], Explainer] = {
    evidence.GradesEvidence: Explainer(
        explain_grades.reason, explain_grades.steps, explain_grades.why_not
    ),
    evidence.ApprovalEvidence: _SUMS,
    evidence.PluralityEvidence: _SUMS,
    evidence.RatedEvidence: _SUMS,
    evidence.DowdallEvidence: _SUMS,
    evidence.ScoreEvidence: _SUMS,
    evidence.StarEvidence: Explainer(explain_star.reason, explain_star.steps, explain_star.why_not),
    evidence.BucklinEvidence: Explainer(
        explain_bucklin.reason, explain_bucklin.steps, explain_bucklin.why_not
    ),
    evidence.PairwiseEvidence: _SUMS,  # Copeland: its scores say it all
    evidence.SchulzeEvidence: _CONTESTS,
    evidence.SmithEvidence: _CONTESTS,
    evidence.MinimaxEvidence: Explainer(
        explain_minimax.reason, explain_minimax.steps, explain_minimax.why_not
    ),
    evidence.RankedPairsEvidence: Explainer(
        explain_orders.pairs_reason, explain_orders.pairs_steps, explain_orders.pairs_why_not
    ),
    evidence.KemenyEvidence: Explainer(
        explain_orders.kemeny_reason, explain_orders.kemeny_steps, explain_orders.kemeny_why_not
    ),
    evidence.RunoffEvidence: Explainer(
        explain_instant_runoff.reason, explain_instant_runoff.steps, explain_instant_runoff.why_not
    ),
    evidence.EliminationEvidence: Explainer(
        explain_eliminations.reason, explain_eliminations.steps, explain_eliminations.why_not
    ),
    evidence.PointsEvidence: Explainer(
        explain_sums.reason, explain_spending.steps, explain_sums.why_not
    ),
    evidence.StagesEvidence: Explainer(
        explain_stages.reason, explain_stages.steps, explain_stages.why_not
    ),
    evidence.CommitteeEvidence: _COMMITTEES,
    evidence.SharesEvidence: _COMMITTEES,
    evidence.OptimalEvidence: _COMMITTEES,
    evidence.StepwiseEvidence: _COMMITTEES,
    evidence.EqualSharesEvidence: _COMMITTEES,
    evidence.FundingEvidence: Explainer(
        explain_funding.reason, explain_funding.steps, explain_funding.why_not
    ),
}


class Explanation(msgspec.Struct, frozen=True):
    """Why an outcome is what it is, as data.

    `headline`: who won. `reasons`: why, with the numbers, and each tie that bears on the winners.
    `steps`: the count step by step. `losses`: option -> why it did not win, for all others.
    """

    headline: Sentence
    reasons: list[Sentence]
    steps: list[Sentence]
    losses: dict[str, list[Sentence]]

    @property
    def summary(self) -> list[Sentence]:
        """The headline and the reasons."""
        return [self.headline, *self.reasons]


def explain(outcome: Outcome) -> Explanation:
    """The explanation of an outcome; without evidence (few ballots, secret) only the headline."""
    first = headline(outcome)
    if isinstance(outcome.evidence, WithheldEvidence):
        return Explanation(first, [], [], {})
    explainer = EXPLAINERS[type(outcome.evidence)]
    reasons: list[Sentence] = []
    if first.id not in ("result.no_ballots", "result.only_option"):
        reasons = explainer.reasons(outcome) + _ties(outcome, only_those_that_matter=True)
    steps = [_ballots(outcome), *explainer.steps(outcome), *_ties(outcome)]
    losers = [name for tier in outcome.ranking for name in tier if name not in outcome.winners]
    losses = {}
    if outcome.ballot_counts.received:
        losses = {name: explain_loss(outcome, name) for name in losers}
    return Explanation(first, reasons, steps, losses)


def headline(outcome: Outcome) -> Sentence:
    """The sentence that says who won."""
    if isinstance(outcome.evidence, WithheldEvidence):
        return _ranked(outcome)
    return _result(outcome)


def explain_loss(outcome: Outcome, option: str) -> list[Sentence]:
    """Why this option did not win; that it did, or shares the first place, when so.

    Raises `InvalidBallots` for an option that was not voted on.
    """
    if option not in outcome.scores:
        raise InvalidBallots("unknown_option", name=option)
    if option not in outcome.winners:
        return EXPLAINERS[type(outcome.evidence)].loss(outcome, option)
    if _elects_several(outcome):
        return [_member(outcome, option)]
    if len(outcome.winners) == 1 or isinstance(outcome.evidence, evidence.SmithEvidence):
        return [Sentence("why_not.won", {"option": option})]
    if _is_unchecked(outcome):
        return [Sentence("why_not.unchecked", {"option": option})]
    others = {"option": option, "winners": list(outcome.winners)}
    return [Sentence("why_not.shares_first_place", others)]


def _ballots(outcome: Outcome) -> Sentence:
    """How many ballots were received, and what became of them."""
    counts = outcome.ballot_counts
    values = {"received": counts.received, **msgspec.structs.asdict(counts)}
    return Sentence("step.ballots", values)


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
    if isinstance(outcome.evidence, evidence.SmithEvidence):
        return Sentence("result.set", {"winners": list(outcome.winners), **common})
    if len(outcome.winners) == 1:
        return Sentence("result.winner", {"winner": outcome.winners[0], **common})
    name = "result.unchecked" if _is_unchecked(outcome) else "result.tied"
    return Sentence(name, {"winners": list(outcome.winners), **common})


def _elects_several(outcome: Outcome) -> bool:
    funds = isinstance(outcome.evidence, evidence.FundingEvidence)
    return funds or (outcome.rules.seats or 1) > 1 or not outcome.winners


def _is_open(outcome: Outcome) -> bool:
    return any(tie.rule == "left" and tie.order_matters for tie in outcome.ties)


def _is_unchecked(outcome: Outcome) -> bool:
    """Whether winners are all those not ruled out: the ways to break a tie were too many."""
    return any(tie.rule == "left" and tie.order_matters is None for tie in outcome.ties)


def _several(outcome: Outcome, common: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The message of who is elected or funded, and its values."""
    winners = {"winners": list(outcome.winners)}
    if len(outcome.committees) > 1:
        found, complete, groups = outcome.evidence, True, len(outcome.committees)
        if isinstance(found, evidence.CommitteeEvidence | evidence.FundingEvidence):
            complete = found.complete
        if isinstance(found, evidence.CommitteeEvidence):
            groups = found.many
        name = "result.committees_tied" if complete else "result.committees_many"
        return name, {"groups": groups, **common}
    if isinstance(outcome.evidence, evidence.FundingEvidence):
        if not outcome.winners:
            return "result.none_funded", common
        return "result.funded", {**winners, **common}
    if not outcome.winners:
        return "result.none_elected", common
    if isinstance(outcome.evidence, evidence.StagesEvidence) and _is_unchecked(outcome):
        return "result.elected_unchecked", {**winners, **common}
    return ("result.elected_open" if _is_open(outcome) else "result.elected"), {**winners, **common}


def _member(outcome: Outcome, option: str) -> Sentence:
    if isinstance(outcome.evidence, evidence.FundingEvidence):
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
            values["seed"] = outcome.rules.ties.seed
        told.append(Sentence(f"tie.{kind}.{tie.rule}", values))
        if tie.rule == "left" or tie.order_matters is False:
            continue
        if tie.order_matters is None:
            told.append(Sentence("tie.unchecked", {"tied": list(tie.tied)}))
        else:
            other = "other_committee" if kind in ("seat", "removal") else "order_matters"
            told.append(Sentence(f"tie.{other}", {"tied": list(tie.tied)}))
    return told
