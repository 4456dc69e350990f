"""Names of the fields of a consultation's form, and texts about phases and methods."""

from collections.abc import Mapping, Sequence

from deliberation.elections.methods.offered import OFFERED, fields_of, group_of
from deliberation.elections.polls.readiness import Concern
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.i18n.catalogue import colon, label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.process.consultations.texts import PHASE_LABELS

NAMES: dict[str, str] = {
    "title": _("Titre"),
    "question": _("Question posée"),
    "summary": _("Résumé"),
    "promise": _("Ce que vous vous engagez à faire des réponses"),
    "slug": _("Adresse de la page"),
    "body": _("Présentation"),
    "decided": _("Ce qui est déjà décidé"),
    "undecided": _("Ce qui est ouvert"),
    "not_negotiable": _("Ce qui n’est pas négociable"),
    "themes": _("Thèmes"),
    "frame_ancestors": _("Sites autorisés"),
    "phases": _("Calendrier"),
    "reason": _("Raison du changement, publiée"),
    "opens_at": _("Début"),
    "closes_at": _("Fin"),
}
POLL_NAMES: dict[str, str] = {
    "question": _("Question du vote"),
    "method": _("Méthode qui décide"),
    "compared": _("Méthode montrée en comparaison"),
    "grades": _("Mentions"),
    "missing": _("Option laissée sans mention"),
    "approved_from": _("Mention à partir de laquelle on approuve"),
    "options": _("Options"),
    "proposals": _("Propositions soumises au vote"),
    "secrecy": _("Secret du vote"),
    "eligibility": _("Qui peut voter"),
    "quorum": _("Bulletins qui doivent juger une option"),
    "max_score": _("Note la plus haute"),
    "points": _("Points, ou crédits, de chaque bulletin"),
    "seats": _("Places à pourvoir"),
    "budget": _("Enveloppe, en euros"),
    "costs": _("Coût des propositions choisies"),
    "utility": _("Ce que vaut un projet retenu"),
    "completion": _("Quand plus rien ne peut être payé"),
    "phase": _("Pendant la phase"),
    "whole_ballots": _("J’accepte que tous les bulletins soient publiés entiers"),
}
PHASES: dict[str, str] = {
    "information": _("Le dossier est à lire, avant que le reste n’ouvre."),
    "proposals": _("On propose, on soutient, on débat."),
    "discussion": _("On débat et on soutient ; on ne propose plus."),
    "vote": _("On vote sur les questions de la partie 4."),
    "decision": _("Vous préparez et publiez la réponse."),
    "follow_up": _("Vous dites ce qui a été fait."),
}
# What voters do, which method counts it, in the order of the form: see `methods.group_of`.
METHOD_GROUPS: dict[str, str] = {
    "grades": _("Donner une mention à chaque option"),
    "approvals": _("Cocher les options qui conviennent"),
    "rankings": _("Classer les options"),
    "scores": _("Noter chaque option"),
    "points": _("Répartir des points ou des voix"),
    "choice": _("Choisir une seule option"),
    "seats-rankings": _("Pourvoir plusieurs places, en classant"),
    "seats-approvals": _("Pourvoir plusieurs places, en cochant"),
    "budget-approvals": _("Partager une enveloppe entre des projets"),
}
SECRECIES: dict[str, str] = {
    "plain": _(
        "Pour un avis ou un soutien. Les choix ne sont montrés à personne, mais qui administre le "
        "serveur pourrait les retrouver. Le site compte lui-même."
    ),
    "sealed": _(
        "Chaque bulletin est scellé dès son arrivée ; seuls vos dépositaires, réunis, peuvent "
        "ouvrir l’urne. Toute suppression ou modification d’un bulletin déposé se verrait. Cela ne "
        "protège pas d’un serveur malveillant au moment du vote, d’un appareil piégé, ni d’une "
        "personne qui contraint ou achète un vote. Demande une liste et trois dépositaires."
    ),
}
ELIGIBILITIES: dict[str, str] = {
    "link": _("Aucun contrôle : la même personne peut voter plusieurs fois."),
    "email": _("Un vote par adresse. Une même personne peut avoir plusieurs adresses."),
    "code": _("Chaque personne de votre liste reçoit un code par courrier ou au guichet."),
    "roll": _("L’adresse confirmée par un code doit figurer sur votre liste."),
    "oidc": _("FranceConnect ou un autre fournisseur, et la personne figure sur votre liste."),
}
MISSING: dict[str, str] = {
    "worst": _("Compte comme la mention la plus basse"),
    "median": _("Compte comme la mention médiane de l’option"),
    "normalised": _("Ne compte pas : les parts sont ramenées aux mentions données"),
    "exclude": _("Le bulletin entier est écarté pour cette option"),
    "zero": _("Notes : compte comme un 0"),
    "mean": _("Notes : ne compte pas, la moyenne des notes données décide"),
}
UTILITIES: dict[str, str] = {
    "cost": _("Son coût : un grand projet apporte plus qu’un petit"),
    "cardinality": _("Autant que tout autre : le nombre de projets compte"),
    "points": _("La note de 0 à 5 que chaque bulletin lui donne"),
}
COMPLETIONS: dict[str, str] = {
    "none": _("On s’arrête là"),
    "add1": _("Les parts sont relevées tant que les projets retenus tiennent dans l’enveloppe"),
    "add1_exhaustive": _("Les parts sont relevées jusqu’à ce que plus rien ne tienne"),
    "add1_exhaustive_utilitarian": _("De même, puis le reste va aux plus soutenus"),
    "phragmen": _("Places : la méthode de Phragmén donne celles qui restent"),
    "approval": _("Places : les plus approuvées ont celles qui restent"),
}
CONCERNS: dict[str, str] = {
    "no-body": _("La présentation est vide : on ne sait pas encore de quoi il s’agit."),
    "copies-late": _(
        "Les copies de la base de données suivent avec retard : si sa machine tombait pendant le "
        "vote, des bulletins déjà confirmés seraient perdus. Ouvrir, c’est l’accepter ; les "
        "personnes qui exploitent le site peuvent l’éviter (copie synchrone)."
    ),
    "no-bounds": _("Rien ne dit ce qui est déjà décidé et ce qui est ouvert."),
    "nothing-to-do": _("Aucune phase ne permet de participer."),
    "already-over": _("Toutes les phases où l’on participe sont déjà terminées."),
    "short": _("La participation dure moins de quinze jours : c’est peu, en général."),
    "no-answer-phase": _("Aucune phase de décision : on ne sait pas quand vous répondrez."),
    "no-follow-up": _("Aucune phase de suivi : on ne sait pas quand vous direz ce qui est fait."),
    "debate-without-proposals": _(
        "Un débat est daté sans propositions : il n’y aura rien à débattre."
    ),
    "vote-during-proposals": _("Le vote commence avant la fin des propositions."),
    "no-poll": _("Le vote est daté, mais aucune question n’est écrite."),
    "no-vote-phase": _("Une question est écrite, mais le vote n’est pas daté."),
    "long-ranking": _("Le vote %(number)s fait classer %(options)s options : c’est beaucoup."),
    "no-identity-provider": _(
        "Le vote %(number)s demande une identité vérifiée, et ce site n’a pas de fournisseur"
        " d’identité : personne ne pourra voter."
    ),
}


