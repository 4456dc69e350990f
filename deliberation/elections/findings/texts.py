"""Sentences of a verification report: each claim that holds or not, each fault, each bad file.

The codes are those of `sealed_protocol`; hashes and fingerprints are never worded.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from deliberation.explanations.invalid_files import reason
from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate


class Claim(NamedTuple):
    """The sentences of a claim that holds and of one that does not."""

    holds: str
    fails: str


CLAIMS: dict[str, Claim] = {
    "board": Claim(
        _(
            "Le tableau public est intact : chaque écriture suit la précédente et porte la "
            "signature du site. Écritures : %(entries)s ; bulletins scellés : %(ballots)s."
        ),
        _("Le tableau public n’est pas intact."),
    ),
    "grown": Claim(
        _(
            "Le tableau n’a fait que s’allonger depuis la copie gardée. Écritures déjà connues : "
            "%(entries)s."
        ),
        _("Le tableau n’est plus celui de la copie gardée."),
    ),
    "receipt-shown": Claim(
        _("Reçu %(reference)s : le site l’a signé, et son bulletin est au tableau."),
        _("Le reçu %(reference)s ne tient pas."),
    ),
    "receipt-waiting": Claim(
        _(
            "Reçu %(reference)s : le site l’a signé ; son bulletin doit être au tableau au plus "
            "tard à la clôture."
        ),
        _("Le reçu %(reference)s ne tient pas."),
    ),
    "receipt": Claim(
        _("Le reçu %(reference)s tient."),
        _("Le reçu %(reference)s ne tient pas."),
    ),
    "announced": Claim(
        _("Le site montre la question, les options et la méthode annoncées à l’ouverture."),
        _("Le site ne montre plus ce qui était annoncé à l’ouverture."),
    ),
    "closed": Claim(
        _(
            "La clôture dit ce que montre le tableau. Bulletins scellés, votes changés compris : "
            "%(ballots)s ; votantes et votants en ligne : %(voters)s."
        ),
        _("La clôture ne dit pas ce que montre le tableau."),
    ),
    "same-vote": Claim(
        _(
            "Le procès-verbal est bien celui de ce vote : même question, même clôture, et son "
            "empreinte est au tableau."
        ),
        _("Le procès-verbal n’est pas celui de ce vote."),
    ),
    "signed": Claim(
        _(
            "Le procès-verbal est signé par %(names)s ; il fallait %(needed)s dépositaires sur "
            "%(trustees)s."
        ),
        _(
            "Le procès-verbal n’est pas signé comme il le faut : par %(needed)s dépositaires sur "
            "%(trustees)s."
        ),
    ),
    "adds-up": Claim(
        _(
            "Les nombres s’accordent. Bulletins comptés : %(counted)s ; personnes sur la liste : "
            "%(electors)s."
        ),
        _("Les nombres ne s’accordent pas."),
    ),
    "complete": Claim(
        _(
            "Les dépositaires ont ouvert tous les bulletins scellés (%(versions)s) et n’ont relevé "
            "aucune anomalie."
        ),
        _("Les dépositaires ont relevé des anomalies."),
    ),
    "readable": Claim(
        _("Tous les fichiers ont la forme attendue."),
        _("Un de ces fichiers n’a pas la forme attendue : le reste ne peut pas être vérifié."),
    ),
    "recount": Claim(
        _(
            "Recompté à partir du fichier public, le résultat est celui du procès-verbal. En "
            "tête : %(winners)s."
        ),
        _("Le fichier public ne donne pas le résultat du procès-verbal."),
    ),
}
FAULTS: dict[str, str] = {
    # the board alone
    "board-empty": _("le tableau est vide."),
    "board-other-poll": _("l’écriture n° %(number)s est celle d’un autre vote."),
    "board-number": _("l’écriture n° %(number)s porte le numéro %(found)s."),
    "board-chain": _("l’écriture n° %(number)s ne suit pas celle qui la précède."),
    "board-signature": _("l’écriture n° %(number)s n’est pas signée par le site."),
    "board-order": _("l’écriture n° %(number)s (%(kind)s) ne peut pas venir à cette place."),
    "board-repeated-hash": _(
        "l’écriture n° %(number)s montre une deuxième fois le bulletin %(hash)s."
    ),
    "board-damaged": _("l’écriture n° %(number)s ne peut pas être lue."),
    # the board compared with a copy of it
    "board-shorter": _("le tableau avait %(had)s écritures, il n’en a plus que %(has)s."),
    "board-rewritten": _("le tableau a été récrit à partir de l’écriture n° %(number)s."),
    "board-head-differs": _(
        "la tête que le site annonce, écriture n° %(number)s, n’est pas celle de son tableau."
    ),
    # the ballot box compared with the board
    "ballot-missing": _("le bulletin %(hash)s est au tableau, mais pas dans l’urne."),
    "ballot-not-on-board": _("le bulletin %(hash)s est dans l’urne, mais pas au tableau."),
    "ballot-unreadable": _("le bulletin %(hash)s n’a pas pu être ouvert."),
    "paper-differs": _("le lot n° %(number)s de bulletins papier n’est pas celui du tableau."),
    "close-differs": _("%(what)s : %(said)s annoncés, %(found)s trouvés."),
    "marks-and-slots": _(
        "émargements en ligne : %(marks)s ; personnes qui ont un bulletin dans l’urne : %(slots)s."
    ),
    "marks-and-papers": _(
        "émargements sur papier et au guichet : %(marks)s ; bulletins saisis : %(papers)s."
    ),
    "marks-and-ballots": _(
        "il n’y a pas autant de bulletins que d’émargements ; combien n’est pas publié, car moins "
        "de dix bulletins ont été comptés."
    ),
    "more-than-electors": _(
        "bulletins comptés : %(counted)s ; personnes sur la liste : %(electors)s seulement."
    ),
    # receipts
    "receipt-forged": _("le site n’a jamais signé ce reçu."),
    "receipt-missing": _(
        "le site a signé ce reçu, le vote est clos, et son bulletin n’est pas au tableau. Gardez "
        "le reçu : il prouve que le site l’avait reçu."
    ),
    # what the site shows now
    "announced-differs": _("%(what)s : ce n’est pas ce qui est annoncé au tableau."),
    # the minutes
    "minutes-missing": _("le tableau annonce un procès-verbal, et le site ne le donne pas."),
    "minutes-other-board": _("le procès-verbal parle d’un autre vote, ou d’une autre clôture."),
    "minutes-other-question": _("le procès-verbal ne répond pas à la question annoncée."),
    "minutes-not-on-board": _("l’empreinte de ce procès-verbal n’est pas au tableau."),
    "signature-of-nobody": _(
        "une signature est donnée sous le n° %(number)s, qui n’est celui d’aucune clé de "
        "dépositaire."
    ),
    "signature-of-stranger": _("%(name)s n’est pas dépositaire de ce vote."),
    "signature-other-minutes": _("la signature de %(name)s porte sur un autre procès-verbal."),
    "signature-wrong": _("la signature de %(name)s n’est pas celle de ce procès-verbal."),
    "too-few-signatures": _("signatures valables : %(count)s ; il en faut %(needed)s."),
    # the recount
    "recount-missing": _("le fichier de recomptage manque."),
    "recount-other-file": _(
        "le fichier de recomptage n’est pas celui dont le procès-verbal donne l’empreinte."
    ),
    "recount-invalid": _("le fichier de recomptage ne peut pas être compté : %(reason)s"),
    "recount-differs": _("le recomptage ne donne pas le résultat du procès-verbal."),
}
# Fault -> the name of its number of ballots, which is shown with that of marks.
PARTED = {"marks-and-slots": "slots", "marks-and-papers": "papers"}
MARKS_ALONE = _("Émargements sans bulletin : %(count)s.")
BALLOTS_ALONE = _(
    "Bulletins sans émargement : %(count)s ; rien ne dit de qui ils sont, et ils sont comptés."
)
ACTED = _("%(what)s : %(count)s.")
MANY_CODES = _(
    "Plus d’un code sur cent a été remplacé : qui accorde un code pourrait s’en servir. Demandez "
    "pourquoi ils ont été perdus."
)
UNKNOWN = _("anomalie d’un genre inconnu de ce programme : %(code)s.")
# What is counted, where two counts are compared; or what is shown, where it should not change.
WHAT: dict[str, str] = {
    "marks": _("Émargements en ligne"),
    "slots": _("Personnes qui ont un bulletin dans l’urne"),
    "versions": _("Bulletins scellés, votes changés compris"),
    "papers": _("Votes sur papier et au guichet"),
    "electors": _("Personnes sur la liste"),
    "roll": _("Empreinte de la liste"),
    "counted": _("Bulletins comptés en ligne ou illisibles"),
    "codes": _("Codes perdus remplacés"),
    "undone": _("Émargements annulés"),
    "looks": _("Fois où l’équipe a appris qu’une personne de la liste avait déjà voté"),
    "question": _("Question"),
    "choices": _("Options"),
    "ballot": _("Bulletin"),
    "grades": _("Mentions"),
    "method": _("Méthode"),
    "method_options": _("Réglages de la méthode"),
    "compared": _("Méthode montrée à côté"),
    "approved_from": _("Mention qui vaut approbation"),
    "tie_seed": _("Départage des égalités"),
    "whole_ballots": _("Publication des bulletins entiers"),
    "seats": _("Places à pourvoir"),
    "budget": _("Enveloppe à partager"),
    "costs": _("Coûts des projets"),
}


def claim(lang: str, code: str, holds: bool, values: Mapping[str, Any]) -> str:
    """The sentence of a claim, as it holds or does not."""
    found = CLAIMS[code]
    return translate(lang, found.holds if holds else found.fails, **worded_values(lang, values))


def fault(lang: str, code: str, values: Mapping[str, Any]) -> str:
    """Sentence for one fault; it begins with a small letter in French.

    A code that this program does not know (a file of another version) is shown as it is.
    """
    if code not in FAULTS:
        return translate(lang, UNKNOWN, code=code)
    worded = worded_values(lang, values)
    if "what" in worded:
        worded["what"] = translate(lang, WHAT.get(str(values["what"]), str(values["what"])))
    if code == "recount-invalid":
        worded["reason"] = reason(lang, "not_a_recount_file", {})
    try:
        sentence = translate(lang, FAULTS[code], **{"code": code, **worded})
        return f"{sentence} {_apart(lang, marks_apart(code, values))}".strip()
    except (KeyError, TypeError):  # the file that holds the fault leaves out what it should say
        return translate(lang, UNKNOWN, code=code)


def faults(lang: str, found: Iterable[Any]) -> list[str]:
    """Each fault of a count as a sentence."""
    return [as_sentence(fault(lang, one.code, one.values)) for one in found]


def interventions(lang: str, found: Mapping[str, int], electors: int) -> list[str]:
    """Sentences on the team's interventions on single voters; a warning when many codes were
    replaced.
    """
    sentences = [
        translate(lang, ACTED, what=translate(lang, WHAT[what]), count=formats.number(lang, count))
        for what, count in found.items()
        if count and what in WHAT
    ]
    if found.get("codes", 0) * 100 > electors > 0:
        sentences.append(translate(lang, MANY_CODES))
    return sentences


def marks_apart(code: str, values: Mapping[str, Any]) -> int:
    """Number of marks minus number of ballots that a fault reports; 0 for other faults.

    Raises `KeyError` or `TypeError` when the file that holds the fault leaves out its counts.
    """
    if code not in PARTED:
        return 0
    more: int = values["marks"] - values[PARTED[code]]
    return more


def as_sentence(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


def _apart(lang: str, more: int) -> str:
    """Sentence on the difference of the numbers of marks and ballots."""
    if not more:
        return ""
    sentence = MARKS_ALONE if more > 0 else BALLOTS_ALONE
    return translate(lang, sentence, count=formats.number(lang, abs(more)))


def worded_values(lang: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as the language writes them, names listed; anything else as it is."""
    return {name: _word(lang, name, value) for name, value in values.items()}


def _word(lang: str, name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        items = [str(item) for item in value]
        return formats.joined(
            lang, [quoted(lang, item) for item in items] if name == "winners" else items
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.number(lang, value)
    return str(value)
