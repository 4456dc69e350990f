"""Sentences about a vote: who may vote, how it is counted, what is protected and what is not.

Each sentence stands here once, for ballots, rules, letters, results and officials. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from deliberation.elections.polls.label_texts import SECRECY_LABELS
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from voting.methods import METHODS


class Grade(Protocol):
    """A grade as a ballot shows it."""

    @property
    def name(self) -> str: ...


class Vote(Protocol):
    """A poll as everybody sees it."""

    @property
    def method(self) -> str: ...
    @property
    def method_options(self) -> Mapping[str, str]: ...
    @property
    def grades(self) -> Sequence[Grade]: ...  # from the worst
    @property
    def compared(self) -> str | None: ...
    @property
    def approved_from(self) -> str: ...
    @property
    def secrecy(self) -> str: ...
    @property
    def eligibility(self) -> str: ...
    @property
    def whole_ballots(self) -> bool: ...
    @property
    def seats(self) -> int: ...
    @property
    def budget(self) -> int | None: ...
    @property
    def source(self) -> str: ...
    @property
    def tie_seed(self) -> str: ...


class Guards(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences on a vote's privacy: what it protects, what it does not, what is published, and
    what nobody should promise.
    """

    protected: list[str]
    exposed: list[str]
    published: list[str]
    unpromised: list[str]


# Assurance level -> who may vote, and what the required proof is worth.
MAY: dict[str, str] = {
    "link": _("Toute personne qui a l’adresse de la page peut voter, sans dire qui elle est."),
    "email": _("Toute personne qui reçoit un code à son adresse électronique peut voter."),
    "code": _(
        "Les personnes inscrites sur la liste peuvent voter. Chacune reçoit par courrier un code à "
        "elle seule."
    ),
    "roll": _(
        "Les personnes inscrites sur la liste peuvent voter, avec l’adresse électronique qui y "
        "figure."
    ),
    "oidc": _(
        "Les personnes inscrites sur la liste peuvent voter, après qu’un fournisseur d’identité a "
        "confirmé qui elles sont."
    ),
}
WORTH: dict[str, str] = {
    "link": _(
        "Rien n’est vérifié. Chaque navigateur a un bulletin : une personne qui en utilise "
        "plusieurs peut voter plusieurs fois. Ce vote recueille des avis ; il ne donne pas une "
        "voix à chaque personne."
    ),
    "email": _(
        "Le site vérifie seulement que l’adresse reçoit ses messages, ni l’identité, ni l’âge, ni "
        "le lieu d’habitation : une personne qui a plusieurs adresses peut voter plusieurs fois."
    ),
    "code": _("Le code prouve que l’on tient la lettre, pas qui l’a ouverte."),
    "roll": _(
        "Le site vérifie que l’adresse reçoit ses messages : qui lit cette boîte peut voter à la "
        "place de la personne à qui elle appartient."
    ),
    "oidc": _("La valeur de cette preuve est celle du fournisseur d’identité."),
}
LOST = _(
    "Code perdu ? Adressez-vous à la collectivité. Il faut deux personnes de l’équipe pour en "
    "donner un autre, et l’ancien ne sert plus."
)
_ON_THE_ROLL = _(
    "Une personne de la liste n’a qu’un bulletin compté. Si elle vote de nouveau, seul le dernier "
    "compte."
)
ONE_BALLOT: dict[str, str] = {
    "link": _("Un navigateur n’a qu’un bulletin. S’il vote de nouveau, seul le dernier compte."),
    "email": _(
        "Une adresse électronique n’a qu’un bulletin. Si elle vote de nouveau, seul le dernier "
        "compte."
    ),
    "code": _ON_THE_ROLL,
    "roll": _ON_THE_ROLL,
    "oidc": _ON_THE_ROLL,
}
# How secret a vote is -> the same in short, where there is no room for the whole.
SHORT: dict[str, str] = {
    "plain": _(
        "Votre choix n’est montré à personne. Mais ce vote n’est pas secret pour les personnes qui "
        "administrent le serveur : elles pourraient le retrouver."
    ),
    "sealed": _(
        "Votre bulletin est scellé dès que le serveur le reçoit, qui voit donc passer votre choix. "
        "Ensuite, ni le site ni la collectivité ne peuvent l’ouvrir avant le dépouillement ; des "
        "dépositaires le font ensemble, hors ligne."
    ),
}
PRESSURE = _(
    "Rien ne protège d’une pression exercée sur vous, d’un achat de vote ou d’un appareil piraté."
)
_SEALED_PROTECTED = (
    _("Qui vole la base de données ou une sauvegarde n’y lit aucun choix."),
    _(
        "La liste des personnes et l’urne sont deux registres séparés. À la clôture, la clé qui "
        "relie un bulletin à sa place est détruite et l’urne est réécrite dans un ordre tiré au "
        "sort."
    ),
    _("Aucun résultat, même partiel, n’existe avant le dépouillement."),
    _(
        "L’empreinte de chaque bulletin est affichée sur un tableau public : retirer ou changer un "
        "bulletin affiché se verrait. Votre reçu permet d’y retrouver la vôtre."
    ),
)
_SEALED_EXPOSED = (
    _(
        "Votre choix passe par le serveur avant d’être scellé : un programme malveillant installé "
        "sur ce serveur pourrait le lire à ce moment."
    ),
    _(
        "Rien ne prouve que le bulletin scellé contient bien ce que vous avez choisi. Votre reçu "
        "prouve qu’il est enregistré, pas ce qu’il dit."
    ),
    _(
        "Des dépositaires assez nombreux qui s’entendraient pourraient ouvrir une copie de l’urne "
        "avant l’heure. Qui dépouille voit quelle empreinte porte quel choix : gardez votre reçu "
        "pour vous."
    ),
)
_NO_PROOF: dict[str, str] = {
    "link": _("La preuve de l’identité des personnes : un lien n’en est pas une."),
    "email": _(
        "La preuve de l’identité des personnes : une adresse électronique n’en est pas une."
    ),
    "code": _("La preuve de l’identité des personnes : un code dans une lettre n’en est pas une."),
    "roll": _("La preuve de l’identité des personnes : une adresse électronique n’en est pas une."),
}
_UNPROMISED = (
    _("Que les personnes qui votent représentent toute la population."),
    _("Un taux de disponibilité du service, tant que l’hébergeur ne le mesure pas."),
    _("Une certification de la CNIL, du RGS ou de l’ANSSI."),
    _(
        "Un usage pour une élection politique, un référendum local ou une consultation des "
        "électeurs : la loi demande des bureaux de vote."
    ),
    _("Un effet juridique : ce vote éclaire, la collectivité décide."),
)


