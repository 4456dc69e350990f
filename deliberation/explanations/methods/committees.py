"""The texts of the methods that fill several seats from approvals."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "approval_committee": MethodText(
        name=_("Plusieurs places, les plus approuvées"),
        according=_("au nombre d’approbations"),
        rule=_("Les options cochées sur le plus de bulletins ont les places."),
        choose=_("Pour retenir les options les plus acceptées, sans chercher l’équilibre."),
        avoid=_("À éviter si chaque groupe doit avoir sa part : une majorité peut tout prendre."),
    ),
    "seq_phragmen": MethodText(
        name=_("Plusieurs places, Phragmén"),
        according=_("selon la méthode de Phragmén, place après place"),
        rule=_(
            "Chaque place est une charge que se partagent les bulletins qui l’approuvent. À chaque "
            "étape, la place va à l’option dont les bulletins porteraient la charge la plus "
            "petite, celle qu’ils portent déjà comprise."
        ),
        choose=_("Pour que chaque groupe ait sa part, avec une règle qui avance pas à pas."),
        avoid=_("À éviter si le public doit pouvoir refaire le compte de tête."),
    ),
    "mes_committee": MethodText(
        name=_("Plusieurs places, parts égales"),
        according=_("selon la méthode des parts égales, pour plusieurs places"),
        rule=_(
            "Chaque bulletin reçoit la même part des places. Une option est élue quand les "
            "bulletins qui l’approuvent peuvent payer une place ensemble ; celle qui leur coûte le "
            "moins passe d’abord. S’il reste des places, une méthode complémentaire, annoncée, les "
            "donne."
        ),
        choose=_("Pour garantir sa part à chaque groupe, si petit soit-il, qui s’accorde assez."),
        avoid=_("À éviter s’il y a une seule place : une simple approbation suffit."),
    ),
    "pav": MethodText(
        name=_("Plusieurs places, approbation proportionnelle"),
        according=_("au vote par approbation proportionnel"),
        rule=_(
            "On compare tous les groupes d’options possibles. Un bulletin donne 1 point à un "
            "groupe pour la première option qu’il y approuve, 1/2 pour la deuxième, 1/3 pour la "
            "troisième. Le groupe qui a le plus de points a les places."
        ),
        choose=_("La répartition la plus proportionnelle, d’un seul coup."),
        avoid=_("À éviter avec beaucoup d’options : le calcul peut devenir très long."),
    ),
    "seq_pav": MethodText(
        name=_("Plusieurs places, approbation proportionnelle, place après place"),
        according=_("au vote par approbation proportionnel, place après place"),
        rule=_(
            "Les places sont données une à une. Un bulletin compte pour 1 tant qu’aucune des "
            "options qu’il approuve n’est élue, pour 1/2 quand une l’est, pour 1/3 quand deux le "
            "sont. À chaque étape, l’option qui réunit le plus a la place."
        ),
        choose=_("Proportionnelle et facile à suivre, place après place."),
        avoid=_("À éviter si un très petit groupe doit être sûr d’avoir sa part."),
    ),
    "revseq_pav": MethodText(
        name=_("Plusieurs places, approbation proportionnelle, par retraits"),
        according=_("au vote par approbation proportionnel, par retraits"),
        rule=_(
            "On part de toutes les options et on retire, une à une, celle dont le départ coûte le "
            "moins : un bulletin qui garde encore une option approuvée perd moins que celui qui "
            "n’en aurait plus."
        ),
        choose=_(
            "Pour décider plutôt quelles options écarter, quand il y a presque assez de places."
        ),
        avoid=_("À éviter si beaucoup d’options se disputent peu de places : c’est long à lire."),
    ),
    "sav": MethodText(
        name=_("Plusieurs places, approbation à parts égales"),
        according=_("au vote par approbation à parts égales"),
        rule=_(
            "Chaque bulletin a une voix, partagée entre toutes les options qu’il coche. Les "
            "options qui réunissent le plus de voix ont les places."
        ),
        choose=_("Pour que cocher beaucoup d’options ne donne pas plus de poids."),
        avoid=_("À éviter si l’on veut que les gens cochent librement : en cocher plus affaiblit."),
    ),
    "chamberlin_courant": MethodText(
        name=_("Plusieurs places, Chamberlin-Courant"),
        according=_("selon la méthode de Chamberlin et Courant"),
        rule=_(
            "On cherche le groupe d’options tel que le plus de bulletins possible y approuvent au "
            "moins une option."
        ),
        choose=_("Pour que le plus de gens possible aient au moins une option qui leur convient."),
        avoid=_("À éviter si les grands groupes doivent peser plus : un choix leur suffit."),
    ),
}
