"""What each figure is called and how it is defined, and the cautions that go with them."""

from typing import Any

from deliberation.words import formats
from deliberation.words.catalogue import mark as _
from deliberation.words.catalogue import translate

# Figure -> its label and its one definition.
FIGURES: dict[str, tuple[str, str]] = {
    "participants": (
        _("Participantes et participants"),
        _(
            "Comptes différents qui ont publié une proposition, écrit un message, soutenu une "
            "proposition ou voté. Une personne compte une fois."
        ),
    ),
    "proposals": (
        _("Propositions"),
        _("Propositions publiées, sans les brouillons ni celles retirées ou masquées."),
    ),
    "comments": (
        _("Arguments, questions et réponses"),
        _("Messages visibles sous les propositions publiées."),
    ),
    "supports": (
        _("Soutiens"),
        _("Soutiens en cours aux propositions publiées ; une personne peut en donner plusieurs."),
    ),
    "voters": (
        _("Votantes et votants"),
        _(
            "Comptes différents qui ont voté à au moins un scrutin, sans les bulletins importés "
            "d’un fichier."
        ),
    ),
}

# What cannot be concluded.
LIMITS: dict[str, str] = {
    "volunteers": _(
        "Les personnes qui participent l’ont choisi : leurs avis ne sont pas ceux de toute la "
        "population, et aucun calcul ne peut les y ramener."
    ),
    "base-unknown": _(
        "Le nombre d’habitantes et d’habitants n’est pas renseigné : base inconnue, donc pas de "
        "pourcentage."
    ),
    "few-of-all": _(
        "La participation reste une petite part des %(population)s habitantes et habitants."
    ),
    "few": _("Avec moins de %(most)s personnes, quelques avis de plus changeraient l’ordre."),
    "who-is-missing": _(
        "L’âge, le genre et le quartier ne sont pas demandés : on ne sait pas qui manque."
    ),
    "address-only": _(
        "Un compte est une adresse électronique : une personne peut en avoir plusieurs, et "
        "l’adresse ne prouve ni l’identité ni le lieu de vie."
    ),
    "supports-not-votes": _(
        "Un soutien n’est pas un vote : personne n’a été invité à dire son désaccord, et les "
        "propositions publiées tôt ont eu plus de temps."
    ),
    "imported": _(
        "Des bulletins viennent d’un fichier : on ne sait pas si ces personnes ont aussi "
        "participé ici."
    ),
    "vote-open": _("Un vote n’est pas compté : rien n’en est connu avant la publication."),
    "sealed-later": _(
        "Le vote est scellé : tant qu’il est ouvert, les nombres de personnes sont dits par "
        "paliers, et qui vote aujourd’hui n’est compté que demain."
    ),
    "fragile": _("Là où l’écart est dit fragile, quelques voix suffiraient à changer l’ordre."),
    "small-hidden": _(
        "Les nombres de personnes inférieurs à %(smallest)s sont masqués, pour que nul ne soit "
        "reconnu."
    ),
}


def figure_label(lang: str, code: str) -> str:
    """What a figure is called."""
    return translate(lang, FIGURES[code][0])


def figure_definition(lang: str, code: str) -> str:
    """What a figure counts."""
    return translate(lang, FIGURES[code][1])


def limit(lang: str, code: str, values: dict[str, Any]) -> str:
    """A caution in words."""
    return translate(
        lang, LIMITS[code], **{name: formats.number(lang, value) for name, value in values.items()}
    )
