"""The texts of the methods that add up what ballots give to each option."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "approval": MethodText(
        name=_("Vote par approbation"),
        according=_("au vote par approbation"),
        rule=_("L’option cochée sur le plus de bulletins arrive en tête."),
        choose=_("Le plus simple à remplir et à compter, même avec beaucoup d’options."),
        avoid=_("À éviter s’il faut distinguer ce qu’on accepte de ce qu’on préfère."),
    ),
    "plurality": MethodText(
        name=_("Un seul choix, à la majorité relative"),
        according=_("au nombre de premiers choix"),
        rule=_("L’option choisie par le plus de bulletins arrive en tête."),
        choose=_("Pour deux options : un pour et un contre, par exemple."),
        avoid=_(
            "À éviter dès trois options : deux options proches se partagent leurs voix, et une "
            "troisième, que la plupart refusent, peut gagner."
        ),
    ),
    "score": MethodText(
        name=_("Notes additionnées"),
        according=_("au vote par notes"),
        rule=_("On additionne les notes de chaque option. La plus grande somme arrive en tête."),
        choose=_("Quand l’intensité compte : une option très aimée de quelques-uns peut gagner."),
        avoid=_(
            "À éviter si l’enjeu divise : qui ne met que la meilleure et la pire note pèse plus "
            "que qui nuance."
        ),
    ),
    "star": MethodText(
        name=_("Notes, puis finale entre les deux meilleures (STAR)"),
        according=_("au vote par notes suivi d’une finale"),
        rule=_(
            "On additionne les notes de chaque option. Les deux plus grandes sommes vont en finale "
            ": celle que plus de bulletins notent mieux que l’autre arrive en tête."
        ),
        choose=_("Pour noter sans que les notes extrêmes décident seules."),
        avoid=_("À éviter si le public doit pouvoir refaire le compte de tête : il a deux temps."),
    ),
    "borda": MethodText(
        name=_("Classement, points de Borda"),
        according=_("selon la méthode de Borda"),
        rule=_(
            "Sur chaque bulletin, une option gagne un point par option placée derrière elle ; "
            "celles qui partagent un rang, ou ne sont pas classées, ont la moyenne des places "
            "qu’elles occupent. La plus grande somme arrive en tête."
        ),
        choose=_("Pour chercher une option que personne ne place très bas."),
        avoid=_("À éviter si des options presque pareilles peuvent être ajoutées : elles pèsent."),
    ),
    "dowdall": MethodText(
        name=_("Classement, points de Dowdall"),
        according=_("selon la méthode de Dowdall"),
        rule=_(
            "Une première place vaut 1 point, une deuxième 1/2, une troisième 1/3, et ainsi de "
            "suite ; une option non classée n’a rien. La plus grande somme arrive en tête."
        ),
        choose=_("Pour que les premiers choix pèsent le plus, sans oublier les suivants."),
        avoid=_("À éviter pour trouver un compromis : les deuxièmes choix pèsent peu."),
    ),
    "bucklin": MethodText(
        name=_("Classement, méthode de Bucklin"),
        according=_("selon la méthode de Bucklin"),
        rule=_(
            "On compte les premières places. Tant qu’aucune option n’est sur plus de la moitié des "
            "bulletins, on ajoute les places suivantes. Quand une y arrive, celle qui est alors "
            "sur le plus de bulletins arrive en tête."
        ),
        choose=_("Pour une règle facile à dire : la majorité, en élargissant rang par rang."),
        avoid=_("À éviter si l’on craint que des gens ne classent que leur favori pour l’aider."),
    ),
}
