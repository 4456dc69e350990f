"""Texts for agents about a ballot box: opening requirements, and errors of what they typed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deliberation.core.context import RequestContext
from deliberation.elections.ballot_box.lifecycle import MissingRequirement
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from deliberation.i18n.formats import moment, translate_count
from deliberation.views.ballot_boxes.queries import BallotBoxView
from deliberation.views.todo.votes import HURRY


class OpeningStep(NamedTuple):
    """A missing requirement, what to do about it, and on which page (the end of its address)."""

    missing: str
    todo: str
    page: str


class OptionalPage(NamedTuple):
    """A page on what only some votes have.

    `of`: the field of `Overview` that says whether one has it; `absent`: what the page says if not.
    """

    of: str
    name: str
    absent: str


NO_ROLL = _("Aucun vote de cette consultation n’a de liste des personnes appelées à voter.")
NOT_SEALED = _("Aucun vote de cette consultation n’est scellé.")
PARTS: dict[str, OptionalPage] = {
    "roll": OptionalPage("rolled", _("La liste"), NO_ROLL),
    "codes": OptionalPage(
        "by_code", _("Les codes"), _("Aucun vote de cette consultation ne demande de code.")
    ),
    "signers": OptionalPage("rolled", _("Qui contresigne"), NO_ROLL),
    "trustees": OptionalPage("sealed", _("Les dépositaires"), NOT_SEALED),
    "extension": OptionalPage("sealed", _("Prolonger le vote"), NOT_SEALED),
}

STEPS: dict[str, OpeningStep] = {
    "roll": OpeningStep(
        _("Personne n’est encore sur la liste."),
        _("Chargez la liste des personnes appelées à voter."),
        "/liste",
    ),
    "codes": OpeningStep(
        _("Des personnes de la liste n’ont pas de code : %(count)s."),
        _("Tirez les codes, puis imprimez et postez les courriers."),
        "/codes",
    ),
    "countersigners": OpeningStep(
        _("Les personnes qui contresignent ne sont pas nommées : %(count)s à ce jour."),
        _("Nommez-en deux au moins."),
        "/contreseing",
    ),
    "trustees": OpeningStep(
        _("Il manque des dépositaires : %(count)s à ce jour."),
        _("Désignez trois ou cinq dépositaires et enregistrez leur clé publique."),
        "/depositaires",
    ),
    "rehearsal": OpeningStep(
        _("La répétition n’est pas faite."),
        _("Faites ouvrir l’urne d’essai par chaque dépositaire."),
        "/depositaires",
    ),
    "folder-unwritable": OpeningStep(
        _("Le site ne peut pas écrire dans son dossier de clés."),
        _("Prévenez la personne qui exploite le site : ce dossier se règle sur le serveur."),
        "",
    ),
    "folder-several": OpeningStep(
        _("Les programmes du site n’utilisent pas tous le même dossier de clés."),
        _("Prévenez la personne qui exploite le site : ce dossier se règle sur le serveur."),
        "",
    ),
}


def worded_requirements(
    lang: str, found: Sequence[MissingRequirement]
) -> list[tuple[str, str, str]]:
    """(missing requirement, what to do, where) of each."""
    return [
        (
            translate(lang, STEPS[one.code].missing, **one.values),
            translate(lang, STEPS[one.code].todo),
            STEPS[one.code].page,
        )
        for one in found
    ]


def worded_hurry(ctx: RequestContext, ballot_box: BallotBoxView) -> str:
    """On the last day of a vote: the warning that paper ballots are still to be entered."""
    closes_at = ballot_box.poll.closes_at
    if not ballot_box.awaited or ballot_box.poll.state != "open" or closes_at is None:
        return ""
    if closes_at - ctx.now > HURRY:
        return ""
    return translate_count(
        ctx.lang,
        "Le vote ferme le %(moment)s, et %(num)s personne émargée sur papier ou au guichet n’a pas "
        "encore son bulletin saisi deux fois.",
        "Le vote ferme le %(moment)s, et %(num)s personnes émargées sur papier ou au guichet n’ont "
        "pas encore leur bulletin saisi deux fois.",
        ballot_box.awaited,
        moment=moment(ctx.lang, closes_at),
    )


def number_lines(lang: str, errors: Mapping[str, str], named: Sequence[str]) -> dict[str, str]:
    """The errors of a list typed one a line: each with its line, all at the one field."""
    found: dict[str, str] = {}
    sentences = []
    for path, sentence in errors.items():
        name, _dot, place = path.partition(".")
        if name == "voters" and place.isdecimal():
            line = int(place)
            words = {"line": line + 1, "number": named[line][:40], "sentence": sentence}
            sentences.append(translate(lang, "Ligne %(line)s (%(number)s) : %(sentence)s", **words))
        else:
            found[path] = sentence
    return {**found, "voters": " ".join(sentences)} if sentences else found


def number_papers(lang: str, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of a batch: each begins with its paper's place."""
    return {
        path: translate(
            lang,
            "Bulletin %(place)s : %(sentence)s",
            place=int(path.rpartition(".")[2]) + 1,
            sentence=sentence,
        )
        if path.startswith("ballots.")
        else sentence
        for path, sentence in errors.items()
    }
