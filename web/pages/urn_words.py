"""What agents read of a ballot box: what is lacking, and where it is seen to."""

from collections.abc import Sequence
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
