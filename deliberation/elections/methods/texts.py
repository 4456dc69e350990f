"""Names of methods and of their options, and how each kind of ballot is filled in."""

from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.i18n.catalogue import mark as _

METHOD_LABELS: dict[str, str] = {method: text.name for method, text in METHOD_TEXTS.items()}
BALLOT_LABELS: dict[str, str] = {
    "scores": _("une note pour chaque option"),
    "points": _("des points à répartir entre les options"),
    "grades": _("une mention pour chaque option"),
    "approvals": _("autant d’options que vous voulez"),
    "rankings": _("un classement des options"),
    "choice": _("une seule option"),
}
DEED_LABELS: dict[str, str] = {
    "grades": _("Vous donnez"),
    "approvals": _("Vous cochez"),
    "rankings": _("Vous faites"),
    "choice": _("Vous choisissez"),
    "scores": _("Vous donnez"),
    "points": _("Vous donnez"),
}
# How a ballot is filled in, for voters; `%(most)s`: the highest score, `%(spends)s`: the points.
FILLED_IN: dict[str, str] = {
    "grades": _("Vous donnez une mention à chaque option."),
    "approvals": _("Vous cochez toutes les options qui vous conviennent."),
    "choice": _("Vous choisissez une seule option."),
    "rankings": _(
        "Vous classez les options. Celles que vous ne classez pas viennent après les autres. Vous "
        "pouvez en mettre deux au même rang."
    ),
    "strict": _(
        "Vous classez les options, toutes ou quelques-unes. Chaque rang ne sert qu’une fois."
    ),
    "scores": _("Vous donnez une note de 0 à %(most)s à chaque option."),
    "points": _(
        "Vous avez %(spends)s points à répartir entre les options, comme vous voulez. Un bulletin "
        "qui en donne plus n’est pas accepté."
    ),
    "credits": _(
        "Vous avez %(spends)s crédits pour donner des voix aux options. Un bulletin qui dépense "
        "plus n’est pas accepté."
    ),
}
MISSING_LABELS: dict[str, str] = {
    "median": _("Une option que vous n’évaluez pas reçoit sa propre mention majoritaire."),
    "normalised": _("Une option que vous n’évaluez pas n’est jugée que par les autres bulletins."),
    "exclude": _(
        "Une option que vous n’évaluez pas n’est jugée que par les autres bulletins. Si moins "
        "de la moitié des bulletins l’évaluent, elle passe après les autres."
    ),
}
# What a funded project is worth to a ballot that supports it.
UTILITY_LABELS: dict[str, str] = {
    "cost": _("Un projet retenu apporte à chaque bulletin qui le soutient autant que son coût."),
    "cardinality": _("Chaque projet retenu apporte autant, quel que soit son coût."),
    "points": _("Un projet retenu apporte à un bulletin la note qu’il lui a donnée."),
}
# How money that is left is spent; `%(step)s`: by how much shares are raised.
COMPLETION_LABELS: dict[str, str] = {
    "none": _("Ce qui ne peut plus être payé ainsi n’est pas attribué."),
    "add1": _(
        "Chaque part est ensuite relevée de %(step)s, encore et encore, tant que les projets "
        "retenus tiennent dans l’enveloppe."
    ),
    "add1_exhaustive": _(
        "Chaque part est ensuite relevée de %(step)s, encore et encore, jusqu’à ce que plus aucun "
        "projet ne tienne dans ce qui reste."
    ),
    "add1_exhaustive_utilitarian": _(
        "Chaque part est ensuite relevée de %(step)s, encore et encore ; à la fin, ce qui reste va "
        "aux projets les plus soutenus qui y tiennent."
    ),
    "phragmen": _("Les places qui restent sont données par la méthode de Phragmén."),
    "approval": _("Les places qui restent vont aux options les plus approuvées."),
}
# Of scores, under the same codes as of judgments where there are some.
UNSCORED_LABELS: dict[str, str] = {
    "zero": _("Une option que vous ne notez pas compte comme un 0."),
    "mean": _(
        "Une option que vous ne notez pas n’est jugée que par les autres bulletins. Si trop peu de "
        "bulletins la notent, elle passe après les autres."
    ),
}
MISSING_COUNTED_LABELS: dict[str, str] = {
    "worst": _("Une option qu’un bulletin n’évalue pas y reçoit la mention la plus basse."),
    "zero": _("Une option qu’un bulletin ne note pas y compte pour 0."),
    "mean": _("Une option n’est jugée que par les bulletins qui la notent."),
    "grade": _("Une option qu’un bulletin n’évalue pas y reçoit une mention fixée d’avance."),
    "median": _("Une option qu’un bulletin n’évalue pas y reçoit sa mention majoritaire."),
    "normalised": _("Une option n’est jugée que par les bulletins qui l’évaluent."),
    "exclude": _(
        "Une option n’est jugée que par les bulletins qui l’évaluent ; trop peu évaluée, elle "
        "passe après les autres."
    ),
}
