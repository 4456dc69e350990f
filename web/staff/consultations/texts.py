"""What the form of a consultation calls its fields, and what it says of phases and methods."""

from collections.abc import Mapping, Sequence

from deliberation.elections.polls.readiness import Concern
from deliberation.i18n.catalogue import COLON, label, translate
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
METHODS: dict[str, str] = {
    "majority_judgment": _(
        "Chaque personne donne une mention à chaque option. L’option la mieux jugée par la "
        "majorité l’emporte. C’est le plus simple pour choisir entre des projets."
    ),
    "approval": _(
        "Chaque personne coche toutes les options qui lui conviennent. La plus cochée l’emporte."
    ),
    "schulze": _(
        "Chaque personne classe les options. Celle qui gagne tous ses duels l’emporte ; si aucune "
        "ne les gagne tous, la méthode suit les duels les plus nets."
    ),
    "instant_runoff": _(
        "Chaque personne classe les options. La dernière est éliminée, ses bulletins passent au "
        "choix suivant, et ainsi de suite jusqu’à une majorité."
    ),
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
}
CONCERNS: dict[str, str] = {
    "no-body": _("La présentation est vide : on ne sait pas encore de quoi il s’agit."),
    "no-bounds": _("Rien ne dit ce qui est déjà décidé et ce qui est ouvert."),
    "nothing-to-do": _("Aucune phase ne permet de participer."),
    "already-over": _("Toutes les phases où l’on participe sont déjà terminées."),
    "short": _("La participation dure %(days)s jours : il en faut quinze au moins, en général."),
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


def summary(lang: str, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors as the head of the page lists them: each with the name of its field."""
    return {
        name: f"{called}{COLON[lang]}{sentence}" if (called := name_of(lang, name)) else sentence
        for name, sentence in errors.items()
    }


def name_of(lang: str, name: str) -> str:
    """What a field is called: `Voter, début`; nothing for what is about no field."""
    parts = name.split(".")
    if parts[0] == "phases" and len(parts) == 3:
        phase = label(lang, PHASE_LABELS, parts[1])
        return f"{phase}, {translate(lang, NAMES[parts[2]]).lower()}"
    if parts[0] == "polls" and len(parts) == 3:
        vote = translate(lang, "Vote %(number)s", number=int(parts[1]) + 1)
        return f"{vote}, {translate(lang, POLL_NAMES[parts[2]]).lower()}"
    return translate(lang, NAMES[name]) if name in NAMES else ""


def worded(lang: str, found: Sequence[Concern]) -> list[tuple[str, str]]:
    """(part of the form, sentence) of each concern."""
    return [(one.part, translate(lang, CONCERNS[one.code], **one.values)) for one in found]
