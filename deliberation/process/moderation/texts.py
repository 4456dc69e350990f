"""Labels of moderation (subjects, decisions, reasons), and sentences of its refusals."""

from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.moderation.events import MeasureLifted, TextHidden, TextKept, TextReleased
from deliberation.process.subjects.kinds import KINDS

SUBJECT_LABELS: dict[str, str] = {
    **dict.fromkeys(KINDS, _("Texte")),
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

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    TextHidden: CountedText(
        "%(num)s texte masqué par la modération, avec un motif public.",
        "%(num)s textes masqués par la modération, avec un motif public.",
    ),
    TextReleased: CountedText(
        "%(num)s texte publié après relecture par la modération.",
        "%(num)s textes publiés après relecture par la modération.",
    ),
    MeasureLifted: CountedText(
        "%(num)s décision de masquer un texte levée par la modération, avec un motif public.",
        "%(num)s décisions de masquer un texte levées par la modération, avec un motif public.",
    ),
    TextKept: CountedText(
        "%(num)s texte signalé puis conservé par la modération.",
        "%(num)s textes signalés puis conservés par la modération.",
    ),
}
