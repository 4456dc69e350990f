"""The texts of mails: plain text, French first, no vote, no secret but the sign-in code itself."""

from collections.abc import Callable
from typing import Any

from deliberation.elections.polls.change_texts import field_name
from deliberation.explanations.texts import explain_sentence
from deliberation.followup.answers.texts import DECISION_LABELS
from deliberation.i18n import formats
from deliberation.i18n.catalogue import in_language, label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import translate_count
from deliberation.process.moderation.texts import REASON_LABELS

# Message for participants -> subject and body, whose gaps `WORDS` fills.
TEXTS: dict[str, tuple[str, str]] = {
    # An official answered a proposal that the reader wrote, supported or commented.
    "answer-proposal": (
        _("Une réponse à « %(title)s »"),
        _(
            "Bonjour,\n\n"
            "%(author)s (%(authority)s) a répondu à la proposition « %(title)s », à laquelle "
            "vous avez pris part.\n\n"
            "Décision : %(decision)s.\n\n"
            "Lire la réponse :\n%(address)s\n"
        ),
    ),
    # An official answered the result of a vote that the reader took part in.
    "answer-poll": (
        _("Ce que devient votre vote : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "%(author)s (%(authority)s) a répondu au résultat du vote « %(title)s », auquel "
            "vous avez pris part.\n\n"
            "Décision : %(decision)s.\n\n"
            "Lire la réponse :\n%(address)s\n"
        ),
    ),
    # An official answered a text of any other kind.
    "answer": (
        _("Une réponse à « %(title)s »"),
        _(
            "Bonjour,\n\n"
            "%(author)s (%(authority)s) a répondu à « %(title)s », que vous suivez ou à quoi vous "
            "avez pris part.\n\n"
            "Décision : %(decision)s.\n\n"
            "Lire la réponse :\n%(address)s\n"
        ),
    ),
    # The announcement of a consultation was changed: which fields, and why.
    "change": (
        _("Ce qui avait été annoncé change : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "%(authority)s a changé ce qu’annonçait la consultation « %(consultation)s », à "
            "laquelle vous avez pris part :\n\n"
            "%(fields)s\n\n"
            "Raison donnée : %(reason)s\n\n"
            "Lire l’ancien texte et le nouveau :\n%(address)s\n"
        ),
    ),
    # A consultation that the reader took part in was cancelled, and why.
    "cancelled": (
        _("Consultation annulée : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "%(authority)s a annulé la consultation « %(consultation)s », à laquelle vous avez "
            "pris part. Deux personnes l’ont décidé. Un vote qui n’était pas compté ne le sera "
            "pas.\n\n"
            "Raison donnée : %(reason)s\n\n"
            "Lire ce qui avait été annoncé :\n%(address)s\n"
        ),
    ),
    # A proposal is still a draft, and proposals are about to close.
    "draft": (
        _("Votre proposition n’est pas publiée : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "Vous avez écrit la proposition « %(title)s ». Elle est encore un brouillon : "
            "personne d’autre que vous ne la voit.\n\n"
            "Les propositions ferment le %(closes)s, heure de Paris. Pour la relire et la "
            "publier :\n%(address)s\n\n"
            "Si vous y avez renoncé, vous n’avez rien à faire.\n"
        ),
    ),
    # Moderation hid the reader's proposal.
    "hidden-proposal": (
        _("Votre proposition a été masquée : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "La modération de %(authority)s a masqué la proposition n° %(number)s, que vous avez "
            "écrite le %(at)s dans la consultation « %(consultation)s ».\n\n"
        ),
    ),
    # Moderation hid the reader's argument, question or reply.
    "hidden-comment": (
        _("Votre message a été masqué : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "La modération de %(authority)s a masqué le message que vous avez écrit le %(at)s sous "
            "la proposition n° %(number)s de la consultation « %(consultation)s ».\n\n"
        ),
    ),
    # Moderation hid the reader's text of any other kind.
    "hidden": (
        _("Votre texte a été masqué : %(consultation)s"),
        _(
            "Bonjour,\n\n"
            "La modération de %(authority)s a masqué le texte n° %(number)s, que vous avez écrit "
            "le %(at)s dans la consultation « %(consultation)s ».\n\n"
        ),
    ),
    # A contested decision was upheld.
    "measure-upheld": (
        _("Réponse à votre contestation : %(authority)s"),
        _(
            "Bonjour,\n\n"
            "Une autre personne que celle qui avait décidé a relu votre contestation. La décision "
            "est maintenue.\n\n"
            "Sa réponse : %(reply)s\n\n"
            "Le détail :\n%(address)s\n\n"
            "Pour aller plus loin, écrivez à %(contact)s ou saisissez le Défenseur des droits.\n"
        ),
    ),
}
# Gap -> what stands there, of the reader's language and the value.
WORDS: dict[str, Callable[[str, Any], str]] = {
    "at": formats.day,
    "decision": lambda lang, decision: label(lang, DECISION_LABELS, decision),
    "fields": lambda lang, fields: "\n".join(f"- {field_name(lang, *field)}" for field in fields),
}


