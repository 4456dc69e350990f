"""Sentences of the refusals of whole requests."""

from deliberation.i18n.catalogue import mark as _

REFUSALS: dict[str, str] = {
    "foreign-origin": _("Cette demande ne vient pas d’une page de ce site : elle est refusée."),
    "bad-request": _("Cette demande ne peut pas être comprise."),
    "bad-method": _("Cette adresse n’accepte pas ce type de demande."),
    "too-large": _("Cet envoi est trop volumineux."),
    "too-slow": _(
        "Votre envoi a mis trop de temps à arriver. Vérifiez votre connexion, puis recommencez."
    ),
    "failure": _("Le service a rencontré une erreur. Réessayez dans un instant."),
    "unavailable": _(
        "Le service est momentanément indisponible. Ce qui vous a été confirmé est enregistré ; "
        "pour le reste, recommencez dans %(retry_after)s."
    ),
    "busy": _(
        "Le site reçoit en ce moment plus de demandes qu’il ne peut en traiter. Recommencez dans "
        "%(retry_after)s : ce qui vous a été confirmé est enregistré."
    ),
    "not-json": _("Le corps de la demande doit être un objet JSON."),
    "invalid-ballots": _("Ces bulletins ne peuvent pas être lus."),
    "not-base64": _("Ce texte n’est pas un fichier écrit en base64."),
}
