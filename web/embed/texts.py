"""Sentences of embedded pages."""

from deliberation.i18n.catalogue import mark as _

# What there is to do now -> the button's words, and where it leads.
ACTIONS: dict[str, tuple[str, str]] = {
    "vote": (_("Voter"), "/voter"),
    "propose": (_("Proposer une idée"), "/proposer"),
    "discuss": (_("Donner votre avis"), "/propositions"),
    "answers": (_("Lire les réponses"), ""),
    "results": (_("Voir les résultats"), "/resultats"),
    "read": (_("Lire le dossier"), ""),
    "": (_("En savoir plus"), ""),
}
# Figures of participation in addition to people; zeros are left out.
FIGURES: dict[str, str] = {
    "proposals": _("Propositions"),
    "comments": _("Messages"),
    "supports": _("Soutiens"),
}
