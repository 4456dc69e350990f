"""Names and definitions of figures, and the sentences of their caveats."""

from typing import Any

from deliberation.elections.polls import texts as votes
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate

# Figure -> its label and its one definition.
FIGURES: dict[str, tuple[str, str]] = {
    "participants": (
        _("Participantes et participants"),
        _(
            "Comptes différents qui ont publié une proposition, écrit un message, soutenu une "
            "proposition ou voté ; pour un vote sur une liste, les personnes de la liste, et pour "
            "un vote par lien, les navigateurs. Chacun compte une fois."
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
            "Comptes différents (ou personnes de la liste, ou navigateurs, selon le vote) qui ont "
            "voté à au moins un scrutin, sans les bulletins importés d’un fichier."
        ),
    ),
}

# What cannot be concluded.
CAVEATS: dict[str, str] = {
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
    "few-of-called": _("Une petite part seulement des %(called)s personnes appelées a voté."),
    "few": _("Avec moins de %(most)s personnes, quelques avis de plus changeraient l’ordre."),
    "who-is-missing": _(
        "L’âge, le genre et le quartier ne sont pas demandés : on ne sait pas qui manque."
    ),
    "address-only": _(
        "Un compte est une adresse électronique : une personne peut en avoir plusieurs, et "
        "l’adresse ne prouve ni l’identité ni le lieu de vie."
    ),
    **{f"level-{proof}": worth for proof, worth in votes.WORTH.items()},
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
        "Les nombres de personnes inférieurs à %(smallest)s sont masqués, pour qu’on ne "
        "reconnaisse personne."
    ),
}


def figure_label(lang: str, code: str) -> str:
    """Name of a figure."""
    return translate(lang, FIGURES[code][0])


def figure_definition(lang: str, code: str) -> str:
    """Definition of a figure."""
    return translate(lang, FIGURES[code][1])


def caveat(lang: str, code: str, values: dict[str, Any]) -> str:
    """A caution in words."""
    return translate(
        lang, CAVEATS[code], **{name: formats.number(lang, value) for name, value in values.items()}
    )


def of_whom(
    lang: str,
    participants: int | None,
    voters: int | None,
    population: int | None,
    called: int | None,
    *,
    anybody: bool,
    at_least: bool,
) -> list[str]:
    """Sentences on the population behind participants and voters; None: a small number, hidden.

    `at_least`: the counts are the last milestones reached.
    """
    sentences = []
    if anybody:
        sentences.append(_participants(lang, participants, population, at_least))
    if called is not None:
        words = {"called": formats.number(lang, called)}
        if voters is None:
            few = _("Moins de dix des %(called)s personnes appelées ont voté.")
            sentences.append(translate(lang, few, **words))
        else:
            some = _("%(voters)s des %(called)s personnes appelées ont voté, soit %(share)s.")
            if at_least:
                some = _("Au moins %(voters)s des %(called)s personnes appelées, soit %(share)s.")
            words |= {
                "voters": formats.number(lang, voters),
                "share": formats.percent(lang, voters, called, 1),
            }
            sentences.append(translate(lang, some, **words))
    return sentences


def _participants(
    lang: str, participants: int | None, population: int | None, at_least: bool
) -> str:
    if population is None:
        return translate(lang, _("Base inconnue : pas de pourcentage."))
    words = {"population": formats.number(lang, population)}
    if participants is None:
        return translate(lang, _("Sur %(population)s habitantes et habitants."), **words)
    words["share"] = formats.percent(lang, participants, population, 1)
    share = _("Soit %(share)s des %(population)s habitantes et habitants.")
    if at_least:
        share = _("Soit au moins %(share)s des %(population)s habitantes et habitants.")
    return translate(lang, share, **words)
