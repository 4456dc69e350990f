"""Sentences of counts: committee methods."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

SENTENCES: dict[str, str | Plural] = {
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
    "reason.mes_committee.voter_budgets": _(
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
    "why_not.mes_committee.voter_budgets": _(
        "Approbations de %(option)s : %(votes)s. À la fin des achats, ses bulletins n’avaient plus "
        "que %(available)s en tout ; une place coûte 1."
    ),
}