def message_text(name: str, lang: str, values: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message for participants."""
    if name in COMPOSED:
        return COMPOSED[name](lang, values)
    words = values | {gap: say(lang, values[gap]) for gap, say in WORDS.items() if gap in values}
    subject, body = (translate(lang, text, **words) for text in TEXTS[name])
    if name.startswith("hidden"):
        body += _why(lang, values) + _how_to_contest(lang, values)
    return subject, body


def result_mail(lang: str, values: dict[str, Any]) -> tuple[str, str]:
    """Mail: the results of a consultation's votes are published, with the winner of each."""
    _ = in_language(lang)
    lines = [
        f"{one['question']}\n{explain_sentence(lang, one['headline'])}\n"
        f"{values['origin']}{one['path']}\n"
        for one in values["results"]
    ]
    subject = translate_count(
        lang,
        "Le résultat est publié : %(consultation)s",
        "Les résultats sont publiés : %(consultation)s",
        len(lines),
        **values,
    )
    return (
        subject,
        _(
            "Bonjour,\n\n"
            "Le vote « %(consultation)s » est clos et compté. Chaque page dit comment.\n\n"
            "%(votes)s\n"
            "Vous recevrez un message quand %(authority)s y répondra.\n",
            votes="\n".join(lines),
            **values,
        ),
    )


def suspended_mail(lang: str, values: dict[str, Any]) -> tuple[str, str]:
    """Mail: an authority suspended the reader's account."""
    _ = in_language(lang)
    return (
        _("Votre compte est suspendu : %(authority)s", **values),
        _(
            "Bonjour,\n\n"
            "%(authority)s a suspendu votre compte pour ses consultations : vous pouvez lire et "
            "voter, mais ni proposer, ni écrire, ni soutenir. Vos votes et vos soutiens restent "
            "comptés. Ailleurs, rien ne change.\n\n",
            **values,
        )
        + _why(lang, values)
        + (_hidden_too(lang, values["texts"]) if values["texts"] else "")
        + _how_to_contest(lang, values),
    )


def lifted_mail(lang: str, values: dict[str, Any]) -> tuple[str, str]:
    """The mail that a decision against one's text or account was lifted, with the text's state."""
    _ = in_language(lang)
    what = {
        "account": _("Votre compte n’est plus suspendu par %(authority)s.", **values),
        "published": _("Votre texte, que %(authority)s avait masqué, est visible.", **values),
        "withdrawn": _(
            "%(authority)s ne masque plus votre proposition. Vous l’avez retirée : elle le reste.",
            **values,
        ),
    }.get(values["stands"], _("%(authority)s a levé sa décision de masquer votre texte.", **values))
    if values["texts"]:
        what += " " + _texts_too(lang, values["texts_left"])
    return (
        _("Une décision est levée : %(authority)s", **values),
        _(
            "Bonjour,\n\n%(what)s\n\nMotif : %(reply)s\n\nLe détail :\n%(address)s\n",
            what=what,
            **values,
        ),
    )


def with_foot(lang: str, body: str, stop: str, unfollow: str = "") -> str:
    """A mail's body followed by the way to get no more of them.

    `unfollow`: the address that ends following the mail's subject, or empty.
    """
    _ = in_language(lang)
    if unfollow:
        foot = _(
            "Vous suivez ce texte, ou vous y avez pris part. Ne plus le suivre :\n%(unfollow)s\n"
            "Ne plus recevoir aucun message :\n%(stop)s\n",
            unfollow=unfollow,
            stop=stop,
        )
        return f"{body}\n-- \n{foot}"
    foot = _(
        "Vous recevez ce message parce que vous avez participé. Ne plus en recevoir :\n%(stop)s\n",
        stop=stop,
    )
    return f"{body}\n-- \n{foot}"


# The other messages -> the function that makes subject and body.
COMPOSED: dict[str, Callable[[str, dict[str, Any]], tuple[str, str]]] = {
    "result": result_mail,
    "measure-suspended": suspended_mail,
    "measure-lifted": lifted_mail,
}


def _why(lang: str, values: dict[str, Any]) -> str:
    """The reason, and the moderators' note if there is one."""
    _ = in_language(lang)
    words = {**values, "reason": label(lang, REASON_LABELS, values["reason"])}
    note = _("Précision de la modération : %(note)s\n\n", **words) if values["note"] else ""
    return _("Motif : %(reason)s.\n\n", **words) + note


def _texts_too(lang: str, left: int) -> str:
    """Sentence on the texts that were hidden with an account; `left`: how many still are."""
    _ = in_language(lang)
    if not left:
        return _(
            "Vos textes masqués avec lui ne le sont plus : ceux que vous avez retirés le restent, "
            "ceux qui attendaient d’être relus attendent."
        )
    return translate_count(
        lang,
        "%(num)s texte masqué avec lui le reste : vous pouvez le contester depuis votre compte.",
        "%(num)s textes masqués avec lui le restent : vous pouvez les contester depuis votre "
        "compte.",
        left,
    )


def _hidden_too(lang: str, texts: int) -> str:
    return (
        translate_count(
            lang,
            "%(num)s texte que vous aviez publié est masqué.",
            "%(num)s textes que vous aviez publiés sont masqués.",
            texts,
        )
        + "\n\n"
    )


def _how_to_contest(lang: str, values: dict[str, Any]) -> str:
    _ = in_language(lang)
    return _(
        "Vous pouvez contester cette décision, une fois :\n%(address)s\n\n"
        "Une autre personne que celle qui a décidé vous répondra. Vous pouvez aussi écrire à "
        "%(contact)s.\n",
        **values,
    )
