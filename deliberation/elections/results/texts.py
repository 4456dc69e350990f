"""Sentences of the refusals of results, minutes and the bulletin board."""

from deliberation.elections.results.events import BallotsImported, ResultPublished
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

REFUSALS: dict[str, str] = {
    "already-counted": _("Ce vote est déjà compté et son résultat publié."),
    "no-recount-file": _(
        "Ce résultat n’a pas de fichier de recomptage : moins de dix bulletins ont été comptés, ou "
        "la méthode demande des bulletins entiers, et leur publication n’a pas été annoncée."
    ),
    "not-minutes": _("Ce fichier n’est pas un procès-verbal de dépouillement."),
    "no-board": _("Ce vote n’a pas de tableau public : il n’est pas scellé, ou pas encore ouvert."),
    "not-a-receipt": _(
        "Ce n’est ni une référence (huit groupes de quatre signes, de 0 à 9 et de a à f), ni une "
        "empreinte, ni le fichier d’un reçu."
    ),
    "not-a-signature": _("Ce fichier n’est pas la signature d’une ou un dépositaire."),
    "not-a-pdf": _("Ce fichier n’est pas un PDF."),
    "results-not-yet": _(
        "Les résultats restent fermés jusqu’à la clôture du vote et au compte des bulletins."
    ),
    "not-past": _("Ce vote n’est pas encore passé."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    ResultPublished: _("Le résultat d’un vote a été compté et publié."),
    BallotsImported: _("Un vote passé a été chargé depuis un fichier, compté et publié."),
}
