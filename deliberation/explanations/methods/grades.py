"""The texts of the methods that read judgments."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "majority_judgment": MethodText(
        name=_("Jugement majoritaire"),
        according=_("au jugement majoritaire"),
        rule=_(
            "On range toutes les mentions reçues par une option, de la meilleure à la moins bonne "
            ": celle du milieu est sa mention majoritaire. Plus de la moitié des bulletins la "
            "jugent ainsi ou mieux. L’option dont la mention majoritaire est la meilleure arrive "
            "en tête. Si deux options ont la même, on retire à chacune une mention du milieu et on "
            "compare de nouveau."
        ),
        choose=_(
            "Pour choisir entre des projets : chacun est jugé pour lui-même, et le résultat dit "
            "aussi s’il est vraiment apprécié."
        ),
        avoid=_("À éviter si les gens connaissent trop mal les options pour les juger toutes."),
    ),
}
