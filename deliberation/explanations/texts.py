"""How a count is told: one literal table from the messages of `voting.explain` to sentences.

A text stands for each message; where number matters it is a `Plural`, chosen by one of its values.
`UNUSUAL` holds the wording for when a value is empty (no path back, no ballot to pass on).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import sentence, translate
from deliberation.i18n.formats import translate_count
from voting.explain import explain
from voting.outcome import Outcome, Sentence


class Plural(NamedTuple):
    """A text in the singular and the plural, and the value that says which (a number or a list)."""

    one: str
    many: str
    by: str


NARRATION: dict[str, str | Plural] = {
    # who won
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
    # ties
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
    # majority judgment
    "reason.majority_judgment.grade": _(
        "La mention majoritaire de %(option)s est %(grade)s : %(at_least)s jugements sur "
        "%(judges)s, soit plus de la moitié, lui donnent cette mention ou mieux."
    ),
    "reason.majority_judgment.grades": _(
        "La suite du classement commence par %(below)s, dont la mention majoritaire est "
        "%(below_grade)s : moins bien que %(above_grade)s, celle de %(above)s."
    ),
    "reason.majority_judgment.value": Plural(
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. On retire une à une "
        "les mentions du milieu : après %(removed)s retrait, la mention du milieu est "
        "%(above_grade)s pour %(above)s et %(below_grade)s pour %(below)s.",
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. On retire une à une "
        "les mentions du milieu : après %(removed)s retraits, la mention du milieu est "
        "%(above_grade)s pour %(above)s et %(below_grade)s pour %(below)s.",
        "removed",
    ),
    "reason.majority_judgment.equal": _(
        "%(above)s et %(below)s ont exactement la même part de chaque mention."
    ),
    "reason.majority_judgment.excluded": Plural(
        "%(judgments)s bulletin seulement sur %(judges)s donne une mention à %(option)s : "
        "c’est trop peu, et cette option vient après les autres.",
        "%(judgments)s bulletins seulement sur %(judges)s donnent une mention à %(option)s : "
        "c’est trop peu, et cette option vient après les autres.",
        "judgments",
    ),
    "step.majority_judgment.gauge": _(
        "%(option)s : mention majoritaire %(grade)s, %(sign)s (jugements meilleurs : %(above)s ; "
        "moins bons : %(below)s)."
    ),
    "step.majority_judgment.grades": _(
        "%(above)s passe devant %(below)s par sa mention majoritaire : %(above_grade)s contre "
        "%(below_grade)s."
    ),
    "step.majority_judgment.value": Plural(
        "%(above)s passe devant %(below)s : pour l’une et l’autre, c’est %(grade)s, mais "
        "après %(removed)s mention du milieu retirée à chacune, il reste au milieu "
        "%(above_grade)s contre %(below_grade)s.",
        "%(above)s passe devant %(below)s : pour l’une et l’autre, c’est %(grade)s, mais "
        "après %(removed)s mentions du milieu retirées à chacune, il reste au milieu "
        "%(above_grade)s contre %(below_grade)s.",
        "removed",
    ),
    "step.majority_judgment.equal": _(
        "%(above)s et %(below)s ont exactement la même part de chaque mention."
    ),
    "why_not.majority_judgment.grades": _(
        "%(above)s a une meilleure mention majoritaire : %(above_grade)s, contre %(below_grade)s "
        "pour %(below)s."
    ),
    "why_not.majority_judgment.value": Plural(
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. Si l’on retire une "
        "à une les mentions du milieu, la différence apparaît après %(removed)s retrait : la "
        "mention du milieu est alors %(below_grade)s pour %(below)s, %(above_grade)s pour "
        "%(above)s.",
        "%(below)s a la même mention majoritaire que %(above)s, %(grade)s. Si l’on retire une "
        "à une les mentions du milieu, la différence apparaît après %(removed)s retraits : la "
        "mention du milieu est alors %(below_grade)s pour %(below)s, %(above_grade)s pour "
        "%(above)s.",
        "removed",
    ),
    "why_not.majority_judgment.equal": _(
        "%(below)s a exactement la même part de chaque mention que %(above)s."
    ),
    "why_not.majority_judgment.excluded": Plural(
        "%(judgments)s bulletin seulement sur %(judges)s donne une mention à %(option)s : "
        "c’est trop peu pour être classée parmi les autres.",
        "%(judgments)s bulletins seulement sur %(judges)s donnent une mention à %(option)s : "
        "c’est trop peu pour être classée parmi les autres.",
        "judgments",
    ),
    # sums
    "reason.approval.score": Plural(
        "%(score)s bulletin sur %(ballots)s approuve %(option)s.",
        "%(score)s bulletins sur %(ballots)s approuvent %(option)s.",
        "score",
    ),
    "reason.approval.behind": Plural(
        "%(option)s suit, avec %(score)s approbation, contre %(winner_score)s pour %(winner)s.",
        "%(option)s suit, avec %(score)s approbations, contre %(winner_score)s pour %(winner)s.",
        "score",
    ),
    "step.approval.score": Plural(
        "%(option)s : %(score)s approbation.", "%(option)s : %(score)s approbations.", "score"
    ),
    "why_not.approval.behind": Plural(
        "%(option)s a reçu %(score)s approbation ; %(winner)s en a reçu %(winner_score)s.",
        "%(option)s a reçu %(score)s approbations ; %(winner)s en a reçu %(winner_score)s.",
        "score",
    ),
    "reason.plurality.score": Plural(
        "%(option)s est le premier choix de %(score)s bulletin sur %(ballots)s.",
        "%(option)s est le premier choix de %(score)s bulletins sur %(ballots)s.",
        "score",
    ),
    "reason.plurality.behind": _(
        "%(option)s suit. Premiers choix : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.plurality.score": Plural(
        "%(option)s : %(score)s premier choix.",
        "%(option)s : %(score)s premiers choix.",
        "score",
    ),
    "why_not.plurality.behind": _(
        "Premiers choix de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.copeland.score": Plural(
        "%(option)s obtient %(score)s point en duels, d’après %(ballots)s bulletins.",
        "%(option)s obtient %(score)s points en duels, d’après %(ballots)s bulletins.",
        "score",
    ),
    "reason.copeland.behind": Plural(
        "%(option)s suit, avec %(score)s point, contre %(winner_score)s pour %(winner)s.",
        "%(option)s suit, avec %(score)s points, contre %(winner_score)s pour %(winner)s.",
        "score",
    ),
    "step.copeland.score": Plural(
        "%(option)s : %(score)s point en duels.",
        "%(option)s : %(score)s points en duels.",
        "score",
    ),
    "why_not.copeland.behind": Plural(
        "%(option)s obtient %(score)s point en duels ; %(winner)s en obtient %(winner_score)s.",
        "%(option)s obtient %(score)s points en duels ; %(winner)s en obtient %(winner_score)s.",
        "score",
    ),
    "reason.score.score": Plural(
        "%(option)s obtient %(score)s point, d’après %(ballots)s bulletins.",
        "%(option)s obtient %(score)s points, d’après %(ballots)s bulletins.",
        "score",
    ),
    "reason.score.behind": _(
        "%(option)s suit. Points : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.score.score": Plural(
        "%(option)s : %(score)s point.", "%(option)s : %(score)s points.", "score"
    ),
    "why_not.score.behind": _(
        "Points de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.borda.score": Plural(
        "Par ses places dans les classements, %(option)s obtient %(score)s point. Bulletins "
        "comptés : %(ballots)s.",
        "Par ses places dans les classements, %(option)s obtient %(score)s points. Bulletins "
        "comptés : %(ballots)s.",
        "score",
    ),
    "reason.borda.behind": _(
        "%(option)s suit. Points : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.borda.score": Plural(
        "%(option)s : %(score)s point.", "%(option)s : %(score)s points.", "score"
    ),
    "why_not.borda.behind": _(
        "Points de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.dowdall.score": _(
        "Une première place vaut 1 point, une deuxième la moitié, une troisième le tiers. Avec "
        "%(ballots)s bulletins, la somme de %(option)s est %(score)s."
    ),
    "reason.dowdall.behind": _(
        "%(option)s suit. Points : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.dowdall.score": Plural(
        "%(option)s : %(score)s point.", "%(option)s : %(score)s points.", "score"
    ),
    "why_not.dowdall.behind": _(
        "Points de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.cumulative.score": _(
        "%(option)s réunit le plus de points : %(score)s. Bulletins comptés : %(ballots)s."
    ),
    "reason.cumulative.behind": _(
        "%(option)s suit. Points : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.cumulative.limit": Plural(
        "Chaque bulletin peut donner %(limit)s point au plus.",
        "Chaque bulletin peut donner %(limit)s points au plus.",
        "limit",
    ),
    "step.cumulative.no_limit": _(
        "Aucun nombre de points par bulletin n’est annoncé : aucun bulletin ne peut en donner trop."
    ),
    "step.cumulative.over_spent": _(
        "Bulletins écartés, qui donnent trop de points : %(ballots)s. Le plus grand dépassement "
        "est de %(most)s."
    ),
    "step.cumulative.spent": _("Points donnés par les bulletins comptés : %(spent)s."),
    "step.cumulative.score": Plural(
        "%(option)s : %(score)s point.", "%(option)s : %(score)s points.", "score"
    ),
    "why_not.cumulative.behind": _(
        "Points de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.quadratic.score": _(
        "%(option)s réunit le plus de voix : %(score)s. Bulletins comptés : %(ballots)s."
    ),
    "reason.quadratic.behind": _(
        "%(option)s suit. Voix : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.quadratic.limit": Plural(
        "Chaque bulletin dispose de %(limit)s crédit. Pour une même option, 1 voix coûte 1 "
        "crédit, 2 voix en coûtent 4, 3 voix en coûtent 9, et ainsi de suite.",
        "Chaque bulletin dispose de %(limit)s crédits. Pour une même option, 1 voix coûte 1 "
        "crédit, 2 voix en coûtent 4, 3 voix en coûtent 9, et ainsi de suite.",
        "limit",
    ),
    "step.quadratic.no_limit": _(
        "Aucun nombre de crédits par bulletin n’est annoncé : aucun bulletin ne peut en dépenser "
        "trop. Pour une même option, 1 voix coûte 1 crédit, 2 voix en coûtent 4, 3 voix en coûtent "
        "9, et ainsi de suite."
    ),
    "step.quadratic.over_spent": _(
        "Bulletins écartés, qui dépensent trop de crédits : %(ballots)s. Le plus grand "
        "dépassement est de %(most)s."
    ),
    "step.quadratic.spent": _("Crédits dépensés par les bulletins comptés : %(spent)s."),
    "step.quadratic.score": _("Voix de %(option)s : %(score)s."),
    "why_not.quadratic.behind": _(
        "Voix de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    # star
    "reason.star.open": _(
        "Les sommes ne suffisent pas à désigner les deux finalistes parmi %(options)s."
    ),
    "reason.star.finalists": _(
        "Les deux options finalistes sont %(first)s, avec une somme de %(first_sum)s, et "
        "%(second)s, avec %(second_sum)s."
    ),
    "reason.star.runoff": _(
        "En finale, les bulletins qui notent mieux %(first)s que %(second)s sont %(for_first)s ; "
        "ceux qui notent mieux %(second)s, %(for_second)s."
    ),
    "step.star.score": _("Somme des notes de %(option)s : %(score)s."),
    "step.star.runoff": _(
        "Finale. Bulletins qui notent mieux %(first)s : %(for_first)s ; mieux %(second)s : "
        "%(for_second)s."
    ),
    "why_not.star.runoff": _(
        "En finale, les bulletins qui notent mieux %(second)s que %(first)s sont %(for_second)s ; "
        "ceux qui notent mieux %(first)s, %(for_first)s."
    ),
    "why_not.star.score": _(
        "La somme des notes de %(option)s est %(score)s. Celles des finalistes : %(finalists)s."
    ),
    # bucklin
    "reason.bucklin.majority": Plural(
        "Rangs comptés : %(rank)s. %(option)s y est sur %(votes)s bulletin sur %(ballots)s : plus "
        "de la moitié.",
        "Rangs comptés : %(rank)s. %(option)s y est sur %(votes)s bulletins sur %(ballots)s : plus "
        "de la moitié.",
        "votes",
    ),
    "reason.bucklin.most": _(
        "Même en comptant tous les rangs (%(rank)s), aucune option n’est sur plus de la moitié des "
        "%(ballots)s bulletins ; %(option)s est sur le plus grand nombre, %(votes)s."
    ),
    "reason.bucklin.behind": _(
        "%(option)s suit. Bulletins qui placent cette option parmi les rangs comptés "
        "(%(rank)s) : %(votes)s, contre %(winner_votes)s pour %(winner)s."
    ),
    "step.bucklin.rank": _("Rangs comptés : %(rank)s. Bulletins : %(votes)s."),
    "why_not.bucklin.behind": _(
        "Rangs comptés : %(rank)s. %(option)s y est sur %(votes)s bulletins, %(winner)s sur "
        "%(winner_votes)s."
    ),
    # minimax
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
    # counts that a tie stopped
    "reason.certain": _(
        "Une égalité arrête le comptage au %(round)s tour, mais %(option)s l’emporte quelle que "
        "soit l’option qui part d’abord."
    ),
    "reason.open": _(
        "Une égalité arrête le comptage au %(round)s tour. Selon l’option qui part d’abord, l’une "
        "de celles-ci arrive en tête : %(winners)s."
    ),
    "why_not.in_no_order": _(
        "Une égalité arrête le comptage au %(round)s tour : quelle que soit l’option qui part "
        "d’abord, %(option)s n’arrive pas en tête."
    ),
    # eliminations
    "reason.elimination.alone": _("Au %(round)s tour, il ne reste que %(option)s."),
    "reason.elimination.beats_all": _(
        "Au %(round)s tour, %(option)s gagne ses duels contre toutes les options qui restent."
    ),
    "reason.elimination.tied": _(
        "Au %(round)s tour, les options qui restent ont toutes autant de points ; %(option)s en "
        "fait partie."
    ),
    "reason.elimination.all_tied": _(
        "Au %(round)s tour, les options qui restent ont toutes autant de points : %(winners)s."
    ),
    "reason.elimination.majority": _(
        "Au %(round)s tour, %(option)s est le premier choix de plus de la moitié des bulletins en "
        "jeu : %(votes)s sur %(active)s."
    ),
    "reason.elimination.votes": _(
        "%(option)s quitte le comptage au %(round)s tour, avec le moins de premiers choix : "
        "%(score)s. %(winner)s en a alors %(winner_score)s."
    ),
    "reason.elimination.points": _(
        "%(option)s quitte le comptage au %(round)s tour, avec le moins de points : %(score)s. "
        "%(winner)s en a alors %(winner_score)s."
    ),
    "reason.elimination.average": _(
        "%(option)s quitte le comptage au %(round)s tour, avec moins de points que la moyenne : "
        "%(score)s. %(winner)s en a alors %(winner_score)s."
    ),
    "reason.elimination.last_places": _(
        "%(option)s quitte le comptage au %(round)s tour, avec le plus de dernières places : "
        "%(score)s. %(winner)s en a alors %(winner_score)s."
    ),
    "reason.elimination.stayed_votes": _(
        "%(option)s reste jusqu’au %(round)s tour. Premiers choix : %(score)s, contre "
        "%(winner_score)s pour %(winner)s."
    ),
    "reason.elimination.stayed_points": _(
        "%(option)s reste jusqu’au %(round)s tour. Points : %(score)s, contre %(winner_score)s "
        "pour %(winner)s."
    ),
    "reason.elimination.stayed_last_places": _(
        "%(option)s reste jusqu’au %(round)s tour. Dernières places : %(score)s, contre "
        "%(winner_score)s pour %(winner)s."
    ),
    "step.elimination.votes": _("%(round)s tour, premiers choix : %(scores)s."),
    "step.elimination.points": _("%(round)s tour, points : %(scores)s."),
    "step.elimination.last_places": _("%(round)s tour, dernières places : %(scores)s."),
    "step.elimination.left": Plural(
        "%(options)s quitte le comptage au %(round)s tour.",
        "%(options)s quittent le comptage au %(round)s tour.",
        "options",
    ),
    "why_not.elimination.votes": _(
        "Au %(round)s tour, %(option)s a le moins de premiers choix (%(score)s) et quitte le "
        "comptage ; %(winner)s en a alors %(winner_score)s."
    ),
    "why_not.elimination.points": _(
        "Au %(round)s tour, %(option)s a le moins de points (%(score)s) et quitte le comptage ; "
        "%(winner)s en a alors %(winner_score)s."
    ),
    "why_not.elimination.average": _(
        "Au %(round)s tour, %(option)s a moins de points que la moyenne (%(score)s) et quitte le "
        "comptage ; %(winner)s en a alors %(winner_score)s."
    ),
    "why_not.elimination.last_places": _(
        "Au %(round)s tour, %(option)s a le plus de dernières places (%(score)s) et quitte le "
        "comptage ; %(winner)s en a alors %(winner_score)s."
    ),
    "why_not.elimination.stayed_votes": _(
        "%(option)s reste jusqu’au dernier tour, le %(round)s, sans y gagner. Premiers choix : "
        "%(score)s ; pour %(winner)s : %(winner_score)s."
    ),
    "why_not.elimination.stayed_points": _(
        "%(option)s reste jusqu’au dernier tour, le %(round)s, sans y gagner. Points : %(score)s ; "
        "pour %(winner)s : %(winner_score)s."
    ),
    "why_not.elimination.stayed_last_places": _(
        "%(option)s reste jusqu’au dernier tour, le %(round)s, sans y gagner. Dernières places : "
        "%(score)s ; pour %(winner)s : %(winner_score)s."
    ),
    # duels
    "reason.duels.all_won": Plural(
        "%(option)s gagne son duel (%(duels)s sur %(duels)s).",
        "%(option)s gagne ses %(duels)s duels : opposée une à une à toutes les autres, cette "
        "option est toujours préférée par plus de bulletins.",
        "duels",
    ),
    "reason.duels.unbeaten": Plural(
        "%(option)s ne perd aucun duel et en gagne %(duels)s.",
        "%(option)s ne perd aucun duel et en gagne %(duels)s.",
        "duels",
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
    "reason.duels.closest": _(
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
    "step.duels.won": _("%(first)s bat %(second)s : %(for_first)s contre %(for_second)s."),
    "step.duels.tied": _(
        "%(first)s et %(second)s font jeu égal : %(for_first)s contre %(for_second)s."
    ),
    "step.schulze.paths": _(
        "De %(first)s à %(second)s, la chaîne de duels la plus solide, %(path)s, vaut "
        "%(strength)s ; dans l’autre sens, %(back_path)s vaut %(back_strength)s."
    ),
    "why_not.duels.won": _(
        "En duel, %(first)s bat %(second)s : %(for_first)s voix contre %(for_second)s."
    ),
    "why_not.duels.tied": _(
        "En duel, %(first)s et %(second)s font jeu égal : %(for_first)s voix contre %(for_second)s."
    ),
    "why_not.duels.lost": _(
        "En duel direct, %(second)s bat %(first)s : %(for_second)s voix contre %(for_first)s. "
        "Mais une option peut aussi en battre une autre par une chaîne de duels."
    ),
    "why_not.schulze.paths": _(
        "La chaîne de duels la plus solide de %(first)s à %(second)s, %(path)s, vaut %(strength)s. "
        "Celle du retour, %(back_path)s, vaut %(back_strength)s."
    ),
    # rounds
    "reason.instant_runoff.majority": _(
        "Au %(round)s tour, %(option)s réunit %(votes)s voix sur les %(active)s bulletins encore "
        "en jeu : plus de la moitié."
    ),
    "reason.instant_runoff.alone": _("Au %(round)s tour, il ne reste que %(option)s."),
    "reason.instant_runoff.eliminated": _(
        "%(option)s quitte le comptage au %(round)s tour, avec le moins de voix (%(votes)s) ; "
        "%(winner)s en a alors %(winner_votes)s."
    ),
    "reason.instant_runoff.behind": _(
        "%(option)s suit au %(round)s tour, avec %(votes)s voix contre %(winner_votes)s pour "
        "%(winner)s."
    ),
    "step.instant_runoff.votes": _(
        "%(round)s tour : %(votes)s. Bulletins en jeu : %(active)s ; sans choix restant : "
        "%(exhausted)s."
    ),
    "step.instant_runoff.eliminated": Plural(
        "%(options)s a le moins de voix au %(round)s tour et quitte le comptage.",
        "%(options)s ont le moins de voix au %(round)s tour et quittent le comptage.",
        "options",
    ),
    "step.instant_runoff.transfers": _(
        "Après le %(round)s tour, ces bulletins passent à leur choix suivant : %(transfers)s. Sans "
        "choix restant : %(exhausted)s."
    ),
    "why_not.instant_runoff.eliminated": _(
        "%(option)s a le moins de voix au %(round)s tour (%(votes)s) et quitte le comptage ; "
        "%(winner)s en a alors %(winner_votes)s."
    ),
    "why_not.instant_runoff.behind": _(
        "%(option)s reste jusqu’au dernier tour, le %(round)s, avec %(votes)s voix ; %(winner)s en "
        "a %(winner_votes)s."
    ),
    # single transferable vote
    "reason.stv.open": _(
        "Une égalité arrête le comptage au %(round)s tour. Selon l’option qui passe d’abord, les "
        "places vont à certaines de celles-ci : %(winners)s."
    ),
    "reason.stv.certain": _(
        "Une égalité arrête le comptage au %(round)s tour, mais quelle que soit l’option qui passe "
        "d’abord, %(winners)s obtiennent une place, et personne d’autre."
    ),
    "reason.stv.all": _(
        "Il n’y a pas plus d’options que de places (%(seats)s) : toutes sont élues."
    ),
    "reason.stv.quota": Plural(
        "Pour être élue, une option doit réunir %(quota)s voix. Place à pourvoir : %(seats)s.",
        "Pour être élue, une option doit réunir %(quota)s voix. Places à pourvoir : %(seats)s.",
        "seats",
    ),
    "reason.stv.excluded": _(
        "%(option)s suit : avec %(votes)s voix, c’est l’option qui en a le moins au %(round)s "
        "tour, et elle quitte le comptage."
    ),
    "reason.stv.behind": _("%(option)s suit, avec %(votes)s voix au dernier tour, le %(round)s."),
    "step.stv.surplus": _(
        "Au %(round)s tour, les voix que %(options)s a en trop passent au choix suivant de ses "
        "bulletins."
    ),
    "step.stv.exclusion": Plural(
        "Au %(round)s tour, %(options)s a le moins de voix et quitte le comptage ; ses bulletins "
        "passent à leur choix suivant.",
        "Au %(round)s tour, %(options)s ont le moins de voix et quittent le comptage ; leurs "
        "bulletins passent à leur choix suivant.",
        "options",
    ),
    "step.stv.votes": _("%(round)s tour : %(votes)s. Voix sans choix restant : %(exhausted)s."),
    "step.stv.elected": Plural(
        "Au %(round)s tour, %(options)s atteint %(quota)s voix et obtient une place.",
        "Au %(round)s tour, %(options)s atteignent %(quota)s voix et obtiennent chacune une place.",
        "options",
    ),
    "step.stv.filled": Plural(
        "Au %(round)s tour, %(options)s obtient une place : il ne reste pas plus d’options que de "
        "places. Il fallait sinon %(quota)s voix.",
        "Au %(round)s tour, %(options)s obtiennent chacune une place : il ne reste pas plus "
        "d’options que de places. Il fallait sinon %(quota)s voix.",
        "options",
    ),
    "why_not.stv.in_no_order": _(
        "Une égalité arrête le comptage au %(round)s tour : quelle que soit l’option qui passe "
        "d’abord, %(option)s n’obtient pas de place."
    ),
    "why_not.stv.excluded": _(
        "Au %(round)s tour, %(option)s a le moins de voix (%(votes)s) et quitte le comptage."
    ),
    "why_not.stv.behind": _(
        "%(option)s reste jusqu’au dernier tour, le %(round)s, avec %(votes)s voix : toutes les "
        "places sont alors pourvues."
    ),
    # projects under a budget
    "reason.funding.spent": _(
        "Les projets retenus coûtent ensemble %(spent)s, pour un budget de %(budget)s."
    ),
    "reason.funding.open": _(
        "%(groups)s listes de projets restent possibles, selon l’ordre des projets à égalité."
    ),
    "reason.funding.unsearched": _(
        "Toutes les façons de départager les projets à égalité n’ont pas été suivies : il n’est "
        "pas vérifié si d’autres listes sont possibles."
    ),
    "reason.funding.left": _(
        "%(option)s (voix : %(votes)s) coûte %(cost)s et n’est pas retenu : il restait %(left)s."
    ),
    "reason.funding.purses": _(
        "%(option)s (voix : %(votes)s) coûte %(cost)s et n’est pas retenu : aux bulletins qui le "
        "soutiennent, il restait en tout %(available)s."
    ),
    "reason.funding.no_vote": _("%(option)s n’a reçu aucune voix."),
    "reason.funding.too_dear": _(
        "%(option)s coûte à lui seul %(cost)s, plus que tout le budget, %(budget)s."
    ),
    "reason.funding.tied": _("%(option)s n’est pas retenu : d’autres projets passent devant."),
    "step.funding.start": _("Chaque bulletin dispose au départ de %(start)s."),
    "step.funding.all_fit": _(
        "Tous les projets soutenus tiennent ensemble dans le budget, %(budget)s : tous sont "
        "retenus."
    ),
    "step.funding.fits": _(
        "%(option)s est retenu (voix : %(votes)s ; coût : %(cost)s). Il reste %(left)s."
    ),
    "step.funding.paid": _(
        "%(option)s est retenu (voix : %(votes)s ; coût : %(cost)s). Bulletins qui paient le plein "
        "prix, %(price)s : %(in_full)s ; qui donnent ce qui leur restait : %(emptied)s. Il reste "
        "%(left)s."
    ),
    "step.funding.loaded": _(
        "%(option)s est retenu (voix : %(votes)s ; coût : %(cost)s) : la charge de chaque bulletin "
        "qui le soutient est alors de %(load)s, la plus faible possible. Il reste %(left)s."
    ),
    "why_not.funding.left": _(
        "%(option)s a reçu %(votes)s voix et coûte %(cost)s ; il ne restait que %(left)s."
    ),
    "why_not.funding.purses": _(
        "%(option)s a reçu %(votes)s voix et coûte %(cost)s ; les bulletins qui le soutiennent "
        "n’avaient plus que %(available)s en tout."
    ),
    "why_not.funding.no_vote": _("%(option)s n’a reçu aucune voix."),
    "why_not.funding.too_dear": _(
        "%(option)s coûte à lui seul %(cost)s, plus que tout le budget, %(budget)s."
    ),
    "reason.funding.unsearched_option": _(
        "%(option)s n’est dans aucune des listes trouvées ; toutes n’ont pas été cherchées."
    ),
    "why_not.funding.unsearched_option": _(
        "%(option)s n’est dans aucune des listes trouvées ; toutes n’ont pas été cherchées."
    ),
    "why_not.funding.tied": _(
        "%(option)s n’est retenu que dans certaines des listes encore possibles, ou dans aucune."
    ),
    # committees
    "reason.committee.all": _(
        "Il n’y a pas plus d’options que de places (%(seats)s) : toutes sont élues."
    ),
    "reason.committee.open": _(
        "%(groups)s groupes restent possibles, selon l’ordre des options à égalité."
    ),
    "reason.committee.represented": Plural(
        "%(represented)s bulletin sur %(ballots)s approuve au moins une des options élues.",
        "%(represented)s bulletins sur %(ballots)s approuvent au moins une des options élues.",
        "represented",
    ),
    "reason.committee.unproven": _(
        "Le groupe trouvé totalise %(score)s. Rien ne prouve que c’est le meilleur, mais aucun ne "
        "peut dépasser %(bound)s."
    ),
    "reason.committee.unsearched": _(
        "La recherche s’est arrêtée avant d’avoir vu tous les groupes : il n’est pas vérifié si "
        "d’autres font aussi bien."
    ),
    "reason.committee.behind": _(
        "%(option)s suit, avec %(score)s, contre %(winner_score)s pour %(winner)s, qui obtient la "
        "dernière place."
    ),
    "reason.committee.swap": _(
        "%(option)s suit : à la place de %(winner)s, cette option ferait passer le total du groupe "
        "de %(score)s à %(swapped)s."
    ),
    "reason.seq_pav.behind": _(
        "%(option)s suit : au %(number)s choix, ses bulletins pèsent %(value)s, et ceux de "
        "%(winner)s, qui obtient la place, %(winner_value)s."
    ),
    "reason.seq_phragmen.behind": _(
        "%(option)s suit : au %(number)s choix, la charge de ses bulletins serait de %(value)s, et "
        "celle des bulletins de %(winner)s, qui obtient la place, est de %(winner_value)s."
    ),
    "reason.seq_phragmen.nobody": _("%(option)s suit : aucun bulletin n’approuve cette option."),
    "reason.revseq_pav.gone": _(
        "%(option)s suit : cette option quitte le groupe au %(number)s retrait, où son départ "
        "coûte le moins, %(value)s."
    ),
    "reason.mes_committee.vacant": Plural(
        "%(vacant)s place reste vacante : aucune autre option ne peut être payée en entier.",
        "%(vacant)s places restent vacantes : aucune autre option ne peut être payée en entier.",
        "vacant",
    ),
    "reason.mes_committee.purses": _(
        "%(option)s suit (approbations : %(votes)s). À la fin des achats, ses bulletins n’avaient "
        "plus que %(available)s en tout ; une place coûte 1."
    ),
    "step.committee.score": _("%(option)s : %(score)s."),
    "step.committee.satisfied": Plural(
        "%(ballots)s bulletin approuve %(members)s des options élues et compte pour %(value)s.",
        "%(ballots)s bulletins approuvent %(members)s des options élues ; chacun compte pour "
        "%(value)s.",
        "ballots",
    ),
    "step.seq_pav.joined": _(
        "Au %(number)s choix, %(option)s rejoint le groupe : ses bulletins pèsent le plus, "
        "%(value)s."
    ),
    "step.seq_phragmen.joined": _(
        "Au %(number)s choix, %(option)s rejoint le groupe : la charge de chacun de ses bulletins "
        "est alors de %(value)s, la plus faible possible."
    ),
    "step.seq_phragmen.nobody": _(
        "Au %(number)s choix, %(option)s rejoint le groupe : il ne reste aucune option approuvée."
    ),
    "step.revseq_pav.left": _(
        "Au %(number)s retrait, %(option)s quitte le groupe : son départ coûte le moins, %(value)s."
    ),
    "step.mes_committee.start": _(
        "Chaque bulletin dispose au départ de %(start)s ; une place coûte 1."
    ),
    "step.mes_committee.paid": _(
        "Au %(number)s choix, %(option)s rejoint le groupe. Bulletins qui paient le plein prix, "
        "%(price)s : %(in_full)s ; qui donnent ce qui leur restait : %(emptied)s."
    ),
    "step.mes_committee.filled": _(
        "Au %(number)s choix, %(option)s rejoint le groupe : c’est, parmi les autres, l’option la "
        "plus approuvée (%(votes)s)."
    ),
    "why_not.committee.possible": _(
        "%(option)s fait partie de certains des groupes encore possibles, pas de tous."
    ),
    "why_not.committee.unsearched": _(
        "%(option)s n’est dans aucun des groupes trouvés ; tous n’ont pas été cherchés."
    ),
    "why_not.committee.never": _("%(option)s ne fait partie d’aucun des groupes encore possibles."),
    "why_not.committee.behind": _(
        "%(option)s a %(score)s, contre %(winner_score)s pour %(winner)s, qui obtient la dernière "
        "place."
    ),
    "why_not.committee.swap": _(
        "À la place de %(winner)s, %(option)s ferait passer le total du groupe de %(score)s à "
        "%(swapped)s."
    ),
    "why_not.seq_pav.behind": _(
        "Au %(number)s choix, les bulletins de %(option)s pèsent %(value)s, et ceux de %(winner)s, "
        "qui obtient la place, %(winner_value)s."
    ),
    "why_not.seq_phragmen.behind": _(
        "Au %(number)s choix, la charge des bulletins de %(option)s serait de %(value)s, et celle "
        "des bulletins de %(winner)s, qui obtient la place, est de %(winner_value)s."
    ),
    "why_not.seq_phragmen.nobody": _("Aucun bulletin n’approuve %(option)s."),
    "why_not.revseq_pav.gone": _(
        "Au %(number)s retrait, %(option)s est l’option dont le départ coûte le moins, %(value)s, "
        "et quitte le groupe."
    ),
    "why_not.mes_committee.purses": _(
        "Approbations de %(option)s : %(votes)s. À la fin des achats, ses bulletins n’avaient plus "
        "que %(available)s en tout ; une place coûte 1."
    ),
    # why not X?
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

# Message -> the value whose emptiness calls for other words, and these words.
UNUSUAL: dict[str, tuple[str, str]] = {
    "reason.majority_judgment.grade": ("judges", _("Personne n’a donné de mention à %(option)s.")),
    "step.majority_judgment.gauge": (
        "grade",
        _("%(option)s : personne ne lui a donné de mention."),
    ),
    "reason.majority_judgment.excluded": (
        "judgments",
        _("Personne n’a donné de mention à %(option)s : cette option vient après les autres."),
    ),
    "why_not.majority_judgment.excluded": (
        "judgments",
        _("Personne n’a donné de mention à %(option)s."),
    ),
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
    "reason.instant_runoff.majority": (
        "active",
        _("Au %(round)s tour, plus aucun bulletin n’est en jeu."),
    ),
    "step.instant_runoff.transfers": (
        "transfers",
        _(
            "Après le %(round)s tour, aucun bulletin ne passe à une autre option. Sans choix "
            "restant : %(exhausted)s."
        ),
    ),
}
# Schulze: one duel says it all, or no chain of duels links two options in either direction.
DIRECT: dict[str, str] = {
    "reason": _("%(first)s bat %(second)s en duel, et aucune chaîne de duels ne mène à l’inverse."),
    "step": _(
        "%(first)s bat %(second)s en duel (%(strength)s), et aucune chaîne de duels ne mène dans "
        "l’autre sens."
    ),
    "why_not": _("Aucune chaîne de duels gagnés ne mène de %(second)s à %(first)s."),
}
NO_PATH = _("Aucune chaîne de duels gagnés ne relie %(first)s et %(second)s.")

# Box -> what is said of its ballots, in the singular and the plural.
BALLOT_COUNTS: dict[str, Plural] = {
    "counted": Plural("%(num)s compté", "%(num)s comptés", "counted"),
    "partial": Plural(
        "%(num)s incomplet, compté lui aussi",
        "%(num)s incomplets, comptés eux aussi",
        "partial",
    ),
    "over_marked": Plural(
        "%(num)s qui donne le même rang à plusieurs options",
        "%(num)s qui donnent le même rang à plusieurs options",
        "over_marked",
    ),
    "blank": Plural("%(num)s blanc", "%(num)s blancs", "blank"),
    "over_spent": Plural(
        "%(num)s écarté, qui dépense trop de points",
        "%(num)s écartés, qui dépensent trop de points",
        "over_spent",
    ),
    "invalid": Plural("%(num)s non valable", "%(num)s non valables", "invalid"),
}
BALLOTS = Plural(
    "%(received)s bulletin reçu : %(boxes)s.",
    "%(received)s bulletins reçus : %(boxes)s.",
    "received",
)
ALL_COUNTED = Plural(
    "%(received)s bulletin reçu et compté.",
    "%(received)s bulletins reçus, tous comptés.",
    "received",
)
NO_BALLOTS = _("Aucun bulletin reçu.")

QUOTED = _("« %(name)s »")
_NAMES = {"option", "winner", "above", "below", "first", "second", "other"}
_GRADES = {"grade", "above_grade", "below_grade"}
_ORDINALS = {"number", "round"}
_PATHS = {"path", "back_path"}


def tell_all(
    lang: str, outcome: Outcome, titles: Mapping[str, str] | None = None
) -> tuple[str, list[str], list[str]]:
    """The sentence that says who came first, those that say why, and the count step by step.

    `titles`: what options are called where their names are only ids.
    """
    found = explain(outcome)

    def worded(sentences: list[Sentence]) -> list[str]:
        return [tell(lang, with_titles(one, titles or {})) for one in sentences]

    (headline,) = worded([found.headline])
    return headline, worded(found.reasons), worded(found.steps)


def with_titles(said: Sentence, titles: Mapping[str, str]) -> Sentence:
    """The sentence with the options' titles beside their names."""
    if not titles:
        return said
    return Sentence(said.id, {key: _entitled(key, v, titles) for key, v in said.values.items()})


