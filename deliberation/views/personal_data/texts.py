"""Names of the kinds of data in the export of one's own data."""

from datetime import datetime
from typing import Any

import msgspec

from deliberation.i18n.catalogue import label
from deliberation.i18n.catalogue import mark as _
from deliberation.process.subjects.kinds import KINDS
from deliberation.views.personal_data.queries import OwnData

TEXTS = _("Vos textes")
SECTION_LABELS: dict[str, str] = {
    **{f"{name}s": TEXTS for name, kind in KINDS.items() if kind.authored},
    "proposals": _("Vos propositions"),
    "comments": _("Vos arguments, questions et réponses"),
    "answers": _("Vos réponses officielles"),
    "account": _("Votre compte"),
    "roles": _("Vos rôles"),
    "sessions": _("Vos connexions ouvertes"),
    "passkeys": _("Vos clés d’accès"),
    "codes": _("Vos demandes de code récentes"),
    "mails": _("Les courriels qui vous sont adressés et que nous gardons encore"),
    "versions": _("Les versions publiées de vos propositions"),
    "follows": _("Ce que vous suivez"),
    "supports": _("Les propositions que vous soutenez"),
    "votes": _("Vos votes"),
    "rolls": _("Les listes de vote où figure votre adresse"),
    "code_requests": _("Les codes de vote que vous avez demandés ou accordés"),
    "countersigning": _("Les votes pour lesquels vous contresignez"),
    "undoings": _("Les émargements dont vous avez demandé ou accordé l’annulation"),
    "offers": _("Les rôles qui vous sont proposés, et ceux que vous avez proposés"),
    "end_requests": _("Les fins avancées et les annulations que vous avez demandées ou accordées"),
    "extensions": _("Les prolongations que vous avez demandées ou accordées"),
    "paper_batches": _("Les lots de bulletins que vous avez saisis"),
    "reports": _("Vos signalements"),
    "measures": _("Ce que la modération a décidé à votre égard"),
    "measures_taken": _(
        "Vos décisions sur des textes et des comptes, et vos réponses aux contestations"
    ),
    "moderation": _("Vos décisions de modération"),
    "journal": _("Les faits du journal qui viennent de vous"),
}


class WordedSection(msgspec.Struct, frozen=True):
    """One kind of stored data: its code, what it is called, its rows."""

    code: str
    label: str
    rows: list[dict[str, Any]]


class WordedData(msgspec.Struct, frozen=True):
    """Everything that is stored about a person, each kind by its name."""

    made_at: datetime
    sections: list[WordedSection]


def worded(lang: str, data: OwnData) -> WordedData:
    """A person's data with the names of its kinds."""
    return WordedData(
        data.made_at,
        [
            WordedSection(one.code, label(lang, SECTION_LABELS, one.code), one.rows)
            for one in data.sections
        ],
    )
