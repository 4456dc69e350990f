"""Labels of the enumerations of polls, and sentences of their refusals."""

from deliberation.elections.polls.events import PollChanged, PollDrafted, PollRemoved
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

SECRECY_LABELS: dict[str, str] = {
    "plain": _("Vote simple"),
    "sealed": _("Vote scellé"),
}
ASSURANCE_LABELS: dict[str, str] = {
    "link": _("E0 : lien ouvert"),
    "email": _("E1 : adresse électronique"),
    "roll": _("E2 : liste des personnes appelées à voter"),
    "identity": _("E3 : fournisseur d’identité et liste"),
}
ELIGIBILITY_LABELS: dict[str, str] = {
    "link": _("Le lien suffit"),
    "email": _("Une adresse électronique"),
    "code": _("Un code reçu par courrier"),
    "roll": _("Une adresse inscrite sur la liste"),
    "oidc": _("Une identité vérifiée, inscrite sur la liste"),
}
IMPORT_LABELS: dict[str, str] = {
    "question": _("Quel était le résultat de ce vote ?"),
    "summary": _("Un vote passé, recompté ici à partir de ses bulletins publiés."),
    "promise": _(
        "Ce vote est clos. Il est montré ici pour que chacune et chacun puisse le recompter."
    ),
}
STATE_LABELS: dict[str, str] = {
    "coming": _("À venir"),
    "open": _("Vote ouvert"),
    "closed": _("Vote clos, bulletins à compter"),
    "counted": _("Résultat publié"),
    "cancelled": _("Vote annulé"),
}
# The seven grades of majority judgment, worst to best, as ballots show them.
GRADES = [
    _("À rejeter"),
    _("Insuffisant"),
    _("Passable"),
    _("Assez bien"),
    _("Bien"),
    _("Très bien"),
    _("Excellent"),
]
REFUSALS: dict[str, str] = {
    "poll-begun": _("Le vote a commencé : la question et les options ne changent plus."),
    "sealed-needs-a-roll": _(
        "Un vote scellé demande une liste des personnes appelées à voter : code par courrier,"
        " adresse inscrite sur la liste ou fournisseur d’identité."
    ),
    "needs-whole-ballots": _(
        "Ce mode de comptage ne se recompte qu’avec tous les bulletins entiers : acceptez leur"
        " publication, ou choisissez-en un autre."
    ),
    "not-comparable": _("Cette méthode ne peut pas compter ces bulletins."),
    "not-for-this-method": _("La méthode choisie n’utilise pas ce réglage : laissez-le vide."),
    "too-many-seats": _("Il faut moins de places que d’options : il y a %(options)s options."),
}
# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    PollDrafted: _("Une question a été ajoutée au vote."),
    PollRemoved: _("Une question a été retirée du vote."),
    PollChanged: _("La question ou les options d’un vote ont été modifiées avant son ouverture."),
}
