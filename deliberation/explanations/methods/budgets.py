"""The texts of the methods that share out a budget between projects."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "mes_pb": MethodText(
        name=_("Budget participatif, parts égales"),
        according=_("selon la méthode des parts égales"),
        rule=_(
            "Chaque bulletin reçoit la même part de l’enveloppe. Un projet est retenu quand les "
            "bulletins qui le soutiennent peuvent le payer ensemble ; celui qui leur coûte le "
            "moins, pour ce qu’il leur apporte, passe d’abord."
        ),
        choose=_("Pour que chaque quartier et chaque groupe ait sa part de l’enveloppe."),
        avoid=_(
            "À éviter s’il y a un seul grand projet : la plupart des parts ne suffiraient pas."
        ),
    ),
    "greedy_pb": MethodText(
        name=_("Budget participatif, par nombre de voix"),
        according=_("par nombre de voix, dans la limite du budget"),
        rule=_(
            "Les projets sont pris dans l’ordre de leurs voix, tant qu’ils tiennent dans ce qui "
            "reste de l’enveloppe ; celui qui n’y tient pas est passé."
        ),
        choose=_("La règle la plus connue, que tout le monde peut vérifier."),
        avoid=_("À éviter si des projets sont très chers : ils peuvent prendre toute l’enveloppe."),
    ),
    "phragmen_pb": MethodText(
        name=_("Budget participatif, Phragmén"),
        according=_("selon la méthode de Phragmén"),
        rule=_(
            "Le coût d’un projet est une charge que se partagent les bulletins qui le soutiennent. "
            "À chaque étape, on retient le projet dont les bulletins porteraient la charge la plus "
            "petite, celle qu’ils portent déjà comprise ; on s’arrête au premier qui ne tient plus."
        ),
        choose=_("Proche des parts égales, sans avoir à compléter l’enveloppe à la fin."),
        avoid=_("À éviter si l’enveloppe doit être dépensée jusqu’au bout."),
    ),
}
