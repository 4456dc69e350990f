"""Sentences of the keys of pseudonyms: refusals and public activity."""

from deliberation.elections.pseudonyms.events import SlotKeyRenewed
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

REFUSALS: dict[str, str] = {
    "slot-key-held": _("La clé de ce vote n’est pas perdue : elle est à sa place."),
    "operator-only": _("Seule la personne qui exploite le site peut le faire, par une commande."),
    "no-urn-open": _("Aucune urne scellée n’est ouverte."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    SlotKeyRenewed: _(
        "La clé qui permettait de changer son vote a été perdue : les votes déjà reçus comptent et"
        " ne changent plus, les premiers votes continuent."
    ),
}
