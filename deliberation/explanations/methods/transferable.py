"""The texts of the single transferable vote."""

from deliberation.explanations.methods.text import MethodText
from deliberation.i18n.catalogue import mark as _

TEXTS = {
    "stv_scottish": MethodText(
        name=_("Classement, vote unique transférable (règles écossaises)"),
        according=_("au vote unique transférable, règles écossaises"),
        rule=_(
            "Une option est élue dès qu’elle atteint le quota : les bulletins, divisés par le "
            "nombre de places plus une, et un de plus. Ce qu’elle a de trop passe au choix suivant "
            "de ses bulletins, à une valeur coupée à cinq décimales. Si personne n’atteint le "
            "quota, celle qui a le moins de voix est éliminée et ses bulletins passent au choix "
            "suivant."
        ),
        choose=_("Pour élire plusieurs personnes de sorte que chaque groupe ait sa part."),
        avoid=_("À éviter si les options sont des projets qui n’ont pas tous le même coût."),
    ),
    "stv_wigm": MethodText(
        name=_("Classement, vote unique transférable (fractions exactes)"),
        according=_("au vote unique transférable, en fractions exactes"),
        rule=_(
            "Une option est élue dès qu’elle atteint le quota : les bulletins, divisés par le "
            "nombre de places plus une, et un de plus. Ce qu’elle a de trop passe au choix suivant "
            "de ses bulletins, en fractions exactes. Si personne n’atteint le quota, celle qui a "
            "le moins de voix est éliminée et ses bulletins passent au choix suivant."
        ),
        choose=_("Comme les règles écossaises, sans arrondir les valeurs transférées."),
        avoid=_("À éviter si le compte doit se refaire à la main : les fractions sont longues."),
    ),
    "stv_meek": MethodText(
        name=_("Classement, vote unique transférable (Meek)"),
        according=_("au vote unique transférable, méthode de Meek"),
        rule=_(
            "Une option élue garde juste la part de chaque bulletin qu’il lui faut pour le quota ; "
            "le reste passe au choix suivant, même déjà élu, et les parts sont recalculées à "
            "chaque étape. Si personne n’atteint le quota, celle qui a le moins de voix est "
            "éliminée."
        ),
        choose=_("Pour qu’un bulletin ne soit jamais retenu entier par qui n’en a plus besoin."),
        avoid=_("À éviter si le compte doit se refaire à la main : il demande un ordinateur."),
    ),
}