def who(lang: str, poll: Vote) -> list[str]:
    """Sentences on who may vote, by which proof, and what that proof is worth."""
    sentences = [MAY[poll.eligibility], WORTH[poll.eligibility], ONE_BALLOT[poll.eligibility]]
    if poll.eligibility == "code":
        sentences.append(LOST)
    return [translate(lang, sentence) for sentence in sentences]


def one_ballot(lang: str, eligibility: str) -> str:
    """Sentence on the one ballot that counts of each voter."""
    return translate(lang, ONE_BALLOT[eligibility])


def guards(lang: str, poll: Vote, trustees: int = 0, threshold: int = 0) -> Guards:
    """Sentences on what the vote protects and what it does not.

    Once they are fixed: `trustees`, how many there are; `threshold`, how many decrypt the ballots.
    """
    sealed = poll.secrecy == "sealed"
    protected = (
        _sealed_protected(lang, trustees, threshold) if sealed else _plain_protected(lang, poll)
    )
    exposed = [*_SEALED_EXPOSED] if sealed else [_seen_by_the_server(poll)]
    return Guards(
        protected=[*protected, one_ballot(lang, poll.eligibility)],
        exposed=[translate(lang, sentence) for sentence in (*exposed, PRESSURE)],
        published=published(lang, poll),
        unpromised=_unpromised(lang, poll),
    )


