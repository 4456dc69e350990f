"""The texts of mails: plain text, French first, no vote, no secret but the sign-in code itself."""

from deliberation.words.catalogue import in_language


def sign_in_mail(lang: str, code: str) -> tuple[str, str]:
    """Subject and body of the mail that carries a sign-in code."""
    _ = in_language(lang)
    return (
        _("%(code)s : votre code de connexion", code=code),
        _(
            "Bonjour,\n\n"
            "Votre code de connexion : %(code)s\n\n"
            "Il est valable dix minutes et ne sert qu’une fois. Recopiez-le dans la page où vous "
            "l’avez demandé.\n\n"
            "Vous n’avez rien demandé ? Ignorez ce message : sans ce code, personne ne peut se "
            "connecter avec votre adresse.\n",
            code=code,
        ),
    )
