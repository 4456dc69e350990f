"""Sentences of the refusals about trustees and the rehearsal."""

from deliberation.i18n.catalogue import mark as _

REFUSALS: dict[str, str] = {
    "too-many-trustees": _("Cinq dépositaires au plus."),
    "trustee-twice": _("Cette clé ou ce nom est déjà celui d’une ou un autre dépositaire."),
    "not-a-trustee-key": _("Ce fichier n’est pas une clé publique de dépositaire."),
    "trustees-missing": _("Il faut trois ou cinq dépositaires."),
    "no-rehearsal": _("La répétition n’est pas commencée."),
    "not-shares": _("Ce fichier n’est pas celui des parts d’une ou un dépositaire."),
    "other-rehearsal": _("Ces parts viennent d’une autre répétition : reprenez l’urne d’essai."),
}
