"""Labels of phases and states of consultations, and sentences of their refusals."""

from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts
from deliberation.process.consultations.events import (
    AnnouncementChanged,
    ConsultationCancelled,
    ConsultationChanged,
    ConsultationOpened,
    ConsultationWithdrawn,
    PhaseDropped,
    PhaseShortened,
)

PHASE_LABELS: dict[str, str] = {
    "information": _("S’informer"),
    "proposals": _("Proposer"),
    "discussion": _("Débattre"),
    "vote": _("Voter"),
    "decision": _("Décision"),
    "follow_up": _("Suivi"),
}
STATE_LABELS: dict[str, str] = {
    "draft": _("Brouillon"),
    "open": _("Ouverte"),
    "cancelled": _("Annulée"),
    "withdrawn": _("Retirée avant son ouverture"),
}
REFUSALS: dict[str, str] = {
    "proposing-not-open": _("Les propositions ne sont pas ouvertes en ce moment."),
    "supporting-not-open": _("Les soutiens ne sont pas ouverts en ce moment."),
    "proposing-closed": _("La phase de propositions est terminée."),
    "supporting-closed": _("Les soutiens sont clos."),
    "commenting-closed": _("La discussion est close."),
    "commenting-not-open": _("La discussion n’est pas ouverte en ce moment."),
    "voting-not-open": _("Le vote n’est pas encore ouvert."),
    "voting-closed": _("Le vote est clos : ce bulletin n’a pas été pris en compte."),
    "copies-late": _(
        "Les copies de la base de données suivent avec retard : un vote n’ouvre que si vous cochez "
        "que vous l’acceptez."
    ),
    "already-open": _("La consultation est déjà ouverte."),
    "not-draft": _("Seule une consultation en préparation peut être retirée ou changée ainsi."),
    "not-an-origin": _("Écrivez une adresse de site comme https://www.ville.fr, sans page."),
    "ends-before-start": _("La fin doit venir après le début."),
    "phase-begun": _("Cette phase a commencé : son début ne change plus."),
    "phase-over": _("Cette phase est terminée : ses dates ne changent plus."),
    "phase-sealed": _(
        "Une urne scellée est ouverte : seule une prolongation décidée à deux change cette date."
    ),
    "starts-in-past": _("Sur une consultation publique, un début ne se fixe pas dans le passé."),
    "shorter-than-announced": _(
        "Cette étape durerait moins longtemps qu’annoncé : repoussez sa fin d’autant que son début."
    ),
    "earlier-needs-two": _(
        "Une fin annoncée ne peut que reculer. Pour l’avancer, deux personnes doivent le décider."
    ),
    "dropping-needs-two": _(
        "Une étape annoncée ne se supprime que par une décision de deux personnes."
    ),
    "change-needs-a-reason": _(
        "Ce qui change était annoncé : donnez la raison en dix caractères au moins. Elle sera "
        "publiée."
    ),
    "not-withdrawn": _("Ce texte n’est pas retiré : il n’y a rien à rétablir."),
    "slug-stays": _("Cette adresse ne change plus : des liens y mènent."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    ConsultationOpened: _("La consultation a été rendue publique."),
    ConsultationChanged: _("Des textes ou des réglages de la consultation ont été modifiés."),
    AnnouncementChanged: _("Ce qui avait été annoncé a changé, pour une raison publiée."),
    PhaseShortened: _("La fin d’une étape a été avancée, par décision de deux personnes."),
    PhaseDropped: _("Une étape à venir a été supprimée, par décision de deux personnes."),
    ConsultationCancelled: _("La consultation a été annulée, par décision de deux personnes."),
    ConsultationWithdrawn: _("La consultation a été retirée."),
}
