"""Sentences of all counts: who won, ties, why an option is not first."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
    "result.winner": Plural(
        "%(winner)s arrive en tête %(method)s, sur %(received)s bulletin reçu.",
        "%(winner)s arrive en tête %(method)s, sur %(received)s bulletins reçus.",
        "received",
    ),
    "result.tied": Plural(
        "%(winners)s arrivent en tête à égalité %(method)s, sur %(received)s bulletin reçu.",
        "%(winners)s arrivent en tête à égalité %(method)s, sur %(received)s bulletins reçus.",
        "received",
    ),
    "result.set": Plural(
        "%(winners)s gagne tous ses duels contre les autres options %(method)s. "
        "Bulletins reçus : %(received)s.",
        "%(winners)s gagnent tous leurs duels contre les options hors de ce groupe "
        "%(method)s. Bulletins reçus : %(received)s.",
        "winners",
    ),
    "result.elected": Plural(
        "%(winners)s est élue %(method)s. Bulletins reçus : %(received)s.",
        "%(winners)s sont élues %(method)s. Bulletins reçus : %(received)s.",
        "winners",
    ),
    "result.elected_open": _(
        "Le comptage reste ouvert %(method)s : %(winners)s sont élues ou peuvent encore l’être. "
        "Bulletins reçus : %(received)s."
    ),
    "result.unchecked": _(
        "Une égalité qu’aucune règle ne départage arrête le comptage %(method)s. Toutes les façons "
        "de la départager n’ont pas été suivies : %(winners)s ne sont pas écartées. Bulletins "
        "reçus : %(received)s."
    ),
    "result.elected_unchecked": _(
        "Une égalité qu’aucune règle ne départage arrête le comptage %(method)s. Toutes les façons "
        "de la départager n’ont pas été suivies : %(winners)s sont élues ou ne sont pas écartées. "
        "Bulletins reçus : %(received)s."
    ),
    "result.committees_tied": _(
        "%(groups)s groupes d’options sont à égalité en tête %(method)s. Bulletins reçus : "
        "%(received)s."
    ),
    "result.committees_many": _(
        "Au moins %(groups)s groupes d’options sont à égalité en tête %(method)s. Bulletins "
        "reçus : %(received)s."
    ),
    "result.none_elected": _(
        "Aucune option n’est élue %(method)s. Bulletins reçus : %(received)s."
    ),
    "result.funded": Plural(
        "%(winners)s est retenu %(method)s. Bulletins reçus : %(received)s.",
        "%(winners)s sont retenus %(method)s. Bulletins reçus : %(received)s.",
        "winners",
    ),
    "result.none_funded": _(
        "Aucun projet n’est retenu %(method)s. Bulletins reçus : %(received)s."
    ),
    "result.no_ballots": _("Aucun bulletin n’a été reçu : rien ne départage %(options)s."),
    "result.only_option": Plural(
        "Une seule option était proposée, %(winner)s ; %(received)s bulletin a été reçu.",
        "Une seule option était proposée, %(winner)s ; %(received)s bulletins ont été reçus.",
        "received",
    ),
    "result.first": _("%(winner)s arrive en tête %(method)s."),
    "result.first_tied": _("%(winners)s arrivent en tête à égalité %(method)s."),
    "tie.place.left": _(
        "%(tied)s sont à égalité au %(number)s rang, et aucune règle ne les départage."
    ),
    "tie.place.order": _(
        "%(tied)s sont à égalité au %(number)s rang : l’ordre publié avant le comptage les "
        "départage."
    ),
    "tie.place.seed": _(
        "%(tied)s sont à égalité au %(number)s rang : l’ordre que donne le texte %(seed)s, publié "
        "avant le comptage, les départage."
    ),
    "tie.place.protocol": _(
        "%(tied)s sont à égalité au %(number)s rang : les règles de la méthode les départagent."
    ),
    "tie.round.left": _(
        "Au %(number)s tour, %(tied)s sont à égalité en dernière position, et aucune règle ne les "
        "départage."
    ),
    "tie.round.order": _(
        "Au %(number)s tour, %(tied)s sont à égalité en dernière position : l’ordre publié avant "
        "le comptage les départage."
    ),
    "tie.round.seed": _(
        "Au %(number)s tour, %(tied)s sont à égalité en dernière position : l’ordre que donne le "
        "texte %(seed)s, publié avant le comptage, les départage."
    ),
    "tie.round.previous_rounds": _(
        "Au %(number)s tour, %(tied)s sont à égalité en dernière position : les voix des tours "
        "précédents les départagent."
    ),
    "tie.round.safe_together": _(
        "Au %(number)s tour, %(tied)s sont à égalité en dernière position et quittent ensemble le "
        "comptage : dans tout autre ordre, le résultat serait le même."
    ),
    "tie.surplus.left": _(
        "Au %(number)s tour, %(tied)s ont le même excédent à transmettre, et aucune règle ne les "
        "départage."
    ),
    "tie.surplus.order": _(
        "Au %(number)s tour, %(tied)s ont le même excédent à transmettre : l’ordre publié avant "
        "le comptage dit lequel passe d’abord."
    ),
    "tie.surplus.seed": _(
        "Au %(number)s tour, %(tied)s ont le même excédent à transmettre : l’ordre que donne le "
        "texte %(seed)s, publié avant le comptage, dit lequel passe d’abord."
    ),
    "tie.surplus.previous_rounds": _(
        "Au %(number)s tour, %(tied)s ont le même excédent à transmettre : les voix des tours "
        "précédents disent lequel passe d’abord."
    ),
    "tie.project.left": _(
        "Pour le %(number)s projet à retenir, %(tied)s sont à égalité, et aucune règle ne les "
        "départage."
    ),
    "tie.project.order": _(
        "Pour le %(number)s projet à retenir, %(tied)s sont à égalité : l’ordre publié avant le "
        "comptage les départage."
    ),
    "tie.project.seed": _(
        "Pour le %(number)s projet à retenir, %(tied)s sont à égalité : l’ordre que donne le "
        "texte %(seed)s, publié avant le comptage, les départage."
    ),
    "tie.seat.left": _(
        "Pour le %(number)s siège, %(tied)s sont à égalité, et aucune règle ne les départage."
    ),
    "tie.seat.order": _(
        "Pour le %(number)s siège, %(tied)s sont à égalité : l’ordre publié avant le comptage les "
        "départage."
    ),
    "tie.seat.seed": _(
        "Pour le %(number)s siège, %(tied)s sont à égalité : l’ordre que donne le texte %(seed)s, "
        "publié avant le comptage, les départage."
    ),
    "tie.removal.left": _(
        "Au %(number)s retrait, %(tied)s sont à égalité, et aucune règle ne les départage."
    ),
    "tie.removal.order": _(
        "Au %(number)s retrait, %(tied)s sont à égalité : l’ordre publié avant le comptage les "
        "départage."
    ),
    "tie.removal.seed": _(
        "Au %(number)s retrait, %(tied)s sont à égalité : l’ordre que donne le texte %(seed)s, "
        "publié avant le comptage, les départage."
    ),
    "tie.order_matters": _(
        "Avec un autre ordre entre %(tied)s, une autre option pouvait arriver en tête."
    ),
    "tie.unchecked": _(
        "Toutes les façons de départager %(tied)s n’ont pas été suivies : il n’est pas vérifié "
        "si le résultat en dépend."
    ),
    "tie.other_committee": _(
        "Avec un autre ordre entre %(tied)s, une autre option pouvait obtenir une place."
    ),
    "why_not.elected": _("%(option)s obtient une place."),
    "why_not.elected_open": _(
        "%(option)s est élue ou peut encore l’être : le comptage reste ouvert entre %(winners)s."
    ),
    "why_not.funded": _("%(option)s est retenu."),
    "why_not.won": _("%(option)s arrive en tête."),
    "why_not.unchecked": _(
        "%(option)s n’est pas écartée : toutes les façons de départager l’égalité n’ont pas été "
        "suivies."
    ),
    "why_not.shares_first_place": _(
        "%(option)s partage la première place : %(winners)s sont à égalité."
    ),
}
