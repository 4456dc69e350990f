"""A result in words around its chart: the rule, the reasons, why not the others, another method."""

import msgspec

from deliberation.elections.polls.label_texts import METHOD_LABELS
from deliberation.explanations import comparison
from deliberation.explanations import texts as narration
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from voting.narration import why_not
from voting.outcome import Outcome
from web.charts.chart import Chart, chart_of
from web.charts.drawn import places

# Method -> how it counts, in two or three sentences.
RULES: dict[str, str] = {
    "majority_judgment": _(
        "Chaque bulletin donne une mention à chaque option. La mention majoritaire d’une option "
        "est la plus haute que plus de la moitié des jugements lui donnent, ou "
        "dépassent. L’option qui a la meilleure mention majoritaire arrive en tête."
    ),
    "approval": _(
        "Chaque bulletin approuve autant d’options qu’il veut. L’option qui reçoit le plus "
        "d’approbations arrive en tête."
    ),
    "schulze": _(
        "Chaque bulletin classe les options. On les compare deux à deux : celle que plus de "
        "bulletins placent devant l’autre gagne leur duel. Si les duels tournent en rond, on "
        "compare les chaînes de duels, chacune valant son duel le plus faible."
    ),
    "instant_runoff": _(
        "Chaque bulletin compte pour son premier choix. À chaque tour, l’option qui a le moins de "
        "voix sort, et ses bulletins passent à leur choix suivant, jusqu’à ce qu’une option ait "
        "plus de la moitié des bulletins encore en jeu."
    ),
}

# (Method that decides, method beside it) -> why they may differ.
DIFFERENCES: dict[tuple[str, str], str] = {
    ("majority_judgment", "approval"): _(
        "Le vote par approbation ne retient des mentions qu’un oui ou un non : ici, oui à partir "
        "de %(grade)s. Il ne voit pas si une mention est à peine suffisante ou excellente."
    ),
    ("majority_judgment", "schulze"): _(
        "La méthode de Schulze ne retient des mentions que l’ordre qu’elles donnent entre les "
        "options. Elle ne voit pas si les options sont jugées bonnes ou mauvaises, seulement "
        "laquelle est jugée meilleure."
    ),
    ("majority_judgment", "instant_runoff"): _(
        "Les éliminations successives ne retiennent des mentions que l’ordre qu’elles donnent, et "
        "regardent d’abord les premières places. Un bulletin qui donne la même mention à plusieurs "
        "options n’y compte que jusqu’à ce rang."
    ),
    ("schulze", "instant_runoff"): _(
        "Les éliminations successives regardent d’abord les premiers choix, et une option peut "
        "sortir tôt alors qu’elle gagnerait tous ses duels. La méthode de Schulze compare les "
        "options deux à deux, sur tous les bulletins."
    ),
    ("instant_runoff", "schulze"): _(
        "La méthode de Schulze compare les options deux à deux, sur tous les bulletins. Les "
        "éliminations successives regardent d’abord les premiers choix, et une option peut sortir "
        "tôt alors qu’elle gagnerait tous ses duels."
    ),
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome ready to be read."""

    method: str
    rule: str
    headline: str
    reasons: list[str]
    steps: list[str]
    chart: Chart | None
    ties: list[str]  # options that share a place, and what parts them
    why_not: list[tuple[str, list[str]]]  # each option that did not come first


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """The same ballots counted otherwise: whether the first place changes, where the rankings part
    and who moves, why methods differ; `rows`: option, its place by each method.
    """

    told: Told
    headline: str
    changes: list[str]
    difference: str
    rows: list[tuple[str, str, str]]


def told(lang: str, outcome: Outcome, key: str) -> Told:
    """An outcome in words and pictures; `key` is unique on the page."""
    headline, reasons, steps = narration.tell_all(lang, outcome)
    rest = [name for tier in outcome.ranking for name in tier if name not in outcome.winners]
    return Told(
        method=label(lang, METHOD_LABELS, outcome.method),
        rule=translate(lang, RULES[outcome.method]),
        headline=headline,
        reasons=reasons,
        steps=steps,
        chart=chart_of(lang, outcome, key),
        ties=[
            narration.tell(lang, step) for step in outcome.steps if step.id.startswith("tie.place.")
        ],
        why_not=[
            (name, [narration.tell(lang, said) for said in why_not(outcome, name)]) for name in rest
        ]
        if outcome.ballot_counts.received
        else [],
    )


def beside(lang: str, outcome: Outcome, other: Outcome, grade: str) -> Beside:
    """Another count of the same ballots; `grade`: the lowest that was read as an approval."""
    text = DIFFERENCES[outcome.method, other.method]
    ours, theirs = (
        {name: place.replace(".", "") for name, place in places(one)} for one in (outcome, other)
    )
    return Beside(
        told=told(lang, other, "autre"),
        headline=comparison.headline(lang, outcome, other),
        changes=comparison.changes(lang, outcome, other),
        difference=translate(lang, text, grade=narration.quoted(lang, grade)),
        rows=[(name, ours[name], theirs[name]) for name in ours],
    )
