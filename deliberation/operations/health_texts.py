"""The state of the installation, in sentences for administrators and operators."""

from collections.abc import Iterator

from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from deliberation.i18n.formats import joined, translate_count
from deliberation.operations.health import DUE, Health

# Job -> what it does, as a verb.
WORK: dict[str, str] = {
    "close-due-urns": _("fermer les urnes"),
    "close-urn": _("fermer l’urne d’un vote"),
    "count-figures": _("compter la participation de chaque consultation"),
    "count-due-polls": _("compter les votes clos"),
    "count-poll": _("compter un vote"),
    "deliver-code": _("envoyer un code de connexion"),
    "deliver-mail": _("envoyer un courriel"),
    "deliver-waiting": _("envoyer les courriels en attente"),
    "forget-old-codes": _("effacer les anciens codes"),
    "forget-old-drafts": _("effacer les anciens brouillons de bulletin"),
    "forget-old-forms": _("effacer les formulaires gardés en attendant une connexion"),
    "forget-old-counts": _("effacer les compteurs de limites échus"),
    "forget-traces": _("oublier les adresses des comptes supprimés"),
    "remind-drafts": _("rappeler les brouillons de proposition"),
    "forget-old-offers": _("effacer les invitations échues"),
    "forget-paces": _("effacer les délais échus entre deux votes"),
    "forget-refused-mails": _("effacer les anciens courriels refusés"),
    "open-due-urns": _("ouvrir les urnes"),
    "open-urn": _("ouvrir l’urne d’un vote"),
    "react": _("donner suite à un événement"),
    "seal-waiting-ballots": _("afficher les bulletins scellés"),
    "tell-people": _("écrire les courriels d’une annonce"),
}


def health_lines(lang: str, health: Health, *, mails: bool = True) -> Iterator[str]:
    """A sentence for each thing that somebody should look at; none when all is well.

    `mails`: whether the site has a mail server.
    """
    if not health.database:
        yield translate(lang, _("La base de données ne répond pas."))
        return
    if not health.schema_current:
        yield translate(lang, _("La base de données attend une mise à jour : beffroi migrate."))
    if not health.worker_seen:
        yield translate(
            lang,
            _(
                "Le programme de fond ne donne pas signe de vie : aucun courriel ne part, aucune "
                "urne ne s’ouvre ni ne se ferme, aucun vote n’est compté."
            ),
        )
    if health.late and health.worker_seen:
        work = joined(lang, [work_name(lang, name) for name in health.late])
        yield translate(lang, _("Ce qui devait être fait ne l’est plus : %(work)s."), work=work)
    if health.oldest_due_job >= DUE:
        yield translate_count(
            lang,
            "Une tâche attend son tour depuis %(num)s minute.",
            "Une tâche attend son tour depuis %(num)s minutes.",
            health.oldest_due_job // 60,
        )
    if not mails:
        yield translate(lang, _("Ce site n’envoie pas encore de courriel : BEFFROI_SMTP est vide."))
    if health.copies == "asynchronous":
        yield translate(
            lang,
            _(
                "Les copies de la base de données suivent avec retard : si l’une remplaçait la "
                "base, les derniers bulletins confirmés seraient perdus (synchronous_standby_names "
                "est vide)."
            ),
        )
    yield from _counts(lang, health)


def work_name(lang: str, name: str) -> str:
    """Name of a job for operators, as a verb."""
    return translate(lang, WORK[name]) if name in WORK else name


def _counts(lang: str, health: Health) -> Iterator[str]:
    for stuck in health.stuck:
        work = work_name(lang, stuck.name)
        if stuck.failing:
            yield translate_count(
                lang,
                "%(num)s tâche échoue à chaque essai et sera encore essayée : %(work)s.",
                "%(num)s tâches échouent à chaque essai et seront encore essayées : %(work)s.",
                stuck.failing,
                work=work,
            )
        if stuck.given_up:
            yield translate_count(
                lang,
                "%(num)s tâche est abandonnée : %(work)s.",
                "%(num)s tâches sont abandonnées : %(work)s.",
                stuck.given_up,
                work=work,
            )
    if health.mails_waiting:
        yield translate_count(
            lang,
            "%(num)s courriel attend depuis plus de cinq minutes.",
            "%(num)s courriels attendent depuis plus de cinq minutes.",
            health.mails_waiting,
        )
    if health.mails_refused:
        yield translate_count(
            lang,
            "%(num)s courriel est refusé pour de bon : son adresse n’existe pas ou plus.",
            "%(num)s courriels sont refusés pour de bon : leur adresse n’existe pas ou plus.",
            health.mails_refused,
        )
