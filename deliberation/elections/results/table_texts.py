"""The columns of a result's table: what each is called in a spreadsheet, and what it holds."""

from typing import NamedTuple

from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import sentence, translate


class Column(NamedTuple):
    """A column: the key of `COLUMNS`, and the option, grade or round that it is about."""

    key: str
    about: str = ""

    @property
    def name(self) -> str:
        """The column's name for programs; a grade's column has the grade's name."""
        if self.key == "grade":
            return self.about
        return NAMES.get(self.key, self.key) + self.about


# Where a column's name for programs is more than its key.
NAMES = {"over": "over ", "round": "round_", "stage": "stage_"}
# Key -> what a spreadsheet calls the column, and what it holds.
COLUMNS: dict[str, tuple[str, str]] = {
    "place": (_("Rang"), _("La place de l’option ; deux options à égalité ont la même.")),
    "option": (_("Option"), _("Le nom de l’option.")),
    "majority_grade": (
        _("Mention majoritaire"),
        _("La mention que plus de la moitié des bulletins donnent ou dépassent."),
    ),
    "grade": ("%(about)s", _("Les bulletins qui donnent cette mention à l’option.")),
    "no_judgment": (
        _("Sans avis"),
        _(
            "Les bulletins qui ne donnent aucune mention à cette option, mais en donnent à une "
            "autre."
        ),
    ),
    "no_judgment_read_as": (
        _("Sans avis compté comme"),
        _(
            "La mention que la règle du vote donne à un bulletin sans avis ; vide si elle n’en "
            "donne pas."
        ),
    ),
    "blank": (_("Bulletins blancs"), _("Les bulletins sans aucun choix.")),
    "ballots": (
        _("Bulletins reçus"),
        _("Tous les bulletins : les mentions, les sans avis et les blancs."),
    ),
    "score": (_("Score"), _("Ce que la méthode additionne pour l’option.")),
    "elected": (_("Une place"), _("1 si l’option a une place, 0 sinon.")),
    "funded": (_("Projet retenu"), _("1 si le projet est retenu, 0 sinon.")),
    "cost": (_("Coût"), _("Le coût du projet, en euros.")),
    "votes": (_("Voix"), _("Les bulletins qui soutiennent le projet, ou les points reçus.")),
    "stage": (
        _("Étape %(about)s"),
        _("Les voix de l’option à cette étape ; vide une fois éliminée."),
    ),
    "approvals": (_("Approbations"), _("Les bulletins qui approuvent l’option.")),
    "over": (
        _("Devant %(about)s"),
        _("Les bulletins qui classent l’option de la ligne devant celle de la colonne."),
    ),
    "round": (
        _("Tour %(about)s"),
        _("Les voix ou les points de l’option à ce tour ; vide une fois éliminée."),
    ),
    "marks_without_ballots": (
        _("Émargements sans bulletin"),
        _("Les personnes marquées comme ayant voté, et dont aucun bulletin n’a été trouvé."),
    ),
    "ballots_without_marks": (
        _("Bulletins sans émargement"),
        _("Les bulletins pour lesquels personne n’est marqué."),
    ),
}


def heading(lang: str, column: Column) -> str:
    """Heading of a spreadsheet column."""
    about = sentence(lang, column.about) if column.key == "grade" else column.about
    return (
        translate(lang, COLUMNS[column.key][0], about=about)
        if about
        else (translate(lang, COLUMNS[column.key][0]))
    )


def dictionary(lang: str, columns: list[Column]) -> list[tuple[str, str]]:
    """Each kind of column and what it holds, once."""
    first = {column.key: column for column in reversed(columns)}
    kinds = [column for column in columns if first[column.key] is column]
    return [(heading(lang, one), translate(lang, COLUMNS[one.key][1])) for one in kinds]