def titled(name: str, titles: Mapping[str, str]) -> str:
    """A title with the name that it stands for: `Un banc (p1)`.

    >>> titled("p1", {"p1": "Un banc"}), titled("p2", {})
    ('Un banc (p1)', 'p2')
    """
    return f"{titles[name]} ({name})" if name in titles else name


def tell(lang: str, said: Sentence) -> str:
    """A sentence of a count in `lang`, plain text."""
    if said.id == "step.ballots":
        return _ballots(lang, said.values)
    words = {name: _worded(lang, name, value, said) for name, value in said.values.items()}
    if said.id.endswith("schulze.paths") and not said.values["path"]:
        return translate(lang, NO_PATH, **words)
    if said.id.endswith("schulze.paths") and _is_direct(said.values):
        return translate(lang, DIRECT[said.id.partition(".")[0]], **words)
    if said.id in UNUSUAL and not said.values[UNUSUAL[said.id][0]]:
        return translate(lang, UNUSUAL[said.id][1], **words)
    text = NARRATION[said.id]
    if isinstance(text, str):
        return translate(lang, text, **words)
    return translate_count(lang, text.one, text.many, _size(said.values[text.by]), **words)


def exact(lang: str, value: int | str) -> str:
    """An exact number as people write it: `1 234`, `3,5`, or `70/17` when it has no short form."""
    fraction = Fraction(value)
    for digits in range(10):
        if (fraction * 10**digits).denominator == 1:
            return formats.number(lang, fraction, digits)
    return str(fraction)


