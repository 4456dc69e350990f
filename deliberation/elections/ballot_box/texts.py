"""Sentences about the state of a ballot box, for the public and for agents, with what to do.

The steps are those of `ballot_box.waiting`.
"""

from typing import Any, NamedTuple

from deliberation.elections.ballot_box.events import ExtensionGranted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from deliberation.journal.texts import ActivityTexts

REFUSALS: dict[str, str] = {
    "not-later": _("La nouvelle clôture doit venir après celle qui est annoncée."),
    "ends-in-past": _("La nouvelle fin doit être à venir."),
    "not-earlier": _("Cette fin n’est pas plus tôt que celle qui est annoncée."),
    "not-public": _("Cette consultation n’est pas publique : changez-la dans son formulaire."),
    "urn-holds": _("Une urne scellée est ouverte : ses dates se tiennent, et le vote aussi."),
    "urn-is-open-for-migration": _(
        "Un vote scellé est ouvert, et cette version du logiciel change la base de données. "
        "Remettez la version précédente, puis changez de version après la clôture."
    ),
}
# Step -> the sentence for everybody.
PUBLIC: dict[str, str] = {
    "lacking": _(
        "Le vote devrait être ouvert, mais sa préparation n’est pas terminée. Aucun bulletin n’est "
        "reçu pour le moment."
    ),
    "opening": _("L’urne s’ouvre dans un instant."),
    "typing": _(
        "Le vote est clos. Des bulletins déposés sur papier ou au guichet restent à saisir : le "
        "comptage commencera dès qu’ils le seront, et au plus tard le %(until)s."
    ),
    "closing": _("Le vote est clos. L’urne se ferme dans un instant."),
    "counting": _(
        "Le vote est clos. Les bulletins sont comptés en ce moment : le résultat paraîtra ici dans "
        "quelques minutes."
    ),
    "trustees": _(
        "Le vote est clos. Les dépositaires doivent ouvrir l’urne ensemble et signer le "
        "procès-verbal : le résultat paraîtra ici ensuite."
    ),
    "key": _(
        "Il manque une clé au site : ce vote ne reçoit pas de bulletin pour le moment, et son urne "
        "ne se ferme pas. Les bulletins confirmés restent enregistrés."
    ),
}
# The same when the site should have done it.
PUBLIC_LATE: dict[str, str] = {
    "opening": _(
        "Le vote devrait être ouvert : une difficulté technique retarde l’ouverture de l’urne. "
        "Aucun bulletin n’est reçu pour le moment."
    ),
    "closing": _(
        "Le vote est clos. Une difficulté technique retarde la fermeture de l’urne, donc le "
        "résultat. Les bulletins confirmés restent enregistrés."
    ),
    "counting": _(
        "Le vote est clos. Une difficulté technique retarde le comptage. Les bulletins confirmés "
        "restent enregistrés ; le résultat paraîtra ici dès qu’elle sera levée."
    ),
}

# Step -> the sentence for those who run the vote, and what they can do.
AGENTS: dict[str, tuple[str, str]] = {
    "lacking": (
        _("L’urne devrait être ouverte depuis le %(since)s, et personne ne peut voter."),
        _("Complétez ce qui manque : elle s’ouvrira toute seule."),
    ),
    "opening": (_("L’urne s’ouvre dans un instant."), ""),
    "typing": (
        _(
            "Le vote est clos. Émargements sur papier ou au guichet sans bulletin saisi deux fois "
            ": %(papers)s. Le comptage attend jusqu’au %(until)s, puis se fera sans eux."
        ),
        _(
            "Saisissez ces bulletins, ou annulez à deux les émargements de trop : le comptage "
            "commence dès que tout concorde."
        ),
    ),
    "closing": (_("L’urne se ferme dans un instant."), ""),
    "counting": (_("Les bulletins sont comptés en ce moment."), ""),
    "trustees": (
        _("L’urne est close depuis le %(since)s : elle attend les dépositaires."),
        _("Remettez-leur l’urne, puis publiez le procès-verbal signé."),
    ),
    "key": (
        _(
            "Une clé manque au site : ce vote ne reçoit plus de bulletins et son urne ne se ferme "
            "pas. Les bulletins confirmés restent enregistrés."
        ),
        _(
            "Prévenez tout de suite la personne qui exploite le site : elle doit remettre en place "
            "le dossier de clés ou, s’il est perdu pour toujours, le dire par la commande "
            "« beffroi sealed renew-key »."
        ),
    ),
}
AGENTS_LATE: dict[str, str] = {
    "opening": _("L’urne devrait être ouverte depuis le %(since)s, et personne ne peut voter."),
    "closing": _("L’urne devrait être close depuis le %(since)s."),
    "counting": _("Le comptage devrait être fait depuis le %(since)s."),
}
FAILED = _("Le site a essayé %(tries)s fois ; dernière erreur : %(failure)s.")
IDLE = _("Le site n’a pas encore essayé : son programme de fond (« worker ») ne tourne pas.")
OPERATOR = _(
    "Prévenez la personne qui exploite le site : « beffroi jobs list » montre le travail bloqué, "
    "« beffroi jobs retry » le relance une fois la cause levée. Aucun bulletin n’est perdu."
)


class DelayText(NamedTuple):
    """A delay, and what agents can do about it; `todo` is empty where there is nothing to do."""

    matter: str
    todo: str


def public_wait_text(lang: str, waiting: Any) -> str:
    """Public sentence about a vote that waits."""
    text = PUBLIC_LATE[waiting.step] if waiting.late else PUBLIC[waiting.step]
    return translate(lang, text, **_values(lang, waiting))


def agents_wait_text(lang: str, waiting: Any) -> DelayText:
    """Sentence about a vote that waits, for those who run it, with what to do."""
    values = _values(lang, waiting)
    if not waiting.late:
        matter, todo = AGENTS[waiting.step]
        return DelayText(translate(lang, matter, **values), translate(lang, todo) if todo else "")
    why = FAILED if waiting.tries else IDLE
    matter = translate(lang, AGENTS_LATE[waiting.step], **values)
    return DelayText(f"{matter} {translate(lang, why, **values)}", translate(lang, OPERATOR))


def _values(lang: str, waiting: Any) -> dict[str, str]:
    moments = {
        name: formats.moment(lang, moment)
        for name in ("since", "until")
        if (moment := getattr(waiting, name))
    }
    counts = {name: formats.number(lang, getattr(waiting, name)) for name in ("papers", "tries")}
    return {**moments, **counts, "failure": waiting.failure}


# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    ExtensionGranted: _("La clôture du vote a été repoussée, par décision de deux personnes."),
}
