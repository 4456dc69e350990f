"""Sentences of the refusals of paper ballots."""

from deliberation.elections.paper.events import MarkUndone, PaperAgreed
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

REFUSALS: dict[str, str] = {
    "typing-over": _("La saisie des bulletins papier est terminée : le vote est compté sans eux."),
    "no-paper-mark": _("Cette personne n’est pas émargée sur papier ni au guichet."),
    "papers-already-typed": _(
        "Autant de bulletins sont saisis que de personnes émargées : en annuler une laisserait un "
        "bulletin de trop."
    ),
    "somebody-has-voted": _(
        "Une au moins de ces personnes a déjà voté : personne n’est émargé. Émargez-les une par "
        "une ; chaque consultation de ce genre est comptée et publiée."
    ),
    "already-voted": _("Cette personne a déjà voté."),
    "more-papers-than-marks": _(
        "Il y a plus de bulletins saisis que de personnes émargées sur papier ou au guichet."
    ),
    "urn-not-closed": _("L’urne n’est pas close."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    PaperAgreed: _("Un lot de bulletins en papier a été saisi deux fois, à l’identique."),
    MarkUndone: _("Un émargement a été annulé, par décision de deux personnes."),
}
