"""Sentences of counts: methods on pairwise contests."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
    "reason.minimax.unbeaten": _("%(option)s ne perd aucun duel."),
    "reason.minimax.worst": _(
        "La pire défaite de %(option)s est contre %(other)s : %(for_option)s voix contre "
        "%(for_other)s. Elle pèse %(score)s."
    ),
    "step.minimax.unbeaten": _("%(option)s : aucune défaite."),
    "step.minimax.worst": _(
        "%(option)s : pire défaite contre %(other)s, %(for_option)s voix contre %(for_other)s ; "
        "elle pèse %(score)s."
    ),
    "why_not.minimax.unbeaten": _("%(option)s ne perd aucun duel."),
    "why_not.minimax.worst": _(
        "%(option)s perd au pire contre %(other)s, par %(for_option)s voix contre %(for_other)s. "
        "Cette défaite pèse %(score)s."
    ),
    "reason.contests.all_won": Plural(
        "%(option)s gagne son duel (%(contests)s sur %(contests)s).",
        "%(option)s gagne ses %(contests)s duels : opposée une à une à toutes les autres, cette "
        "option est toujours préférée par plus de bulletins.",
        "contests",
    ),
    "reason.contests.unbeaten": Plural(
        "%(option)s ne perd aucun duel et en gagne %(contests)s.",
        "%(option)s ne perd aucun duel et en gagne %(contests)s.",
        "contests",
    ),
    "reason.ranked_pairs.first": _(
        "On retient les duels du plus net au moins net, sauf ceux qui feraient tourner en rond : "
        "aucun duel retenu ne place une option devant %(option)s."
    ),
    "reason.ranked_pairs.several": _(
        "Des duels aussi nets les uns que les autres tournent en rond : selon celui qu’on retient "
        "d’abord, %(winners)s peuvent arriver en tête."
    ),
    "reason.ranked_pairs.set_aside": _(
        "%(first)s bat pourtant %(second)s en duel, par %(for_first)s voix contre %(for_second)s : "
        "ce duel contredit d’autres, plus nets, et n’est pas retenu."
    ),
    "step.ranked_pairs.yes": _(
        "%(first)s bat %(second)s, %(for_first)s voix contre %(for_second)s : duel retenu."
    ),
    "step.ranked_pairs.no": _(
        "%(first)s bat %(second)s, %(for_first)s voix contre %(for_second)s : duel écarté, il "
        "ferait tourner en rond."
    ),
    "step.ranked_pairs.depends": _(
        "%(first)s bat %(second)s, %(for_first)s voix contre %(for_second)s : retenu ou écarté "
        "selon l’ordre donné à des duels aussi nets."
    ),
    "step.ranked_pairs.unchecked": _(
        "%(first)s bat %(second)s, %(for_first)s voix contre %(for_second)s : il n’est pas vérifié "
        "si ce duel est retenu dans tous les ordres de duels aussi nets."
    ),
    "why_not.ranked_pairs.unchecked": _(
        "%(first)s bat %(second)s, %(for_first)s voix contre %(for_second)s ; il n’est pas vérifié "
        "si ce duel est retenu dans tous les ordres de duels aussi nets."
    ),
    "why_not.ranked_pairs.yes": _(
        "Un duel retenu place %(first)s devant %(second)s : %(for_first)s voix contre "
        "%(for_second)s."
    ),
    "why_not.ranked_pairs.depends": _(
        "Selon l’ordre donné à des duels aussi nets, un duel place %(first)s devant %(second)s : "
        "%(for_first)s voix contre %(for_second)s."
    ),
    "reason.kemeny.score": _(
        "Le classement retenu s’accorde avec %(score)s des %(preferences)s préférences que les "
        "bulletins expriment entre deux options."
    ),
    "reason.kemeny.only": _(
        "Aucun autre classement ne s’accorde avec autant de préférences (%(score)s)."
    ),
    "reason.kemeny.unlisted": _(
        "Aucun classement ne s’accorde avec plus de %(score)s préférences ; d’autres font aussi "
        "bien."
    ),
    "reason.kemeny.several": _(
        "Nombre de classements qui font aussi bien les uns que les autres : %(many)s."
    ),
    "reason.kemeny.unproven": _(
        "Le calcul n’a pas prouvé que c’est le meilleur : un autre classement pourrait s’accorder "
        "avec %(bound)s préférences au plus, contre %(score)s."
    ),
    "why_not.kemeny.never_first": _("Aucun des meilleurs classements ne commence par %(option)s."),
    "why_not.kemeny.also_first": _(
        "Un des meilleurs classements commence par %(option)s ; l’ordre publié avant le comptage "
        "en a retenu un autre."
    ),
    "why_not.kemeny.unproven": _(
        "Le meilleur classement trouvé ne commence pas par %(option)s ; le calcul n’a pas prouvé "
        "qu’il n’y en a pas de meilleur."
    ),
    "reason.contests.closest": _(
        "Le duel le plus serré de %(first)s l’oppose à %(second)s : %(for_first)s voix contre "
        "%(for_second)s."
    ),
    "reason.schulze.paths": _(
        "%(first)s ne gagne pas tous ses duels : on compare alors les chaînes de duels gagnés, "
        "chacune valant son duel le plus faible. De %(first)s à %(second)s, la plus solide est "
        "%(path)s et vaut %(strength)s ; dans l’autre sens, c’est %(back_path)s, "
        "qui vaut %(back_strength)s."
    ),
    "reason.schulze.dropped": Plural(
        "%(options)s est hors course : il lui manque le nombre de voix ou la majorité exigés face "
        "à l’option par défaut.",
        "%(options)s sont hors course : il leur manque le nombre de voix ou la majorité exigés "
        "face à l’option par défaut.",
        "options",
    ),
    "why_not.schulze.no_quorum": _(
        "Trop peu de bulletins préfèrent %(option)s à l’option par défaut, %(other)s : "
        "%(for_option)s, contre %(for_other)s dans l’autre sens."
    ),
    "why_not.schulze.no_majority": _(
        "Face à l’option par défaut, %(other)s, il manque à %(option)s la majorité exigée : "
        "%(for_option)s voix contre %(for_other)s."
    ),
    "reason.smith_set.set": Plural(
        "%(winners)s gagne en duel contre %(others)s.",
        "Le groupe %(winners)s est le plus petit à gagner tous ses duels contre %(others)s.",
        "winners",
    ),
    "step.contests.won": _("%(first)s bat %(second)s : %(for_first)s contre %(for_second)s."),
    "step.contests.tied": _(
        "%(first)s et %(second)s font jeu égal : %(for_first)s contre %(for_second)s."
    ),
    "step.schulze.paths": _(
        "De %(first)s à %(second)s, la chaîne de duels la plus solide, %(path)s, vaut "
        "%(strength)s ; dans l’autre sens, %(back_path)s vaut %(back_strength)s."
    ),
    "why_not.contests.won": _(
        "En duel, %(first)s bat %(second)s : %(for_first)s voix contre %(for_second)s."
    ),
    "why_not.contests.tied": _(
        "En duel, %(first)s et %(second)s font jeu égal : %(for_first)s voix contre %(for_second)s."
    ),
    "why_not.contests.lost": _(
        "En duel direct, %(second)s bat %(first)s : %(for_second)s voix contre %(for_first)s. "
        "Mais une option peut aussi en battre une autre par une chaîne de duels."
    ),
    "why_not.schulze.paths": _(
        "La chaîne de duels la plus solide de %(first)s à %(second)s, %(path)s, vaut %(strength)s. "
        "Celle du retour, %(back_path)s, vaut %(back_strength)s."
    ),
}

DIRECT: dict[str, str] = {
    "reason": _("%(first)s bat %(second)s en duel, et aucune chaîne de duels ne mène à l’inverse."),
    "step": _(
        "%(first)s bat %(second)s en duel (%(strength)s), et aucune chaîne de duels ne mène dans "
        "l’autre sens."
    ),
    "why_not": _("Aucune chaîne de duels gagnés ne mène de %(second)s à %(first)s."),
}
NO_PATH = _("Aucune chaîne de duels gagnés ne relie %(first)s et %(second)s.")

# Message -> the value whose emptiness calls for another sentence, and this sentence.
WITHOUT: dict[str, tuple[str, str]] = {
    "reason.schulze.paths": (
        "back_path",
        _(
            "Une chaîne de duels gagnés mène de %(first)s à %(second)s : %(path)s. Elle vaut son "
            "duel le plus faible, %(strength)s. Aucune chaîne ne mène dans l’autre sens."
        ),
    ),
    "step.schulze.paths": (
        "back_path",
        _(
            "De %(first)s à %(second)s, la chaîne de duels la plus solide, %(path)s, vaut "
            "%(strength)s ; aucune ne mène dans l’autre sens."
        ),
    ),
    "why_not.schulze.paths": (
        "back_path",
        _(
            "La chaîne de duels la plus solide de %(first)s à %(second)s, %(path)s, vaut "
            "%(strength)s. Aucune chaîne ne mène dans l’autre sens."
        ),
    ),
    "reason.smith_set.set": (
        "others",
        _("Les duels ne permettent d’écarter aucune option : %(winners)s."),
    ),
}
