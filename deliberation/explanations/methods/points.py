"""The texts of the methods where voters share out points."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "cumulative": MethodText(
        name=_("Points à répartir, vote cumulatif"),
        according=_("au vote cumulatif"),
        rule=_("On additionne les points de chaque option. La plus grande somme arrive en tête."),
        choose=_("Pour laisser un petit groupe donner tout son poids à ce qui lui importe."),
        avoid=_(
            "À éviter pour trouver l’option la mieux acceptée : deux options proches se partagent "
            "leurs points."
        ),
    ),
    "quadratic": MethodText(
        name=_("Voix à coût carré, vote quadratique"),
        according=_("au vote quadratique"),
        rule=_(
            "Donner une voix à une option coûte 1 crédit, deux voix 4, trois voix 9. On additionne "
            "les voix de chaque option. La plus grande somme arrive en tête."
        ),
        choose=_("Pour connaître l’intensité des préférences, sans qu’elle écrase tout."),
        avoid=_("À éviter si un calcul peut décourager de voter : le bulletin demande de compter."),
    ),
}
