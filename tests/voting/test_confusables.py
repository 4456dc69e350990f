"""Names that look alike have one skeleton, whatever scripts their letters are of (UTS 39)."""

import pytest

from voting.names.confusables import skeleton

ALIKE = [
    ("\u0420\u0430ris", "Paris"),  # Cyrillic
    ("\u0391thens", "Athens"),  # Greek
    ("\u054fud", "Sud"),  # Armenian
    ("\u13a2om", "Tom"),  # Cherokee
    ("\ua4d0us", "Bus"),  # Lisu
    ("\U0001d6a8thens", "Athens"),  # mathematical Greek
    ("\uff30aris", "Paris"),  # full width
    ("L\u2019Arbre", "L'Arbre"),
    ("\u201eOui\u201c", '"Oui"'),
    ("Lot \u0406", "Lot I"),
    ("Nord\u2212Sud", "Nord-Sud"),
]
# Ordinary names that the standard's own skeleton would join.
DIFFERENT = [("Lot 1", "Lot I"), ("Lot l", "Lot I"), ("O", "0"), ("modern", "modem")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_letters_drawn_alike_give_one_skeleton(one: str, other: str) -> None:
    assert one != other
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_ordinary_names_stay_different(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("name", ["Œuvre d'Été", "Cœur", "ÎLE", "Ærø", "Łódź", "東京", "Αθήνα"])
def test_a_skeleton_is_stable(name: str) -> None:
    assert skeleton(skeleton(name)) == skeleton(name)
