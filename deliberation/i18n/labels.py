"""What the rooms' codes are called: one literal table a kind, in French, the source language."""

from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate

LABELS: dict[str, dict[str, str]] = {
    "authority": {
        "commune": _("Commune"),
        "epci": _("Intercommunalité"),
        "department": _("Département"),
        "region": _("Région"),
        "association": _("Association"),
    },
    "role": {
        "administrator": _("Administration"),
        "agent": _("Agente ou agent"),
        "moderator": _("Modération"),
        "official": _("Élue ou élu"),
    },
    "phase": {
        "information": _("S’informer"),
        "proposals": _("Proposer"),
        "discussion": _("Débattre"),
        "vote": _("Voter"),
        "decision": _("Décision"),
        "follow_up": _("Suivi"),
    },
    "stance": {
        "for": _("Pour"),
        "against": _("Contre"),
        "question": _("Question"),
    },
    "subject": {
        "proposal": _("Proposition"),
        "comment": _("Argument, question ou réponse"),
        "account": _("Compte"),
    },
    "moderation": {
        "kept": _("Laissé visible"),
        "hidden": _("Masqué"),
        "released": _("Publié après relecture"),
        "suspended": _("Suspendu"),
        "upheld": _("Maintenu après contestation"),
        "lifted": _("Décision levée"),
    },
    "reason": {
        "off_topic": _("Hors sujet"),
        "personal_attack": _("Attaque personnelle ou injure"),
        "illegal": _("Contenu contraire à la loi"),
        "advertising": _("Publicité"),
        "personal_data": _("Données personnelles"),
    },
    "decision": {
        "accepted": _("Retenu"),
        "partly": _("Retenu en partie"),
        "studied": _("À l’étude"),
        "declined": _("Non retenu"),
        "informed": _("Information"),
    },
    "method": {
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
    },
    "ballot": {
        "scores": _("une note pour chaque option"),
        "points": _("des points à répartir entre les options"),
        "grades": _("une mention pour chaque option"),
        "approvals": _("autant d’options que vous voulez"),
        "rankings": _("un classement des options"),
    },
    "deed": {
        "grades": _("Vous donnez"),
        "approvals": _("Vous cochez"),
        "rankings": _("Vous faites"),
    },
    "proposal_state": {
        "draft": _("Brouillon"),
        "held": _("En attente de relecture"),
        "published": _("Publiée"),
        "withdrawn": _("Retirée par la personne qui l’a écrite"),
        "hidden": _("Masquée par la modération"),
    },
    "import": {
        "question": _("Quel était le résultat de ce vote ?"),
        "summary": _("Un vote passé, recompté ici à partir de ses bulletins publiés."),
        "promise": _(
            "Ce vote est clos. Il est montré ici pour que chacune et chacun puisse le recompter."
        ),
    },
    "missing": {
        "median": _("Une option que vous n’évaluez pas reçoit sa propre mention majoritaire."),
        "normalised": _(
            "Une option que vous n’évaluez pas n’est jugée que par les autres bulletins."
        ),
        "exclude": _(
            "Une option que vous n’évaluez pas n’est jugée que par les autres bulletins. Si moins "
            "de la moitié des bulletins l’évaluent, elle passe après les autres."
        ),
    },
    "missing_counted": {
        "worst": _("Une option qu’un bulletin n’évalue pas y reçoit la mention la plus basse."),
        "grade": _("Une option qu’un bulletin n’évalue pas y reçoit une mention fixée d’avance."),
        "median": _("Une option qu’un bulletin n’évalue pas y reçoit sa mention majoritaire."),
        "normalised": _("Une option n’est jugée que par les bulletins qui l’évaluent."),
        "exclude": _(
            "Une option n’est jugée que par les bulletins qui l’évaluent ; trop peu évaluée, elle "
            "passe après les autres."
        ),
    },
    "channel": {
        "online": _("En ligne"),
        "paper": _("Sur papier"),
        "counter": _("Au guichet"),
    },
    "profile": {
        "P0": _("Vote simple"),
        "P1": _("Vote scellé"),
    },
    "level": {
        "E0": _("E0 : lien ouvert"),
        "E1": _("E1 : adresse électronique"),
        "E2": _("E2 : liste des personnes appelées à voter"),
        "E3": _("E3 : fournisseur d’identité et liste"),
    },
    "eligibility": {
        "link": _("Le lien suffit"),
        "email": _("Une adresse électronique"),
        "code": _("Un code reçu par courrier"),
        "roll": _("Une adresse inscrite sur la liste"),
        "oidc": _("Une identité vérifiée, inscrite sur la liste"),
    },
    "poll_state": {
        "coming": _("À venir"),
        "open": _("Vote ouvert"),
        "closed": _("Vote clos, bulletins à compter"),
        "counted": _("Résultat publié"),
        "cancelled": _("Vote annulé"),
    },
    "consultation_state": {
        "draft": _("Brouillon"),
        "open": _("Ouverte"),
        "cancelled": _("Annulée"),
        "withdrawn": _("Retirée avant son ouverture"),
    },
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


def label(lang: str, kind: str, code: str) -> str:
    """What a code of one of the tables is called in `lang`."""
    return translate(lang, LABELS[kind][code])
