"""The text around a result's chart: rule, reasons, why not the others, another method."""

import msgspec

from deliberation.elections.methods.texts import METHOD_LABELS
from deliberation.explanations import comparison
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.explanations.texts import explain_sentence, quoted
from deliberation.i18n.catalogue import label, sentence, translate
from deliberation.i18n.catalogue import mark as _
from voting.explain import explain
from voting.methods import METHODS
from voting.outcome import Outcome, Sentence
from web.charts.chart import Chart, chart_of
from web.charts.drawn import places

# (Ballots of the method that decides, ballots of the other) -> what the other sees of them.
READ_AS: dict[tuple[str, str], str] = {
    ("grades", "approvals"): _(
        "Cette comparaison ne retient des mentions qu’un oui ou un non : ici, oui à partir de "
        "%(grade)s. Elle ne voit pas si une mention est à peine suffisante ou excellente."
    ),
    ("grades", "rankings"): _(
        "Cette comparaison ne retient des mentions que l’ordre qu’elles donnent entre les options. "
        "Elle ne voit pas si elles sont jugées bonnes ou mauvaises, seulement laquelle est jugée "
        "meilleure."
    ),
}


class ExplainedResult(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome ready to be read."""

    method: str
    rule: str
    headline: str
    reasons: list[str]
    steps: list[str]
    chart: Chart | None
    ties: list[str]  # options that share a place, and what distinguishes them
    losses: list[tuple[str, list[str]]]  # each option that did not come first


class ComparisonText(msgspec.Struct, frozen=True, kw_only=True):
    """Comparison with another method on the same ballots: whether the first place changes, where
    the rankings differ and who moves, why methods differ; `rows`: option, its place by each method.
    """

    explained: ExplainedResult
    headline: str
    changes: list[str]
    difference: list[str]
    rows: list[tuple[str, str, str]]


def explained_result(lang: str, outcome: Outcome, key: str) -> ExplainedResult:
    """An outcome in words and pictures; `key` is unique on the page."""
    found = explain(outcome)

    def worded(sentences: list[Sentence]) -> list[str]:
        return [explain_sentence(lang, one) for one in sentences]

    return ExplainedResult(
        method=label(lang, METHOD_LABELS, outcome.method),
        rule=translate(lang, METHOD_TEXTS[outcome.method].rule),
        headline=explain_sentence(lang, found.headline),
        reasons=worded(found.reasons),
        steps=worded(found.steps),
        chart=chart_of(lang, outcome, key),
        ties=worded([step for step in found.steps if step.id.startswith("tie.place.")]),
        losses=[(name, worded(said)) for name, said in found.losses.items()],
    )


def comparison_text(lang: str, outcome: Outcome, other: Outcome, grade: str) -> ComparisonText:
    """Compare with another count of the same ballots; `grade`: the lowest that was read as an
    approval.
    """
    seen = READ_AS.get((METHODS[outcome.method].ballot, METHODS[other.method].ballot))
    ours, theirs = (
        {name: place.replace(".", "") for name, place in places(one)} for one in (outcome, other)
    )
    return ComparisonText(
        explained=explained_result(lang, other, "autre"),
        headline=comparison.headline(lang, outcome, other),
        changes=comparison.changes(lang, outcome, other),
        difference=[translate(lang, METHOD_TEXTS[other.method].rule)]
        + ([translate(lang, seen, grade=quoted(lang, sentence(lang, grade)))] if seen else []),
        rows=[(name, ours[name], theirs[name]) for name in ours],
    )