def quoted(lang: str, name: str) -> str:
    """A name inside a sentence, in the language's quotation marks."""
    return translate(lang, QUOTED, name=name)


def by_method(lang: str, method: str) -> str:
    """How a method is named inside a sentence: `au jugement majoritaire`."""
    return translate(lang, METHOD_TEXTS[method].according)


def box(lang: str, name: str, count: int) -> str:
    """What is said of the ballots of a box: `12 blancs`."""
    return translate_count(lang, BALLOT_COUNTS[name].one, BALLOT_COUNTS[name].many, count)


def _entitled(key: str, value: Any, titles: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {titled(name, titles): found for name, found in value.items()}
    if isinstance(value, list):
        return [titled(name, titles) if isinstance(name, str) else name for name in value]
    return titled(value, titles) if key in _NAMES and isinstance(value, str) else value


def _ballots(lang: str, values: Mapping[str, int]) -> str:
    received = values["received"]
    if not received:
        return translate(lang, NO_BALLOTS)
    told = [box(lang, name, values[name]) for name in BALLOT_COUNTS if values[name]]
    words = {"received": formats.number(lang, received), "boxes": formats.joined(lang, told)}
    text = ALL_COUNTED if values["counted"] == received else BALLOTS
    return translate_count(lang, text.one, text.many, received, **words)


def _worded(lang: str, name: str, value: Any, said: Sentence) -> str:
    """One value of a sentence as the reader's language writes it."""
    if name in _PATHS:
        return " > ".join(value)
    if isinstance(value, dict):
        return _listed(lang, value)
    if isinstance(value, list):
        return formats.joined(lang, [quoted(lang, item) for item in value])
    if name in _GRADES:
        return quoted(lang, sentence(lang, value)) if value else ""
    if name == "seed" or (name in _NAMES and isinstance(value, str)):
        return quoted(lang, value)
    if name in _ORDINALS:
        return formats.ordinal(lang, value)
    if name == "method":
        return by_method(lang, value)
    if name == "sign":
        return _lean(lang, int(said.values["above"]), int(said.values["below"]))
    return exact(lang, value)


def _is_direct(values: Mapping[str, Any]) -> bool:
    return len(values["path"]) == 2 and not values["back_path"]


def _listed(lang: str, votes: Mapping[str, int | str]) -> str:
    """Options with their votes, most first."""
    order = sorted(votes, key=lambda name: (-Fraction(votes[name]), name))
    return ", ".join(f"{quoted(lang, name)} {exact(lang, votes[name])}" for name in order)


def _lean(lang: str, above: int, below: int) -> str:
    """Where the judgments on either side of the majority grade weigh most."""
    if above == below:
        return translate(lang, _("autant d’un côté que de l’autre"))
    if above > below:
        return translate(lang, _("plutôt au-dessus"))
    return translate(lang, _("plutôt au-dessous"))


def _size(value: Any) -> Any:
    """What a singular or a plural depends on: a number, or the length of a list."""
    return len(value) if isinstance(value, list) else Fraction(value)
