"""Sentences of counts: methods that eliminate round by round."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
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
}

# Message -> the value whose emptiness calls for another sentence, and this sentence.
WITHOUT: dict[str, tuple[str, str]] = {
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
