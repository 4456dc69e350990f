"""People whom a text does not know are named by epicene words, or by both forms."""

import re

from deliberation.i18n.check import texts

# What French law calls so.
LEGAL = ("consultation des électeurs", "numéro d’électeur")
# A man's form -> the woman's that must stand in the same text.
BOTH = {
    r"auteurs?": r"autrices?",
    r"électeurs?": r"électrices?",
    r"citoyens?": r"citoyennes?",
    r"habitants?": r"habitantes?",
    r"votants?": r"votantes?",
    r"participants?": r"participantes?",
    r"administrateurs?": r"administratrices?",
    r"modérateurs?": r"modératrices?",
    r"utilisateurs?": r"utilisatrices?",
    r"lecteurs?": r"lectrices?",
    r"élus?": r"élues?",
    r"agents?": r"agentes?",
    r"conseillers?": r"conseillères?",
    r"directeurs?": r"directrices?",
    r"délégués?": r"déléguées?",
    r"adhérents?": r"adhérentes?",
    r"inconnus": r"inconnues",
    r"(?:un|le|du|au|aucun) dépositaire": r"une ou un|la ou le",
    r"(?:vous|rester) (?:[\wêà]+ ){0,3}(?:connecté|identifié|inscrit|prévenu|invité)": r"\w+ée",
    r"qui \w+[^.]* n’est pas prévenu": r"prévenue",
}


def masculine(text: str) -> list[str]:
    """The men's forms of a text that stand there without the women's."""
    for words in LEGAL:
        text = text.replace(words, "")
    return [
        found[0]
        for man, woman in BOTH.items()
        if (found := re.search(rf"\b{man}\b", text, re.I))
        and not re.search(rf"\b{woman}\b", text, re.I)
    ]


def test_no_text_speaks_of_unknown_people_as_men() -> None:
    sentences = [one for text in texts() for one in ((text,) if isinstance(text, str) else text)]
    told = {one: found for one in sentences if (found := masculine(one))}
    assert told == {}


def test_what_this_would_find() -> None:
    for wrong in (
        "Retirée par son auteur",
        "Rester connecté",
        "Qui vote par un lien n’est pas prévenu.",
        "un dépositaire n° 3",
    ):
        assert masculine(wrong), wrong
    for right in ("Les élues et les élus", "une consultation des électeurs"):
        assert not masculine(right), right