def method_groups(lang: str) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Group of ballot types -> its methods: code, name, when to choose it and when not, its
    fields.
    """
    found: dict[str, list[tuple[str, str, str, str]]] = {group: [] for group in METHOD_GROUPS}
    for method in sorted(OFFERED, key=list(METHOD_TEXTS).index):
        text = METHOD_TEXTS[method]
        advice = f"{translate(lang, text.choose)} {translate(lang, text.avoid)}"
        fields = " ".join(sorted(fields_of(method)))
        found[group_of(method)].append((method, translate(lang, text.name), advice, fields))
    return [(translate(lang, METHOD_GROUPS[group]), methods) for group, methods in found.items()]


def summary(lang: str, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors as the head of the page lists them: each with the name of its field."""
    return {
        name: f"{called}{colon(lang)}{sentence}" if (called := name_of(lang, name)) else sentence
        for name, sentence in errors.items()
    }


def row_name(lang: str, row: str) -> str:
    """Name of a row of the calendar: `Voter`, `Voter (2)`."""
    kind, _, place = row.partition("-")
    return label(lang, PHASE_LABELS, kind) + (f" ({place})" if place else "")


def name_of(lang: str, name: str) -> str:
    """Name of a field: `Voter, début`; empty for an error that belongs to no field."""
    parts = name.split(".")
    if parts[0] == "phases" and len(parts) == 3:
        phase = row_name(lang, parts[1])
        return (
            f"{phase}, {translate(lang, NAMES[parts[2]]).lower()}" if parts[2] in NAMES else phase
        )
    if parts[0] == "polls" and len(parts) == 3:
        vote = translate(lang, "Vote %(number)s", number=int(parts[1]) + 1)
        return f"{vote}, {translate(lang, POLL_NAMES[parts[2]]).lower()}"
    return translate(lang, NAMES[name]) if name in NAMES else ""


def worded(lang: str, found: Sequence[Concern]) -> list[tuple[str, str]]:
    """(part of the form, sentence) of each concern."""
    return [(one.part, translate(lang, CONCERNS[one.code], **one.values)) for one in found]
