"""Labels of the channels, and sentences of refusals about the electoral roll and voters."""

from deliberation.elections.electorate.events import (
    CodeGranted,
    CodesIssued,
    CountersignerNamed,
    CountersignerRemoved,
    RollImported,
    VoterLookedUp,
)
from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts

CHANNEL_LABELS: dict[str, str] = {
    "online": _("En ligne"),
    "paper": _("Sur papier"),
    "counter": _("Au guichet"),
}
REFUSALS: dict[str, str] = {
    "needs-a-countersigner": _(
        "Cette décision revient à une des personnes nommées pour contresigner avant l’ouverture du "
        "vote, et vous n’en faites pas partie ; leurs noms sont publics."
    ),
    "role-too-recent": _(
        "Votre rôle date d’après l’ouverture du vote : quelqu’un qui l’avait avant doit décider."
    ),
    "not-in-the-team": _("Choisissez une personne de l’équipe qui a dit son nom."),
    "already-named": _("Cette personne est déjà nommée."),
    "too-many-countersigners": _("Dix personnes au plus peuvent être nommées."),
    "no-such-elector": _("Personne ne porte cet identifiant sur la liste."),
    "already-asked": _("Une demande attend déjà une décision pour cette personne."),
    "no-roll": _("La liste des personnes appelées à voter est vide."),
    "not-on-the-roll": _("Vous n’êtes pas sur la liste des personnes appelées à ce vote."),
    "urn-open": _("L’urne est ouverte : liste, dépositaires et options ne changent plus."),
    "code-short": _(
        "Ce code est trop court. Il compte vingt lettres et chiffres ; nombre de signes qui"
        " manquent : %(count)s."
    ),
    "code-long": _(
        "Ce code est trop long. Il compte vingt lettres et chiffres ; nombre de signes en trop :"
        " %(count)s."
    ),
    "code-wrong": _("Ce code n’est pas valable. Vérifiez-le sur votre courrier."),
    "code-needed": _("Ce vote demande le code reçu par courrier."),
    "confirm-revoking": _("Confirmez que les codes déjà remis ne vaudront plus rien."),
    "identity-needed": _("Identifiez-vous d’abord auprès du fournisseur d’identité."),
    "identity-expired": _(
        "Cette identification n’est plus valable : elle a pris trop de temps, elle a déjà servi ou"
        " elle vient d’un autre navigateur."
    ),
    "identity-cancelled": _("Vous n’avez pas terminé l’identification."),
    "identity-not-proved": _("La réponse du fournisseur d’identité n’a pas pu être vérifiée."),
    "identity-too-weak": _(
        "Votre identité n’a pas été vérifiée assez sûrement pour ce vote. Choisissez un moyen"
        " d’identification plus sûr."
    ),
    "identity-unavailable": _(
        "Le fournisseur d’identité ne répond pas. Personne ne peut être identifié pour le moment."
    ),
    "roll-faults": _("Ce fichier est à corriger : rien n’a été chargé."),
    "roll-not-utf8": _(
        "Ce fichier n’est pas en UTF-8. Enregistrez-le de nouveau au format « CSV UTF-8 »."
    ),
    "roll-not-csv": _("Ce fichier n’est pas un tableau CSV lisible."),
    "roll-unknown-column": _(
        "La colonne « %(value)s » n’est pas connue : identifiant, nom, courriel ou sujet."
    ),
    "roll-column-twice": _("La colonne « %(value)s » figure deux fois."),
    "roll-no-identifier": _("La colonne « identifiant » manque."),
    "roll-empty": _("Ce fichier ne nomme personne."),
    "roll-columns": _("Cette ligne a %(found)s cases au lieu de %(expected)s."),
    "roll-no-number": _("L’identifiant manque."),
    "roll-value": _("Cette valeur est trop longue ou contient un signe invisible : « %(value)s »."),
    "roll-email": _(
        "« %(value)s » n’est pas une adresse électronique : "
        "prenom.nom@exemple.fr, sans rien autour."
    ),
    "roll-number-twice": _(
        "L’identifiant « %(value)s » est déjà celui de la ligne %(other)s, ou lui ressemble trop."
    ),
    "roll-email-twice": _("L’adresse « %(value)s » est déjà celle de la ligne %(other)s."),
    "roll-subject-twice": _("Le sujet « %(value)s » est déjà celui de la ligne %(other)s."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    RollImported: _("La liste des personnes appelées à voter a été chargée."),
    CodesIssued: _("Les codes de vote ont été tirés ; ceux d’avant ne valent plus rien."),
    CodeGranted: _("Un code de vote perdu a été remplacé, par décision de deux personnes."),
    CountersignerNamed: _("Une personne qui contresigne les décisions a été nommée."),
    CountersignerRemoved: _("Une personne qui contresigne a été retirée avant le vote."),
    VoterLookedUp: _(
        "En émargeant, l’équipe a appris qu’une personne de la liste avait déjà voté."
    ),
}