def published(lang: str, poll: Vote) -> list[str]:
    """Sentences on what is published after the close."""
    sentences = [_("Le résultat, option par option.")]
    if poll.secrecy == "sealed":
        sentences = [_("Le résultat, option par option, et le procès-verbal signé.")]
    if poll.whole_ballots:
        sentences.append(
            _(
                "Un fichier de recomptage, qui donne chaque bulletin différent et le nombre de "
                "fois qu’il a été reçu, sans nom et sans heure. Un bulletin très particulier peut "
                "y être reconnu par qui en connaît déjà le contenu."
            )
        )
    elif METHODS[poll.method].summable:
        sentences.append(
            _(
                "Un fichier de recomptage, qui donne des sommes seulement : aucun bulletin entier "
                "n’est publié."
            )
        )
    else:
        sentences.append(
            _(
                "Aucun bulletin entier n’est publié. Cette méthode ne se recompte qu’avec eux : "
                "personne d’autre que le site ne peut donc recompter."
            )
        )
    sentences.append(_("Si moins de dix bulletins sont comptés, seul le classement est publié."))
    return [translate(lang, sentence) for sentence in sentences]


def short(lang: str, secrecies: Collection[str]) -> str:
    """Short sentences on the secrecy of votes; each names its kind when there are several."""
    if len(secrecies) < 2:
        return " ".join(translate(lang, SHORT[secrecy]) for secrecy in secrecies)
    return " ".join(
        translate(
            lang,
            _("%(kind)s : %(sentence)s"),
            kind=label(lang, SECRECY_LABELS, secrecy),
            sentence=translate(lang, SHORT[secrecy]),
        )
        for secrecy in sorted(secrecies)
    )


def _sealed_protected(lang: str, trustees: int, threshold: int) -> list[str]:
    if trustees:
        first = _(
            "Votre bulletin est scellé dès que le serveur le reçoit, pour %(all)s dépositaires. Il "
            "en faut %(needed)s ensemble, hors ligne, pour ouvrir l’urne. Le serveur n’a aucune de "
            "leurs clés."
        )
        numbers = {
            "all": formats.number(lang, trustees),
            "needed": formats.number(lang, threshold),
        }
    else:
        first, numbers = (
            _(
                "Votre bulletin est scellé dès que le serveur le reçoit, pour plusieurs "
                "dépositaires. Il en faut plus de la moitié ensemble, hors ligne, pour ouvrir "
                "l’urne. Le serveur n’a aucune de leurs clés."
            ),
            {},
        )
    return [
        translate(lang, first, **numbers),
        *(translate(lang, sentence) for sentence in _SEALED_PROTECTED),
    ]


def _plain_protected(lang: str, poll: Vote) -> list[str]:
    apart = (
        _("Aucun nom n’est demandé. Le bulletin ne porte ni nom, ni adresse, ni heure.")
        if poll.eligibility == "link"
        else _(
            "Votre nom et votre bulletin sont gardés dans deux registres séparés. Le bulletin ne "
            "porte ni nom, ni adresse, ni heure."
        )
    )
    sentences = (
        apart,
        _(
            "Aucune page ne montre votre choix à d’autres que vous : ni aux services, ni aux élues "
            "et élus, ni aux autres habitantes et habitants."
        ),
        _("Aucun résultat, même partiel, n’est publié avant la clôture."),
    )
    return [translate(lang, sentence) for sentence in sentences]


def _seen_by_the_server(poll: Vote) -> str:
    if poll.eligibility == "link":
        return _(
            "Ce vote n’est pas secret pour les personnes qui administrent le serveur : elles ont "
            "les moyens techniques de rapprocher un bulletin et le navigateur qui l’a envoyé, et "
            "même d’en changer un."
        )
    return _(
        "Ce vote n’est pas secret pour les personnes qui administrent le serveur : elles ont les "
        "moyens techniques de rapprocher un bulletin et la personne qui l’a donné, et même d’en "
        "changer un."
    )


def _unpromised(lang: str, poll: Vote) -> list[str]:
    sentences = [
        _(
            "Ni « vote 100 % sécurisé », ni « anonymat total », ni système « infalsifiable », ni "
            "« blockchain »."
        )
    ]
    if poll.eligibility in _NO_PROOF:
        sentences.append(_NO_PROOF[poll.eligibility])
    return [translate(lang, sentence) for sentence in (*sentences, *_UNPROMISED)]
