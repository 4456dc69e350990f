"""Sentences of the refusals about trustees and the rehearsal."""

from deliberation.elections.trustees.events import (
    TrusteeRegistered,
    TrusteeRehearsed,
    TrusteeRemoved,
)
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

REFUSALS: dict[str, str] = {
    "too-many-trustees": _("Cinq dépositaires au plus."),
    "trustee-twice": _("Cette clé ou ce nom est déjà celui d’une ou un autre dépositaire."),
    "not-a-trustee-key": _("Ce fichier n’est pas une clé publique de dépositaire."),
    "trustees-missing": _("Il faut trois ou cinq dépositaires."),
    "no-rehearsal": _("La répétition n’est pas commencée."),
    "not-shares": _("Ce fichier n’est pas celui des parts d’une ou un dépositaire."),
    "other-rehearsal": _("Ces parts viennent d’une autre répétition : reprenez l’urne d’essai."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    TrusteeRegistered: _("La clé d’une ou un dépositaire a été enregistrée."),
    TrusteeRemoved: _("La clé d’une ou un dépositaire a été retirée avant le vote."),
    TrusteeRehearsed: _("Une ou un dépositaire a ouvert les bulletins d’essai."),
}
