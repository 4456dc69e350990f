"""Sentences of the refusals of kept forms."""

from deliberation.i18n.catalogue import mark

REFUSALS: dict[str, str] = {
    "kept-form-gone": mark(
        "Ce texte n’est plus gardé : il a été envoyé, ou plus d’une heure a passé. Il ne l’est que"
        " dans le navigateur où il a été écrit."
    ),
}
