"""Labels and refusals of authorities; the sentence that says which kinds of authority consult
here.
"""

from collections import Counter
from collections.abc import Sequence

from deliberation.i18n.catalogue import in_language, mark
from deliberation.i18n.formats import joined, translate_count
from deliberation.network.authorities.model import KINDS

KIND_LABELS: dict[str, str] = {
    "commune": mark("Commune"),
    "epci": mark("Intercommunalité"),
    "department": mark("Département"),
    "region": mark("Région"),
    "association": mark("Association"),
}
REFUSALS: dict[str, str] = {
    "authority-in-use": mark(
        "Cette collectivité a une équipe, des consultations ou des décisions de modération : elle "
        "ne peut pas être supprimée."
    ),
    "not-a-slug": mark("Utilisez des lettres minuscules sans accent, des chiffres et des tirets."),
    "not-a-logo": mark("Ce logo doit être un dessin SVG simple, sans script ni image extérieure."),
    "not-a-colour": mark("Écrivez une couleur comme #0B5A5E."),
}


def who_consults(lang: str, authorities: Sequence[tuple[str, str]]) -> str:
    """The home's first sentence. `authorities`: the kind and the name of each."""
    _ = in_language(lang)
    if not authorities:
        return _("Aucune collectivité ne consulte encore ici.")
    if len(authorities) == 1:
        return _(
            "Ici, %(name)s vous consulte, publie les règles avant de commencer, et répond à la "
            "fin.",
            name=authorities[0][1],
        )
    counts = Counter(kind for kind, _name in authorities)
    kinds = [_counted(lang, kind, counts[kind]) for kind in KINDS if counts[kind]]
    return _(
        "Ici, %(who)s vous consultent, publient les règles avant de commencer, et répondent à la "
        "fin.",
        who=joined(lang, kinds),
    )


def _counted(lang: str, kind: str, count: int) -> str:
    """`une commune`, `des communes`."""
    match kind:
        case "commune":
            return translate_count(lang, "une commune", "des communes", count)
        case "epci":
            return translate_count(lang, "une intercommunalité", "des intercommunalités", count)
        case "department":
            return translate_count(lang, "un département", "des départements", count)
        case "region":
            return translate_count(lang, "une région", "des régions", count)
        case _:
            return translate_count(lang, "une association", "des associations", count)
