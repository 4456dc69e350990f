"""Explanations as data: each sentence is a message and its values, worded by catalogues outside.

`MESSAGES` lists every message with the kinds of its values, so that a catalogue can be checked to
be complete and knows how to write each.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from voting import evidence, messages
from voting.evidence import Evidence, WithheldEvidence
from voting.invalid import InvalidBallots
from voting.methods.budgets import explain_funding
from voting.methods.budgets import messages as budgets
from voting.methods.committees import explain_committees
from voting.methods.committees import messages as committees
from voting.methods.eliminations import explain_eliminations, explain_instant_runoff
from voting.methods.eliminations import messages as eliminations
from voting.methods.grades import explain_grades
from voting.methods.grades import messages as grades
from voting.methods.pairwise import explain_contests, explain_minimax, explain_orders
from voting.methods.pairwise import messages as pairwise
from voting.methods.points import explain_spending
from voting.methods.points import messages as points
from voting.methods.sums import explain_bucklin, explain_star, explain_sums
from voting.methods.sums import messages as sums
from voting.methods.transferable import explain_stages
from voting.methods.transferable import messages as transferable
from voting.outcome import Fields, Outcome, Sentence

MESSAGES: dict[str, Fields] = {
    **messages.MESSAGES,
    **grades.MESSAGES,
    **sums.MESSAGES,
    **pairwise.MESSAGES,
    **eliminations.MESSAGES,
    **points.MESSAGES,
    **transferable.MESSAGES,
    **committees.MESSAGES,
    **budgets.MESSAGES,
}


class Explainer(NamedTuple):
    """The three functions that explain outcomes with one type of evidence."""

    reasons: Callable[[Outcome], list[Sentence]]
    steps: Callable[[Outcome], list[Sentence]]
    loss: Callable[[Outcome, str], list[Sentence]]


_COMMITTEES = Explainer(
    explain_committees.reason, explain_committees.steps, explain_committees.explain_loss
)
_SUMS = Explainer(explain_sums.reason, explain_sums.steps, explain_sums.explain_loss)
_CONTESTS = Explainer(
    explain_contests.reason, explain_contests.steps, explain_contests.explain_loss
)

EXPLAINERS: dict[type[Evidence], Explainer] = {
    evidence.GradesEvidence: Explainer(
        explain_grades.reason, explain_grades.steps, explain_grades.explain_loss
    ),
    evidence.ApprovalEvidence: _SUMS,
    evidence.PluralityEvidence: _SUMS,
    evidence.RatedEvidence: _SUMS,
    evidence.DowdallEvidence: _SUMS,
    evidence.ScoreEvidence: _SUMS,
    evidence.StarEvidence: Explainer(
        explain_star.reason, explain_star.steps, explain_star.explain_loss
    ),
    evidence.BucklinEvidence: Explainer(
        explain_bucklin.reason, explain_bucklin.steps, explain_bucklin.explain_loss
    ),
    evidence.PairwiseEvidence: _SUMS,  # Copeland: its scores say it all
    evidence.SchulzeEvidence: _CONTESTS,
    evidence.SmithEvidence: _CONTESTS,
    evidence.MinimaxEvidence: Explainer(
        explain_minimax.reason, explain_minimax.steps, explain_minimax.explain_loss
    ),
    evidence.RankedPairsEvidence: Explainer(
        explain_orders.pairs_reason, explain_orders.pairs_steps, explain_orders.pairs_loss
    ),
    evidence.KemenyEvidence: Explainer(
        explain_orders.kemeny_reason, explain_orders.kemeny_steps, explain_orders.kemeny_loss
    ),
    evidence.RunoffEvidence: Explainer(
        explain_instant_runoff.reason,
        explain_instant_runoff.steps,
        explain_instant_runoff.explain_loss,
    ),
    evidence.EliminationEvidence: Explainer(
        explain_eliminations.reason, explain_eliminations.steps, explain_eliminations.explain_loss
    ),
    evidence.PointsEvidence: Explainer(
        explain_sums.reason, explain_spending.steps, explain_sums.explain_loss
    ),
    evidence.StagesEvidence: Explainer(
        explain_stages.reason, explain_stages.steps, explain_stages.explain_loss
    ),
    evidence.CommitteeEvidence: _COMMITTEES,
    evidence.SharesEvidence: _COMMITTEES,
    evidence.OptimalEvidence: _COMMITTEES,
    evidence.StepwiseEvidence: _COMMITTEES,
    evidence.EqualSharesEvidence: _COMMITTEES,
    evidence.FundingEvidence: Explainer(
        explain_funding.reason, explain_funding.steps, explain_funding.explain_loss
    ),
}


class Explanation(msgspec.Struct, frozen=True):
    """An outcome's explanation, as data: messages with their values.

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
    losers = outcome.losers
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
    """Explain why an option did not win; says so when it won or shares the first place.

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
    """Number of ballots received, counted, blank and spoilt."""
    counts = outcome.ballot_counts
    values = {"received": counts.received, **msgspec.structs.asdict(counts)}
    return Sentence("step.ballots", values)


def _ranked(outcome: Outcome) -> Sentence:
    """Name the first of an outcome that was published without its evidence."""
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
    sentences = []
    for tie in outcome.ties:
        if only_those_that_matter and tie.order_matters is False:
            continue
        kind, number = tie.where.split(":")
        values = {"tied": list(tie.tied), "number": int(number)}
        if tie.rule == "seed":
            values["seed"] = outcome.rules.ties.seed
        sentences.append(Sentence(f"tie.{kind}.{tie.rule}", values))
        if tie.rule == "left" or tie.order_matters is False:
            continue
        if tie.order_matters is None:
            sentences.append(Sentence("tie.unchecked", {"tied": list(tie.tied)}))
        else:
            other = "other_committee" if kind in ("seat", "removal") else "order_matters"
            sentences.append(Sentence(f"tie.{other}", {"tied": list(tie.tied)}))
    return sentences
