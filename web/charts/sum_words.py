"""Words of a chart of sums, by what the method adds up: approvals, first choices, points…"""

from typing import NamedTuple

from deliberation.i18n.catalogue import mark as _
from voting.evidence import BucklinEvidence, StarEvidence
from voting.methods import METHODS
from voting.outcome import Outcome


class SumWords(NamedTuple):
    """The sentences of a chart of sums; `%(base)s` in the note: the ballots counted."""

    title: str
    unit: str
    finding: str
    note: str


_ALL_BALLOTS = _("Une barre pleine : les %(base)s bulletins comptés.")
_ALL_POINTS = _("Une barre pleine : le plus de points possible.")
_POINTS = _("Points de chaque option")
WORDS: dict[str, SumWords] = {
    "approvals": SumWords(
        title=_("Approbations de chaque option"),
        unit=_("Approbations"),
        finding=_("%(share)s des bulletins approuvent %(option)s."),
        note=_(
            "Une barre pleine : les %(base)s bulletins comptés. Chacun peut approuver plusieurs "
            "options."
        ),
    ),
    "first_choices": SumWords(
        title=_("Premiers choix"),
        unit=_("Bulletins"),
        finding=_("%(option)s est le premier choix de %(share)s des bulletins."),
        note=_ALL_BALLOTS,
    ),
    "ranks": SumWords(
        title=_("Bulletins aux rangs comptés"),
        unit=_("Bulletins"),
        finding=_("%(option)s est aux rangs comptés sur %(share)s des bulletins."),
        note=_ALL_BALLOTS,
    ),
    "contests": SumWords(
        title=_("Points gagnés en duels"),
        unit=_("Points"),
        finding=_("%(option)s gagne le plus de duels."),
        note=_("Une barre pleine : tous les duels gagnés."),
    ),
    "final": SumWords(
        title=_POINTS,
        unit=_("Points"),
        finding=_("%(option)s gagne la finale."),
        note=_ALL_POINTS,
    ),
    "votes": SumWords(
        title=_("Voix de chaque option"),
        unit=_("Voix"),
        finding=_("%(option)s a le plus de voix."),
        note=_("Une barre pleine : la somme des voix des options au-dessus de zéro."),
    ),
    "shared": SumWords(
        title=_POINTS,
        unit=_("Points"),
        finding=_("%(option)s a le plus de points."),
        note=_("Une barre pleine : tous les points donnés."),
    ),
    "points": SumWords(
        title=_POINTS,
        unit=_("Points"),
        finding=_("%(option)s a le plus de points."),
        note=_ALL_POINTS,
    ),
}


def summed(outcome: Outcome) -> str:
    """Unit of the numbers that the method of an outcome adds up: a key of `WORDS`."""
    method = METHODS[outcome.method]
    if method.family == "points":
        return "votes" if "credits" in method.options else "shared"
    if method.family == "pairwise":
        return "contests"
    if method.ballot == "approvals":
        return "approvals"
    if method.single:
        return "first_choices"
    if isinstance(outcome.evidence, StarEvidence):
        return "final"
    return "ranks" if isinstance(outcome.evidence, BucklinEvidence) else "points"
