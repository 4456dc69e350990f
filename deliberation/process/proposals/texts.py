"""Labels of the states of proposals, and sentences of their refusals."""

from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.proposals.events import (
    ProposalEdited,
    ProposalPublished,
    ProposalReinstated,
    ProposalWithdrawn,
)

STATE_LABELS: dict[str, str] = {
    "draft": _("Brouillon"),
    "held": _("En attente de relecture"),
    "published": _("Publiée"),
    "withdrawn": _("Retirée par la personne qui l’a écrite"),
    "hidden": _("Masquée par la modération"),
}
REFUSALS: dict[str, str] = {
    "not-yours": _("Seule la personne qui a écrit ce texte peut le changer."),
    "editing-closed": _("La phase de propositions est terminée : le texte ne peut plus changer."),
    "link-too-early": _(
        "Votre compte est nouveau : un lien ne peut être ajouté à un texte public que le lendemain "
        "de votre première publication."
    ),
    "not-a-draft": _("Cette proposition est publiée : elle peut être retirée, pas supprimée."),
    "not-published": _("Ce texte n’est pas public : il peut être supprimé, pas retiré."),
    "not-editable": _("Ce texte a été retiré ou masqué : il ne change plus."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    ProposalPublished: CountedText(
        "%(num)s proposition publiée.", "%(num)s propositions publiées."
    ),
    ProposalEdited: CountedText("%(num)s proposition modifiée.", "%(num)s propositions modifiées."),
    ProposalWithdrawn: CountedText(
        "%(num)s proposition retirée par la personne qui l’a écrite.",
        "%(num)s propositions retirées par les personnes qui les ont écrites.",
    ),
    ProposalReinstated: CountedText(
        "%(num)s proposition rétablie par la personne qui l’a écrite.",
        "%(num)s propositions rétablies par les personnes qui les ont écrites.",
    ),
}
