"""Sentences of counts: methods on points."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
    "reason.cumulative.score": _(
        "%(option)s réunit le plus de points : %(score)s. Bulletins comptés : %(ballots)s."
    ),
    "step.cumulative.limit": Plural(
        "Chaque bulletin peut donner %(limit)s point au plus.",
        "Chaque bulletin peut donner %(limit)s points au plus.",
        "limit",
    ),
    "step.cumulative.no_limit": _(
        "Aucun nombre de points par bulletin n’est annoncé : aucun bulletin ne peut en donner trop."
    ),
    "step.cumulative.over_spent": _(
        "Bulletins écartés, qui donnent trop de points : %(ballots)s. Le plus grand dépassement "
        "est de %(most)s."
    ),
    "step.cumulative.spent": _("Points donnés par les bulletins comptés : %(spent)s."),
    "reason.quadratic.score": _(
        "%(option)s réunit le plus de voix : %(score)s. Bulletins comptés : %(ballots)s."
    ),
    "reason.quadratic.behind": _(
        "%(option)s suit. Voix : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.quadratic.limit": Plural(
        "Chaque bulletin dispose de %(limit)s crédit. Pour une même option, 1 voix coûte 1 "
        "crédit, 2 voix en coûtent 4, 3 voix en coûtent 9, et ainsi de suite.",
        "Chaque bulletin dispose de %(limit)s crédits. Pour une même option, 1 voix coûte 1 "
        "crédit, 2 voix en coûtent 4, 3 voix en coûtent 9, et ainsi de suite.",
        "limit",
    ),
    "step.quadratic.no_limit": _(
        "Aucun nombre de crédits par bulletin n’est annoncé : aucun bulletin ne peut en dépenser "
        "trop. Pour une même option, 1 voix coûte 1 crédit, 2 voix en coûtent 4, 3 voix en coûtent "
        "9, et ainsi de suite."
    ),
    "step.quadratic.over_spent": _(
        "Bulletins écartés, qui dépensent trop de crédits : %(ballots)s. Le plus grand "
        "dépassement est de %(most)s."
    ),
    "step.quadratic.spent": _("Crédits dépensés par les bulletins comptés : %(spent)s."),
    "step.quadratic.score": _("Voix de %(option)s : %(score)s."),
    "why_not.quadratic.behind": _(
        "Voix de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
}
