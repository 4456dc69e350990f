"""Sentences of the refusals of ballots."""

from deliberation.i18n.catalogue import mark as _

REFUSALS: dict[str, str] = {
    "too-many-wrong-codes": _(
        "Ce code n’est pas valable, et trop de codes faux ont été essayés depuis ce réseau. "
        "Vérifiez chaque signe : un code exact est accepté tout de suite."
    ),
    "urn-not-ready": _("L’urne de ce vote n’est pas encore prête : aucun bulletin n’est reçu."),
    "voted-on-paper": _("Vous avez déjà voté sur papier ou au guichet : ce vote compte seul."),
    "revoting-lost": _(
        "Votre premier vote est enregistré et sera compté. Il ne peut plus être changé : la clé qui"
        " le permettait est perdue."
    ),
    "slot-key-missing": _(
        "Ce vote ne peut pas être reçu pour le moment : il manque une clé au site. Ce qui a été"
        " confirmé reste enregistré et sera compté. Réessayez plus tard."
    ),
    "revote-too-soon": _(
        "Vous avez déjà changé votre vote plusieurs fois. Votre vote précédent reste enregistré :"
        " attendez une minute pour le changer encore."
    ),
    "revotes-used-up": _(
        "Vous ne pouvez plus changer votre vote : trop de bulletins ont été reçus pour vous. Le"
        " dernier reste enregistré. S’ils ne sont pas tous de vous, prévenez la collectivité : si"
        " vous votez avec un code reçu par courrier, elle peut le remplacer."
    ),
    "browser-needed": _("Ce vote se fait sur sa page, dans un navigateur."),
    "unknown-option": _("Cette option n’existe pas."),
    "no-choice": _("Votre bulletin est vide. Exprimez un choix, ou cochez « Voter blanc »."),
    "blank-and-choice": _(
        "Un vote blanc ne peut pas exprimer de choix : décochez l’un ou l’autre."
    ),
    "one-choice": _("Une seule option peut être choisie."),
    "overspent": _(
        "Votre bulletin dépense %(spent)s points : c’est %(over)s de trop, car il y en a %(most)s."
    ),
    "rank-twice": _("Ce rang est déjà donné plus haut : chaque rang ne sert qu’une fois."),
}
