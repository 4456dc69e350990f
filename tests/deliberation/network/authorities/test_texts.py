"""The home says who consults from what exists."""

import pytest

from deliberation.network.authorities.model import KINDS
from deliberation.network.authorities.texts import KIND_LABELS, who_consults


def test_prof_35_the_home_of_one_commune_speaks_of_that_commune() -> None:
    assert who_consults("fr", [("commune", "Bourg")]).startswith("Ici, Bourg vous consulte, ")
    assert "consulte encore" in who_consults("fr", [])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_prof_35_the_home_of_a_network_names_the_kinds_that_it_holds(lang: str) -> None:
    some = [("commune", "A"), ("commune", "B"), ("region", "C")]
    said = who_consults(lang, some)
    assert ("des communes et une région" if lang == "fr" else "communes and a region") in said
    assert "intercommunalit" not in said
    for kind in KINDS:
        assert "%" not in who_consults(lang, [(kind, "A"), (kind, "B")])


def test_prof_35_every_kind_of_authority_is_named() -> None:
    assert set(KINDS) == set(KIND_LABELS)
