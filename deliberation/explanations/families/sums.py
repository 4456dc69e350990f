"""Sentences of counts: methods where the largest sum wins."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
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
    "reason.sums.score": Plural(
        "%(option)s obtient %(score)s point, d’après %(ballots)s bulletins.",
        "%(option)s obtient %(score)s points, d’après %(ballots)s bulletins.",
        "score",
    ),
    "reason.sums.behind": _(
        "%(option)s suit. Points : %(score)s, contre %(winner_score)s pour %(winner)s."
    ),
    "step.sums.score": Plural(
        "%(option)s : %(score)s point.", "%(option)s : %(score)s points.", "score"
    ),
    "why_not.sums.behind": _(
        "Points de %(option)s : %(score)s ; de %(winner)s : %(winner_score)s."
    ),
    "reason.borda.score": Plural(
        "Par ses places dans les classements, %(option)s obtient %(score)s point. Bulletins "
        "comptés : %(ballots)s.",
        "Par ses places dans les classements, %(option)s obtient %(score)s points. Bulletins "
        "comptés : %(ballots)s.",
        "score",
    ),
    "reason.dowdall.score": _(
        "Une première place vaut 1 point, une deuxième la moitié, une troisième le tiers. Avec "
        "%(ballots)s bulletins, la somme de %(option)s est %(score)s."
    ),
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
}
