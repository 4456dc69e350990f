"""Sentences of the refusals that every room shares."""

from deliberation.i18n.catalogue import mark as _

REFUSALS: dict[str, str] = {
    "not-found": _("Cette page n’existe pas, ou elle ne vous est pas ouverte."),
    "sign-in-needed": _("Identifiez-vous pour continuer."),
    "confirmation-needed": _("Confirmez d’abord que c’est vous."),
    "passkey-needed": _("Votre collectivité demande une clé d’accès pour exercer vos rôles."),
    "name-needed": _("Dites d’abord sous quel nom vous écrivez : vos textes publics sont signés."),
    "too-many": _("Trop de demandes en peu de temps. Réessayez dans %(retry_after)s."),
    "invalid": _("Certaines réponses sont à corriger."),
    "clock-is-real": _("L’horloge d’une installation réelle ne peut pas être décalée."),
    "not-an-email": _("Écrivez une adresse électronique, par exemple prenom.nom@exemple.fr."),
    "email-name": _(
        "Avant le signe @, une adresse électronique ne peut contenir que des lettres sans accent, "
        "des chiffres et quelques signes, comme dans prenom.nom@exemple.fr."
    ),
    "email-domain": _(
        "Après le signe @, cette adresse n’est pas celle d’un site : écrivez par exemple "
        "exemple.fr, sans espace, virgule ni signe invisible."
    ),
    "not-a-cursor": _("Cette suite de liste n’existe plus. Revenez au début de la liste."),
    "already-decided": _("Quelqu’un a déjà décidé : ce texte n’attend plus."),
}
