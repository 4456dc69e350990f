"""Labels of moderation (subjects, decisions, reasons), and sentences of its refusals."""

from deliberation.i18n.catalogue import mark as _

SUBJECT_LABELS: dict[str, str] = {
    "proposal": _("Proposition"),
    "comment": _("Argument, question ou réponse"),
    "account": _("Compte"),
}
DECISION_LABELS: dict[str, str] = {
    "kept": _("Laissé visible"),
    "hidden": _("Masqué"),
    "released": _("Publié après relecture"),
    "suspended": _("Suspendu"),
    "upheld": _("Maintenu après contestation"),
    "lifted": _("Décision levée"),
}
REASON_LABELS: dict[str, str] = {
    "off_topic": _("Hors sujet"),
    "personal_attack": _("Attaque personnelle ou injure"),
    "illegal": _("Contenu contraire à la loi"),
    "advertising": _("Publicité"),
    "personal_data": _("Données personnelles"),
}
REFUSALS: dict[str, str] = {
    "team-member": _(
        "Cette personne a un rôle dans votre équipe : retirez-le d’abord, à la page de l’équipe."
    ),
    "already-suspended": _("Ce compte est déjà suspendu."),
    "already-contested": _("Vous avez déjà contesté cette décision : une réponse vous parviendra."),
    "not-contested": _("Personne n’attend de réponse à une contestation de cette décision."),
    "measure-over": _("Cette décision a déjà été levée."),
    "own-text": _("Ce texte est le vôtre : une autre personne de l’équipe doit décider."),
}
