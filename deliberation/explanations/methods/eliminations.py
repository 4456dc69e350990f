"""The texts of the methods that take options out one after the other."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "instant_runoff": MethodText(
        name=_("Classement, éliminations successives"),
        according=_("par éliminations successives"),
        rule=_(
            "On compte les premiers choix. Tant qu’aucune option n’a plus de la moitié des "
            "bulletins encore en jeu, celle qui en a le moins est éliminée, et ses bulletins "
            "passent à leur choix suivant."
        ),
        choose=_("Comme un scrutin à plusieurs tours, en une seule fois : facile à raconter."),
        avoid=_(
            "À éviter pour trouver un compromis : l’option que tout le monde met en deuxième peut "
            "sortir la première."
        ),
    ),
    "benham": MethodText(
        name=_("Classement, éliminations jusqu’aux duels gagnés (Benham)"),
        according=_("selon la méthode de Benham"),
        rule=_(
            "L’option qui a le moins de premiers choix est éliminée, jusqu’à ce qu’une option "
            "gagne son duel contre chacune de celles qui restent : elle arrive en tête."
        ),
        choose=_("Pour des éliminations qui ne font pas sortir une option gagnant tous ses duels."),
        avoid=_("À éviter si le public veut suivre de simples tours : chaque étape a ses duels."),
    ),
    "baldwin": MethodText(
        name=_("Classement, éliminations par points (Baldwin)"),
        according=_("selon la méthode de Baldwin"),
        rule=_(
            "Une option gagne, sur chaque bulletin, un point par option placée derrière elle. "
            "Celle qui a le moins de points est éliminée, on recompte entre celles qui restent, et "
            "ainsi de suite jusqu’à la dernière."
        ),
        choose=_("Pour un compromis, sans éliminer une option qui gagne tous ses duels."),
        avoid=_("À éviter si le public doit pouvoir refaire le compte : les points changent."),
    ),
    "nanson": MethodText(
        name=_("Classement, éliminations sous la moyenne (Nanson)"),
        according=_("selon la méthode de Nanson"),
        rule=_(
            "Une option gagne, sur chaque bulletin, un point par option placée derrière elle. "
            "Toutes celles qui ont moins de points que la moyenne sont éliminées ensemble, puis on "
            "recompte entre celles qui restent."
        ),
        choose=_("Comme Baldwin, en moins de tours, quand les options sont nombreuses."),
        avoid=_(
            "À éviter si chaque élimination doit pouvoir être discutée : il en sort plusieurs."
        ),
    ),
    "coombs": MethodText(
        name=_("Classement, éliminations par dernières places (Coombs)"),
        according=_("selon la méthode de Coombs"),
        rule=_(
            "Tant qu’aucune option n’est le premier choix de plus de la moitié des bulletins, "
            "celle qui est le plus souvent à la dernière place est éliminée."
        ),
        choose=_("Pour écarter d’abord ce que le plus de gens refusent."),
        avoid=_("À éviter si peu de gens classent tout : les options non classées sont dernières."),
    ),
}
