"""Sentences about the ballots: counted, blank, spoilt."""

from deliberation.explanations.plural import Plural
from deliberation.i18n.catalogue import mark as _

BALLOT_COUNTS: dict[str, Plural] = {
    "counted": Plural("%(num)s compté", "%(num)s comptés", "counted"),
    "partial": Plural(
        "%(num)s incomplet, compté lui aussi",
        "%(num)s incomplets, comptés eux aussi",
        "partial",
    ),
    "over_marked": Plural(
        "%(num)s qui donne le même rang à plusieurs options",
        "%(num)s qui donnent le même rang à plusieurs options",
        "over_marked",
    ),
    "blank": Plural("%(num)s blanc", "%(num)s blancs", "blank"),
    "over_spent": Plural(
        "%(num)s écarté, qui dépense trop de points",
        "%(num)s écartés, qui dépensent trop de points",
        "over_spent",
    ),
    "invalid": Plural("%(num)s non valable", "%(num)s non valables", "invalid"),
}
BALLOTS = Plural(
    "%(received)s bulletin reçu : %(boxes)s.",
    "%(received)s bulletins reçus : %(boxes)s.",
    "received",
)
ALL_COUNTED = Plural(
    "%(received)s bulletin reçu et compté.",
    "%(received)s bulletins reçus, tous comptés.",
    "received",
)
NO_BALLOTS = _("Aucun bulletin reçu.")
