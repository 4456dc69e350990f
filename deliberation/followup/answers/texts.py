"""Sentences on the answers that are owed to participants: for a badge, for a sentence.

Pure: a standing in, sentences out.
"""

from datetime import datetime
from typing import Protocol

from deliberation.followup.answers.events import AnswerEdited, AnswerPublished
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import semicolon, translate
from deliberation.i18n.formats import translate_count
from deliberation.journal.texts import ActivityTexts, CountedText

DECISION_LABELS: dict[str, str] = {
    "accepted": _("Retenu"),
    "partly": _("Retenu en partie"),
    "studied": _("À l’étude"),
    "declined": _("Non retenu"),
    "informed": _("Information"),
}
REFUSALS: dict[str, str] = {
    "no-result-yet": _("Le résultat n’est pas encore publié : il n’y a rien à quoi répondre."),
}


class AnswerDue(Protocol):
    """The answer owed to participants (`consultations.standing`)."""

    @property
    def state(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def waiting(self) -> int: ...
    @property
    def to_votes(self) -> int: ...
    @property
    def to_proposals(self) -> int: ...
    @property
    def by(self) -> datetime | None: ...
    @property
    def late(self) -> int: ...
    @property
    def counting(self) -> bool: ...


def owed(lang: str, standing: AnswerDue) -> str:
    """Sentence on answers given and still owed, with the promised date or the delay; "" if none is
    owed.
    """
    if standing.state not in ("expected", "late"):
        return ""
    sentence = semicolon(lang).join([*answered(lang, standing), _owed(lang, standing)])
    return f"{sentence[0].upper()}{sentence[1:]}."


def owed_shortly(lang: str, by: datetime | None, late: int) -> str:
    """An answer that is owed, in the few words of a badge; `late`: days after `by`."""
    if late:
        return translate_count(
            lang, "Réponse en retard de %(num)s jour", "Réponse en retard de %(num)s jours", late
        )
    if by is None:
        return translate(lang, _("Réponse attendue"))
    day = formats.day(lang, formats.last_minute(by))
    return translate(lang, _("Réponse attendue au plus tard le %(day)s"), day=day)


def answered(lang: str, standing: AnswerDue) -> list[str]:
    """Number of published answers, to votes and to proposals apart."""
    sentences = []
    if standing.to_votes:
        sentences.append(_to_votes(lang, standing.to_votes))
    if standing.to_proposals:
        sentences.append(_to_proposals(lang, standing.to_proposals))
    return sentences


def _owed(lang: str, standing: AnswerDue) -> str:
    """The clause of what is owed, to begin or to end a sentence."""
    day = formats.day(lang, formats.last_minute(standing.by)) if standing.by else ""
    if standing.about == "vote":
        if standing.late:
            return translate_count(
                lang,
                "réponse au vote en retard de %(num)s jour, promise pour le %(day)s",
                "réponse au vote en retard de %(num)s jours, promise pour le %(day)s",
                standing.late,
                day=day,
            )
        if day:
            return translate(lang, _("réponse au vote attendue au plus tard le %(day)s"), day=day)
        return translate(lang, _("réponse au vote attendue"))
    proposals = translate(lang, _("réponse attendue"))
    if standing.waiting:
        proposals = translate_count(
            lang,
            "réponse attendue à %(num)s proposition",
            "réponse attendue à %(num)s propositions",
            standing.waiting,
        )
    if standing.late:
        late = translate_count(
            lang,
            "en retard de %(num)s jour, promise pour le %(day)s",
            "en retard de %(num)s jours, promise pour le %(day)s",
            standing.late,
            day=day,
        )
        return f"{proposals}, {late}"
    if day:
        until = translate(lang, _("au plus tard le %(day)s"), day=day)
        return f"{proposals}, {until}"
    return proposals


def _to_proposals(lang: str, count: int) -> str:
    return translate_count(
        lang, "%(num)s réponse à une proposition", "%(num)s réponses à des propositions", count
    )


def _to_votes(lang: str, count: int) -> str:
    return translate_count(lang, "%(num)s réponse à un vote", "%(num)s réponses à des votes", count)


# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    AnswerPublished: CountedText(
        "%(num)s réponse officielle publiée.", "%(num)s réponses officielles publiées."
    ),
    AnswerEdited: CountedText(
        "%(num)s réponse officielle modifiée.", "%(num)s réponses officielles modifiées."
    ),
}
