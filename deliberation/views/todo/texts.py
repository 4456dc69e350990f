"""Sentences of the to-do list about votes, and the page where each task is done.

The kinds are those of `todo.votes`.
"""

from typing import Any, NamedTuple

from deliberation.core.cursor import MOST_COUNTED
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate


class TaskWords(NamedTuple):
    """Words of a task: what to do, the end of its page's address, and what its date means."""

    todo: str
    page: str
    date: str


OPENS = _("le vote ouvre le %(moment)s")
BEGUN = _("le vote a commencé le %(moment)s")
CLOSES = _("le vote ferme le %(moment)s")
ENDS = _("jusqu’au %(moment)s")
SINCE = _("depuis le %(moment)s")

TASKS: dict[str, TaskWords] = {
    "question": TaskWords(_("Écrire la question du vote"), "#vote", OPENS),
    "roll": TaskWords(_("Charger la liste des personnes appelées à voter"), "/urne/liste", OPENS),
    "countersigners": TaskWords(
        _("Nommer deux personnes qui contresignent"), "/urne/contreseing", OPENS
    ),
    "codes": TaskWords(_("Codes perdus à décider : %(count)s"), "/urne/codes", CLOSES),
    "extensions": TaskWords(_("Prolongations à décider : %(count)s"), "/urne/prolongation", CLOSES),
    "undoings": TaskWords(
        _("Émargements à annuler ou non : %(count)s"), "/urne/%(poll)s/papier", ENDS
    ),
    "typing": TaskWords(
        _("Lots de bulletins à saisir une seconde fois : %(count)s"), "/urne/%(poll)s/papier", ENDS
    ),
    "papers": TaskWords(
        _("Émargements sur papier ou au guichet sans bulletin saisi deux fois : %(count)s"),
        "/urne/%(poll)s/papier",
        ENDS,
    ),
    "lacking": TaskWords(_("Compléter ce qui manque pour ouvrir l’urne"), "/urne", SINCE),
    "trustees": TaskWords(
        _("Remettre l’urne aux dépositaires, puis publier le compte"),
        "/urne/%(poll)s/compte",
        SINCE,
    ),
    "late": TaskWords(_("Le site n’a pas fait ce qu’il devait : voir pourquoi"), "/urne", SINCE),
}


class TaskText(NamedTuple):
    """A task as it is listed: what, the end of its address, and its date."""

    todo: str
    page: str
    date: str


def task_text(lang: str, task: Any) -> TaskText:
    """The words of a task (a `todo.votes.VoteTask`)."""
    words = TASKS[task.kind]
    date = BEGUN if words.date == OPENS and task.late else words.date
    when = translate(lang, date, moment=formats.moment(lang, task.until)) if task.until else ""
    count = formats.number(lang, task.count)
    if task.count == MOST_COUNTED:
        count = translate(lang, _("%(count)s ou plus"), count=count)
    return TaskText(
        translate(lang, words.todo, count=count),
        words.page % {"poll": task.poll},
        when,
    )
