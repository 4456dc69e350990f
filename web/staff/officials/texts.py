"""Texts of the officials' pages: events in a chart of days."""

from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.process.consultations.texts import PHASE_LABELS
from deliberation.views.figures.queries import Mark

MILESTONES = {
    "opens": _("Ouverture : %(label)s"),
    "closes": _("Fin : %(label)s"),
    "result": _("Résultat publié : %(label)s"),
    "answer": _("Réponse : %(label)s"),
}


def milestone_text(lang: str, mark: Mark) -> str:
    """Sentence on a milestone: a phase that opens or closes, a result, an answer."""
    phase = mark.kind in ("opens", "closes")
    words = label(lang, PHASE_LABELS, mark.label) if phase else mark.label
    return translate(lang, MILESTONES[mark.kind], label=words)
