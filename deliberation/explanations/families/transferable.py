"""Sentences of counts: single transferable vote."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
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
}
