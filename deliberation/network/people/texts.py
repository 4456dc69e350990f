"""The texts of mails about signing in and about roles."""

from typing import Any

from deliberation.core.settings import Settings
from deliberation.i18n import formats
from deliberation.i18n.catalogue import in_language, label, mark

ROLE_LABELS: dict[str, str] = {
    "administrator": mark("Administration"),
    "agent": mark("Agente ou agent"),
    "moderator": mark("Modération"),
    "official": mark("Élue ou élu"),
}
REFUSALS: dict[str, str] = {
    "passkey-first": mark(
        "Connectez-vous d’abord avec une clé d’accès : vous ne pourriez plus revenir ici."
    ),
    "passkey-not-valid": mark("Cette clé d’accès n’est pas reconnue ici. Réessayez."),
    "passkey-known": mark("Cette clé d’accès est déjà enregistrée."),
    "passkey-too-late": mark("La demande a trop attendu. Réessayez."),
    "too-many-passkeys": mark("Vous avez déjà %(most)s clés d’accès : retirez-en une."),
    "no-mail-server": mark(
        "Ce site n’envoie pas encore de courriel : personne ne peut y recevoir de code pour "
        "l’instant. Les responsables du site doivent d’abord régler l’envoi des courriels."
    ),
    "already-in-the-team": mark("Cette adresse a déjà ce rôle."),
    "needs-another-person": mark(
        "Une autre personne de l’équipe doit décider : vous avez déjà agi ici, et il faut être "
        "deux."
    ),
    "last-administrator": mark(
        "C’est la dernière personne chargée de l’administration : confiez d’abord ce rôle à "
        "quelqu’un d’autre."
    ),
    "suspended": mark(
        "Votre compte est suspendu par cette collectivité : vous pouvez lire et voter, mais ni "
        "proposer, ni écrire, ni soutenir. La page de votre compte dit pourquoi, et comment "
        "contester."
    ),
    "name-of-other": mark(
        "Ce nom est celui d’une collectivité, ou d’une personne qui y est élue ou y travaille."
        " Ajoutez un prénom, ou choisissez-en un autre."
    ),
    "six-digits": mark("Recopiez les six chiffres reçus par courriel."),
    "wrong-code": mark(
        "Ce code n’est pas le bon, ou il a expiré. Vérifiez-le ou demandez-en un autre."
    ),
}


def sign_in_mail(lang: str, code: str, site: Settings) -> tuple[str, str]:
    """Subject and body of the mail that carries a sign-in code; a lock screen shows the subject."""
    _ = in_language(lang)
    return (
        _("Votre code de connexion à %(site)s", site=site.network_name),
        _(
            "Bonjour,\n\n"
            "Votre code de connexion à %(site)s (%(origin)s) : %(code)s\n\n"
            "Il est valable dix minutes et ne sert qu’une fois. Recopiez-le dans la page où vous "
            "l’avez demandé.\n\n"
            "Vous n’avez rien demandé ? Ignorez ce message : sans ce code, personne ne peut se "
            "connecter avec votre adresse.\n",
            code=code,
            site=site.network_name,
            origin=site.origin,
        ),
    )


def way_in_mail(lang: str, token: str, site: Settings) -> tuple[str, str]:
    """Mail: unknown browsers get no more codes for this address; its link makes the owner's browser
    known.
    """
    _ = in_language(lang)
    return (
        _("Pour vous connecter à %(site)s : ouvrez ce message", site=site.network_name),
        _(
            "Bonjour,\n\n"
            "Beaucoup de codes de connexion à %(site)s ont été demandés pour votre adresse. Pour "
            "que personne ne puisse vous gêner, nous n’en envoyons plus qu’aux navigateurs où "
            "vous avez déjà ouvert une session.\n\n"
            "Vous voulez vous connecter avec un autre navigateur ? Ouvrez-y ce lien, puis demandez "
            "un code :\n%(address)s\n\n"
            "Il est valable deux jours et n’ouvre pas votre compte : il permet seulement de "
            "demander un code.\n\n"
            "Vous n’avez rien demandé ? Ignorez ce message : sans code, personne ne peut se "
            "connecter avec votre adresse.\n",
            site=site.network_name,
            address=f"{site.origin}/{lang}/identite?lien={token}",
        ),
    )


def role_offered_mail(lang: str, site: Settings, values: dict[str, Any]) -> tuple[str, str]:
    """Mail: a role is offered, until when, and where to accept it."""
    _ = in_language(lang)
    words = {
        **values,
        "role": label(lang, ROLE_LABELS, values["role"]),
        "until": formats.moment(lang, values["until"]),
        "site": site.network_name,
        "address": f"{site.origin}/{lang}/invitations",
    }
    return (
        _("Un rôle vous est proposé : %(authority)s", **words),
        _(
            "Bonjour,\n\n"
            "%(inviter)s vous propose un rôle pour %(authority)s, sur %(site)s : %(role)s.\n\n"
            "Vous ne l’aurez que si vous l’acceptez, avant le %(until)s. Connectez-vous avec cette "
            "adresse ; vous pourrez accepter ou refuser :\n%(address)s\n\n"
            "Vous n’attendiez pas ce message ? Ignorez-le : sans réponse, il ne se passe rien.\n",
            **words,
        ),
    )


def role_given_mail(lang: str, site: Settings, values: dict[str, Any]) -> tuple[str, str]:
    """Mail: the operator of the site gave a role."""
    _ = in_language(lang)
    words = {
        **values,
        "role": label(lang, ROLE_LABELS, values["role"]),
        "site": site.network_name,
        "address": f"{site.origin}/{lang}/gestion",
    }
    return (
        _("Vous avez un rôle : %(authority)s", **words),
        _(
            "Bonjour,\n\n"
            "La personne qui exploite %(site)s vous a donné un rôle pour %(authority)s : "
            "%(role)s.\n\n"
            "Connectez-vous avec cette adresse :\n%(address)s\n",
            **words,
        ),
    )
