"""What the votes ask of those who run them, in words, and the page where it is done.

The kinds are those of `insights.vote_duties`.
"""

from typing import Any, NamedTuple

from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate


class Words(NamedTuple):
    """What is to be done, the page (the end of its address), and what its date says."""

    todo: str
    page: str
    date: str


OPENS = _("le vote ouvre le %(moment)s")
BEGUN = _("le vote a commencé le %(moment)s")
CLOSES = _("le vote ferme le %(moment)s")
ENDS = _("jusqu’au %(moment)s")
SINCE = _("depuis le %(moment)s")

DUTIES: dict[str, Words] = {
    "question": Words(_("Écrire la question du vote"), "#vote", OPENS),
    "roll": Words(_("Charger la liste des personnes appelées à voter"), "/urne/liste", OPENS),
    "countersigners": Words(
        _("Nommer deux personnes qui contresignent"), "/urne/contreseing", OPENS
    ),
    "codes": Words(_("Codes perdus à décider : %(count)s"), "/urne/codes", CLOSES),
    "extensions": Words(_("Prolongations à décider : %(count)s"), "/urne/prolongation", CLOSES),
    "undoings": Words(_("Émargements à annuler ou non : %(count)s"), "/urne/%(poll)s/papier", ENDS),
    "typing": Words(
        _("Lots de bulletins à saisir une seconde fois : %(count)s"), "/urne/%(poll)s/papier", ENDS
    ),
    "papers": Words(
        _("Émargements sur papier ou au guichet sans bulletin saisi deux fois : %(count)s"),
        "/urne/%(poll)s/papier",
        ENDS,
    ),
    "lacking": Words(_("Compléter ce qui manque pour ouvrir l’urne"), "/urne", SINCE),
    "trustees": Words(
        _("Remettre l’urne aux dépositaires, puis publier le compte"),
        "/urne/%(poll)s/compte",
        SINCE,
    ),
    "late": Words(_("Le site n’a pas fait ce qu’il devait : voir pourquoi"), "/urne", SINCE),
}


class Told(NamedTuple):
    """A duty as it is listed: what, the end of its address, and its date."""

    todo: str
    page: str
    date: str


def told_duty(lang: str, duty: Any) -> Told:
    """The words of a duty (an `insights.vote_duties.VoteDuty`)."""
    words = DUTIES[duty.kind]
    date = BEGUN if words.date == OPENS and duty.late else words.date
    when = translate(lang, date, moment=formats.moment(lang, duty.until)) if duty.until else ""
    return Told(
        translate(lang, words.todo, count=formats.number(lang, duty.count)),
        words.page % {"poll": duty.poll},
        when,
    )
