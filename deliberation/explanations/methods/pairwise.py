"""The texts of the methods that compare options two by two."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "schulze": MethodText(
        name=_("Classement, méthode de Schulze (Condorcet)"),
        according=_("selon la méthode de Schulze"),
        rule=_(
            "On compare chaque option à chaque autre : combien de bulletins la placent devant ? "
            "Une option qui gagne tous ses duels arrive en tête. S’il n’y en a pas, on compare les "
            "chaînes de duels gagnés, chacune valant son duel le plus faible."
        ),
        choose=_(
            "Pour choisir une seule option par un classement : celle que la majorité préfère à "
            "chaque autre gagne, et une option presque pareille ne change rien."
        ),
        avoid=_("À éviter si le public doit pouvoir refaire le compte de tête."),
    ),
    "ranked_pairs": MethodText(
        name=_("Classement, paires ordonnées (Tideman)"),
        according=_("selon la méthode des paires ordonnées (Tideman)"),
        rule=_(
            "On compare les options deux à deux. Les duels gagnés sont retenus du plus net au "
            "moins net, sauf ceux qui contrediraient les précédents. L’option que personne ne "
            "devance arrive en tête."
        ),
        choose=_("Comme Schulze, avec une règle un peu plus facile à raconter."),
        avoid=_("À éviter si des duels risquent d’être aussi nets les uns que les autres."),
    ),
    "kemeny": MethodText(
        name=_("Classement, méthode de Kemeny"),
        according=_("selon la méthode de Kemeny"),
        rule=_(
            "On cherche l’ordre de toutes les options qui contredit le moins les bulletins, deux "
            "options à la fois. Sa première option arrive en tête."
        ),
        choose=_("Quand l’ordre entier compte, pas seulement la première place."),
        avoid=_("À éviter au-delà d’une vingtaine d’options : le calcul peut devenir très long."),
    ),
    "copeland": MethodText(
        name=_("Classement, le plus de duels gagnés (Copeland)"),
        according=_("selon la méthode de Copeland"),
        rule=_(
            "On compare les options deux à deux. Un duel gagné vaut un point, un duel à égalité un "
            "demi-point. Le plus de points arrive en tête."
        ),
        choose=_("Pour une règle de duels que tout le monde comprend, comme un championnat."),
        avoid=_("À éviter avec peu d’options : les égalités sont fréquentes."),
    ),
    "minimax": MethodText(
        name=_("Classement, la plus petite défaite (minimax)"),
        according=_("selon la méthode de la plus petite défaite"),
        rule=_(
            "On compare les options deux à deux. De chacune, on regarde la pire défaite : combien "
            "de bulletins placent devant elle l’option qui la bat. La plus petite arrive en tête."
        ),
        choose=_("Pour choisir l’option contre laquelle il y a le moins de monde."),
        avoid=_(
            "À éviter si les options sont très proches : une option qui perd tout peut gagner."
        ),
    ),
    "smith_set": MethodText(
        name=_("Ensemble de Smith"),
        according=_("(ensemble de Smith)"),
        rule=_(
            "Le plus petit groupe d’options dont chacune gagne son duel contre chaque option hors "
            "du groupe."
        ),
        choose=_("Pour examiner des bulletins : qui peut prétendre à la première place."),
        avoid=_("À éviter pour décider : le groupe peut compter plusieurs options."),
    ),
}
