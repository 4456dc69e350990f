"""Sentences of the refusals of fields: what was typed cannot be used."""

from deliberation.i18n.catalogue import mark as _

REFUSALS: dict[str, str] = {
    "required": _("Ce champ est nécessaire."),
    "too-long": _(
        "Ce texte est trop long : %(most)s caractères au plus, %(over)s de trop. Rien n’est coupé."
    ),
    "too-many-marks": _("Ce texte porte plus de %(most)s accents de suite sur une lettre."),
    "too-short": _("Ce texte est trop court : %(least)s caractères au moins."),
    "not-a-choice": _("Choisissez une des réponses proposées."),
    "not-a-number": _("Écrivez un nombre."),
    "not-a-date": _("Écrivez une date et une heure, par exemple 12/03/2027 18:00."),
    "not-a-year": _("Écrivez l’année en quatre chiffres, de %(least)s à %(most)s."),
    "not-printable": _("Ce nom contient un signe invisible : écrivez-le de nouveau."),
    "too-few": _("Il en faut au moins %(least)s."),
    "too-numerous": _("Il en faut %(most)s au plus."),
    "out-of-range": _("Écrivez un nombre possible."),
    "twice": _("Ce texte figure déjà plus haut, ou lui ressemble trop."),
    "one-line": _("Écrivez ce texte sur une seule ligne."),
    "taken": _("Ce nom est déjà pris."),
    "file-needed": _("Choisissez un fichier."),
}
