"""Sentences of counts: budget methods."""

from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str] = {
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
    "reason.funding.voter_budgets": _(
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
    "why_not.funding.voter_budgets": _(
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
}
