"""What agents read of a ballot box: what is lacking, and what is wrong in what they typed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deliberation.ballot_box.urns import Lack
from deliberation.words.catalogue import mark as _
from deliberation.words.catalogue import translate


class Step(NamedTuple):
    """What is lacking, what to do about it, and on which page (the end of its address)."""

    lacking: str
    todo: str
    page: str


STEPS: dict[str, Step] = {
    "roll": Step(
        _("Personne n’est encore sur la liste."),
        _("Chargez la liste des personnes appelées à voter."),
        "/liste",
    ),
    "codes": Step(
        _("Des personnes de la liste n’ont pas de code : %(count)s."),
        _("Tirez les codes, puis imprimez et postez les courriers."),
        "/codes",
    ),
    "trustees": Step(
        _("Les dépositaires ne sont pas tous désignés : %(count)s à ce jour."),
        _("Désignez trois ou cinq dépositaires et enregistrez leur clé publique."),
        "/depositaires",
    ),
    "rehearsal": Step(
        _("La répétition n’est pas faite."),
        _("Faites ouvrir l’urne d’essai par chaque dépositaire."),
        "/depositaires",
    ),
}


def worded_lacks(lang: str, found: Sequence[Lack]) -> list[tuple[str, str, str]]:
    """(what is lacking, what to do, where) of each lack."""
    return [
        (
            translate(lang, STEPS[one.code].lacking, **one.values),
            translate(lang, STEPS[one.code].todo),
            STEPS[one.code].page,
        )
        for one in found
    ]


def told_line(lang: str, errors: Mapping[str, str], named: Sequence[str]) -> dict[str, str]:
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


def told_paper(lang: str, errors: Mapping[str, str]) -> dict[str, str]:
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
