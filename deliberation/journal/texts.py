"""What a consultation's public journal says: one sentence a kind of event, nobody named.

Kinds that are not in these tables are not public.
"""

from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate, translate_count

# Event -> what it says, once.
HAPPENINGS: dict[str, str] = {
    "ConsultationOpened": _("La consultation a été rendue publique."),
    "ConsultationChanged": _("Des textes ou des réglages de la consultation ont été modifiés."),
    "AnnouncementChanged": _("Ce qui avait été annoncé a changé, pour une raison publiée."),
    "PhaseShortened": _("La fin d’une étape a été avancée, par décision de deux personnes."),
    "PhaseDropped": _("Une étape à venir a été supprimée, par décision de deux personnes."),
    "ConsultationCancelled": _("La consultation a été annulée, par décision de deux personnes."),
    "PollDrafted": _("Une question a été ajoutée au vote."),
    "PollRemoved": _("Une question a été retirée du vote."),
    "ConsultationWithdrawn": _("La consultation a été retirée."),
    "PollChanged": _("La question ou les options d’un vote ont été modifiées avant son ouverture."),
    "ResultPublished": _("Le résultat d’un vote a été compté et publié."),
    "RollImported": _("La liste des personnes appelées à voter a été chargée."),
    "CodesIssued": _("Les codes de vote ont été tirés ; ceux d’avant ne valent plus rien."),
    "CodeGranted": _("Un code de vote perdu a été remplacé, par décision de deux personnes."),
    "TrusteeRegistered": _("La clé d’une ou un dépositaire a été enregistrée."),
    "TrusteeRemoved": _("La clé d’une ou un dépositaire a été retirée avant le vote."),
    "TrusteeRehearsed": _("Une ou un dépositaire a ouvert les bulletins d’essai."),
    "ExtensionGranted": _("La clôture du vote a été repoussée, par décision de deux personnes."),
    "PaperAgreed": _("Un lot de bulletins en papier a été saisi deux fois, à l’identique."),
    "SlotKeyRenewed": _(
        "La clé qui permettait de changer son vote a été perdue : les votes déjà reçus comptent et"
        " ne changent plus, les premiers votes continuent."
    ),
    "CountersignerNamed": _("Une personne qui contresigne les décisions a été nommée."),
    "CountersignerRemoved": _("Une personne qui contresigne a été retirée avant le vote."),
    "MarkUndone": _("Un émargement a été annulé, par décision de deux personnes."),
    "VoterLookedUp": _(
        "En émargeant, l’équipe a appris qu’une personne de la liste avait déjà voté."
    ),
    "BallotsImported": _("Un vote passé a été chargé depuis un fichier, compté et publié."),
}


def happening(lang: str, kind: str, count: int) -> str:
    """What happened, `count` times in a day."""
    if kind == "ProposalPublished":
        return translate_count(
            lang, "%(num)s proposition publiée.", "%(num)s propositions publiées.", count
        )
    if kind == "ProposalEdited":
        return translate_count(
            lang, "%(num)s proposition modifiée.", "%(num)s propositions modifiées.", count
        )
    if kind == "ProposalWithdrawn":
        return translate_count(
            lang,
            "%(num)s proposition retirée par la personne qui l’a écrite.",
            "%(num)s propositions retirées par les personnes qui les ont écrites.",
            count,
        )
    if kind == "ProposalReinstated":
        return translate_count(
            lang,
            "%(num)s proposition rétablie par la personne qui l’a écrite.",
            "%(num)s propositions rétablies par les personnes qui les ont écrites.",
            count,
        )
    if kind == "ProposalCommented":
        return translate_count(lang, "%(num)s message publié.", "%(num)s messages publiés.", count)
    if kind == "TextHidden":
        return translate_count(
            lang,
            "%(num)s texte masqué par la modération, avec un motif public.",
            "%(num)s textes masqués par la modération, avec un motif public.",
            count,
        )
    if kind == "TextReleased":
        return translate_count(
            lang,
            "%(num)s texte publié après relecture par la modération.",
            "%(num)s textes publiés après relecture par la modération.",
            count,
        )
    if kind == "MeasureLifted":
        return translate_count(
            lang,
            "%(num)s décision de masquer un texte levée par la modération, avec un motif public.",
            "%(num)s décisions de masquer un texte levées par la modération, avec un motif public.",
            count,
        )
    if kind == "TextKept":
        return translate_count(
            lang,
            "%(num)s texte signalé puis conservé par la modération.",
            "%(num)s textes signalés puis conservés par la modération.",
            count,
        )
    if kind == "AnswerPublished":
        return translate_count(
            lang,
            "%(num)s réponse officielle publiée.",
            "%(num)s réponses officielles publiées.",
            count,
        )
    if kind == "AnswerEdited":
        return translate_count(
            lang,
            "%(num)s réponse officielle modifiée.",
            "%(num)s réponses officielles modifiées.",
            count,
        )
    return translate(lang, HAPPENINGS[kind])


PUBLIC: tuple[str, ...] = (
    *HAPPENINGS,
    "ProposalPublished",
    "ProposalEdited",
    "ProposalWithdrawn",
    "ProposalReinstated",
    "ProposalCommented",
    "TextHidden",
    "TextKept",
    "TextReleased",
    "MeasureLifted",
    "AnswerPublished",
    "AnswerEdited",
)
