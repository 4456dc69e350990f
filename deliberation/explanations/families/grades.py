"""Sentences of counts: methods on grades."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
    "reason.majority_judgment.grade": _(
        "La mention majoritaire de %(option)s est %(grade)s : %(at_least)s jugements sur "
        "%(judges)s, soit plus de la moitié, lui donnent cette mention ou mieux."
    ),
    "reason.majority_judgment.grades": _(
        "La suite du classement commence par %(below)s, dont la mention majoritaire est "
        "%(below_grade)s : moins bien que %(above_grade)s, celle de %(above)s."
    ),
    "reason.majority_judgment.value": Plural(
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. On retire une à une "
        "les mentions du milieu : après %(removed)s retrait, la mention du milieu est "
        "%(above_grade)s pour %(above)s et %(below_grade)s pour %(below)s.",
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. On retire une à une "
        "les mentions du milieu : après %(removed)s retraits, la mention du milieu est "
        "%(above_grade)s pour %(above)s et %(below_grade)s pour %(below)s.",
        "removed",
    ),
    "reason.majority_judgment.equal": _(
        "%(above)s et %(below)s ont exactement la même part de chaque mention."
    ),
    "reason.majority_judgment.excluded": Plural(
        "%(judgments)s bulletin seulement sur %(judges)s donne une mention à %(option)s : "
        "c’est trop peu, et cette option vient après les autres.",
        "%(judgments)s bulletins seulement sur %(judges)s donnent une mention à %(option)s : "
        "c’est trop peu, et cette option vient après les autres.",
        "judgments",
    ),
    "step.majority_judgment.gauge": _(
        "%(option)s : mention majoritaire %(grade)s, %(sign)s (jugements meilleurs : %(above)s ; "
        "moins bons : %(below)s)."
    ),
    "step.majority_judgment.grades": _(
        "%(above)s passe devant %(below)s par sa mention majoritaire : %(above_grade)s contre "
        "%(below_grade)s."
    ),
    "step.majority_judgment.value": Plural(
        "%(above)s passe devant %(below)s : pour l’une et l’autre, c’est %(grade)s, mais "
        "après %(removed)s mention du milieu retirée à chacune, il reste au milieu "
        "%(above_grade)s contre %(below_grade)s.",
        "%(above)s passe devant %(below)s : pour l’une et l’autre, c’est %(grade)s, mais "
        "après %(removed)s mentions du milieu retirées à chacune, il reste au milieu "
        "%(above_grade)s contre %(below_grade)s.",
        "removed",
    ),
    "step.majority_judgment.equal": _(
        "%(above)s et %(below)s ont exactement la même part de chaque mention."
    ),
    "why_not.majority_judgment.grades": _(
        "%(above)s a une meilleure mention majoritaire : %(above_grade)s, contre %(below_grade)s "
        "pour %(below)s."
    ),
    "why_not.majority_judgment.value": Plural(
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. Si l’on retire une "
        "à une les mentions du milieu, la différence apparaît après %(removed)s retrait : la "
        "mention du milieu est alors %(below_grade)s pour %(below)s, %(above_grade)s pour "
        "%(above)s.",
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. Si l’on retire une "
        "à une les mentions du milieu, la différence apparaît après %(removed)s retraits : la "
        "mention du milieu est alors %(below_grade)s pour %(below)s, %(above_grade)s pour "
        "%(above)s.",
        "removed",
    ),
    "why_not.majority_judgment.equal": _(
        "%(below)s a exactement la même part de chaque mention que %(above)s."
    ),
    "why_not.majority_judgment.excluded": Plural(
        "%(judgments)s bulletin seulement sur %(judges)s donne une mention à %(option)s : "
        "c’est trop peu pour être classée parmi les autres.",
        "%(judgments)s bulletins seulement sur %(judges)s donnent une mention à %(option)s : "
        "c’est trop peu pour être classée parmi les autres.",
        "judgments",
    ),
}

# Message -> the value whose emptiness calls for another sentence, and this sentence.
WITHOUT: dict[str, tuple[str, str]] = {
    "reason.majority_judgment.grade": ("judges", _("Personne n’a donné de mention à %(option)s.")),
    "step.majority_judgment.gauge": (
        "grade",
        _("%(option)s : personne ne lui a donné de mention."),
    ),
    "reason.majority_judgment.excluded": (
        "judgments",
        _("Personne n’a donné de mention à %(option)s : cette option vient après les autres."),
    ),
    "why_not.majority_judgment.excluded": (
        "judgments",
        _("Personne n’a donné de mention à %(option)s."),
    ),
}
