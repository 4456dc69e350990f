"""Sentences about changes of an announcement: each field's name, its text before and after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from deliberation.elections.methods.texts import COMPLETION_LABELS, METHOD_LABELS, UTILITY_LABELS
from deliberation.elections.polls.label_texts import ELIGIBILITY_LABELS, SECRECY_LABELS
from deliberation.i18n.catalogue import label, semicolon, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import euros, moment
from deliberation.process.consultations.texts import PHASE_LABELS


class ChangedField(Protocol):
    """A field with what it said and what it says."""

    @property
    def field(self) -> str: ...
    @property
    def before(self) -> Any: ...
    @property
    def after(self) -> Any: ...


class ChangeLine(NamedTuple):
    """A difference in words; an empty text: there was, or is, nothing."""

    name: str
    before: str
    after: str


FIELDS: dict[str, str] = {
    "question": _("Question"),
    "promise": _("Promesse"),
    "decided": _("Ce qui est décidé"),
    "undecided": _("Ce qui est ouvert"),
    "not_negotiable": _("Ce qui n’est pas négociable"),
    "method": _("Méthode qui décide"),
    "method_options": _("Réglages du comptage"),
    "seats": _("Places à pourvoir"),
    "budget": _("Enveloppe à partager"),
    "compared": _("Méthode montrée en comparaison"),
    "grades": _("Mentions"),
    "approved_from": _("Mention à partir de laquelle on approuve"),
    "secrecy": _("Secret du vote"),
    "eligibility": _("Qui peut voter"),
    "whole_ballots": _("Publication des bulletins entiers"),
    "options": _("Options"),
    "phase": _("Dates du vote"),
}
# Setting of a method -> the text of its value, or of each value.
SETTINGS: dict[str, str | dict[str, str]] = {
    "missing": {
        "worst": _("une option laissée sans mention compte comme la mention la plus basse"),
        "median": _("une option laissée sans mention compte comme sa mention majoritaire"),
        "normalised": _("une option laissée sans mention n’est jugée que par les autres bulletins"),
        "exclude": _(
            "une option laissée sans mention n’est jugée que par les autres bulletins, s’ils sont "
            "assez nombreux"
        ),
        "zero": _("une option laissée sans note compte comme un 0"),
        "mean": _("une option laissée sans note n’est jugée que par les autres bulletins"),
    },
    "quorum": _("%(value)s bulletins au moins doivent juger une option"),
    "max_score": _("notes de 0 à %(value)s"),
    "points_per_voter": _("%(value)s points par bulletin"),
    "credits": _("%(value)s crédits par bulletin"),
    "utility": UTILITY_LABELS,
    "completion": COMPLETION_LABELS,
}
_LABELS = {  # field -> labels of its codes
    "method": METHOD_LABELS,
    "compared": METHOD_LABELS,
    "secrecy": SECRECY_LABELS,
    "eligibility": ELIGIBILITY_LABELS,
}


def field_name(lang: str, subject: int, field: str) -> str:
    """Name of a field; `subject`: 0, or the number of the vote that it belongs to."""
    if field.startswith("phases."):
        kind = label(lang, PHASE_LABELS, field.split(".")[1])
        return translate(lang, _("Dates de l’étape « %(phase)s »"), phase=kind)
    name = translate(lang, FIELDS[field])
    if subject:
        return translate(lang, _("Vote %(number)s, %(name)s"), number=subject, name=name.lower())
    return name


def change_lines(lang: str, subject: int, differences: Sequence[ChangedField]) -> list[ChangeLine]:
    """The differences of one change, in words."""
    return [
        ChangeLine(
            field_name(lang, subject, one.field),
            _worded(lang, one.field, one.before),
            _worded(lang, one.field, one.after),
        )
        for one in differences
    ]


def _worded(lang: str, field: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if field.startswith("phases.") or field == "phase":
        opens, closes = (moment(lang, datetime.fromisoformat(text)) for text in value[-2:])
        return translate(lang, _("du %(begin)s au %(end)s"), begin=opens, end=closes)
    if field in _LABELS:
        return label(lang, _LABELS[field], value)
    if field == "method_options":
        return semicolon(lang).join(_settings(lang, value))
    if field == "budget":
        return euros(lang, value)
    if field == "whole_ballots":
        return translate(lang, _("oui")) if value else translate(lang, _("non"))
    if field == "options":
        value = [_option(lang, *option) for option in value]
    if isinstance(value, list):
        return semicolon(lang).join(value)
    return str(value)


def _option(lang: str, title: str, description: str, cost: int | None = None) -> str:
    return " – ".join(filter(None, (title, description, euros(lang, cost) if cost else "")))


def _settings(lang: str, chosen: Mapping[str, str]) -> list[str]:
    """The sentence of each setting of a method; the one of the completion also says `increment`."""
    step = euros(lang, int(chosen.get("increment", "1")))
    found = []
    for name, value in chosen.items():
        said = SETTINGS.get(name, "")
        text = said[value] if isinstance(said, dict) else said
        found.append(translate(lang, text, value=value, step=step) if text else "")
    return [text for text in found if text]
