"""Labels of the enumerations of polls, and sentences of their refusals."""

from deliberation.elections.polls.events import PollChanged, PollDrafted, PollRemoved
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

METHOD_LABELS: dict[str, str] = {
    "majority_judgment": _("Jugement majoritaire"),
    "approval": _("Vote par approbation"),
    "schulze": _("Classement, méthode de Schulze (Condorcet)"),
    "stv_scottish": _("Classement, vote unique transférable (règles écossaises)"),
    "stv_wigm": _("Classement, vote unique transférable (fractions exactes)"),
    "stv_meek": _("Classement, vote unique transférable (Meek)"),
    "approval_committee": _("Plusieurs places, les plus approuvées"),
    "sav": _("Plusieurs places, approbation à parts égales"),
    "pav": _("Plusieurs places, approbation proportionnelle"),
    "seq_pav": _("Plusieurs places, approbation proportionnelle, place après place"),
    "revseq_pav": _("Plusieurs places, approbation proportionnelle, par retraits"),
    "seq_phragmen": _("Plusieurs places, Phragmén"),
    "chamberlin_courant": _("Plusieurs places, Chamberlin-Courant"),
    "mes_committee": _("Plusieurs places, parts égales"),
    "greedy_pb": _("Budget participatif, par nombre de voix"),
    "mes_pb": _("Budget participatif, parts égales"),
    "phragmen_pb": _("Budget participatif, Phragmén"),
    "instant_runoff": _("Classement, éliminations successives"),
    "cumulative": _("Points à répartir, vote cumulatif"),
    "quadratic": _("Voix à coût carré, vote quadratique"),
}
BALLOT_LABELS: dict[str, str] = {
    "scores": _("une note pour chaque option"),
    "points": _("des points à répartir entre les options"),
    "grades": _("une mention pour chaque option"),
    "approvals": _("autant d’options que vous voulez"),
    "rankings": _("un classement des options"),
}
DEED_LABELS: dict[str, str] = {
    "grades": _("Vous donnez"),
    "approvals": _("Vous cochez"),
    "rankings": _("Vous faites"),
}
MISSING_LABELS: dict[str, str] = {
    "median": _("Une option que vous n’évaluez pas reçoit sa propre mention majoritaire."),
    "normalised": _("Une option que vous n’évaluez pas n’est jugée que par les autres bulletins."),
    "exclude": _(
        "Une option que vous n’évaluez pas n’est jugée que par les autres bulletins. Si moins "
        "de la moitié des bulletins l’évaluent, elle passe après les autres."
    ),
}
MISSING_COUNTED_LABELS: dict[str, str] = {
    "worst": _("Une option qu’un bulletin n’évalue pas y reçoit la mention la plus basse."),
    "grade": _("Une option qu’un bulletin n’évalue pas y reçoit une mention fixée d’avance."),
    "median": _("Une option qu’un bulletin n’évalue pas y reçoit sa mention majoritaire."),
    "normalised": _("Une option n’est jugée que par les bulletins qui l’évaluent."),
    "exclude": _(
        "Une option n’est jugée que par les bulletins qui l’évaluent ; trop peu évaluée, elle "
        "passe après les autres."
    ),
}
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
}

# What the public activity says of each public event, nobody named.
ACTIVITY: ActivityTexts = {
    PollDrafted: _("Une question a été ajoutée au vote."),
    PollRemoved: _("Une question a été retirée du vote."),
    PollChanged: _("La question ou les options d’un vote ont été modifiées avant son ouverture."),
}
