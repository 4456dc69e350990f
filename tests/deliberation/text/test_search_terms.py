"""Searching in French: accents folded, articles left aside, the last word may be unfinished."""

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.text.search_terms import search_terms


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("les arbres", "arbres:*"),
        ("L’Été à la gare", "ete & gare:* | etegare:*"),
        ("  ", ""),
        ("le la les", ""),
        ("cœur & 'ville' | !", "coeur & ville:* | coeurville:*"),
        ("pistes) OR 1=1 --", "pistes & or & 1 & 1:* | pistesor & 1 & 1:*"),
        ("Vélos, eaux", "velo & eau:* | veloeau:*"),
        ("\U0001f600 !", ""),
    ],
)
def test_what_is_typed_becomes_terms(typed: str, terms: str) -> None:
    assert search_terms(typed) == terms


@pytest.mark.parametrize(
    ("typed", "found"),
    [("arbre", True), ("Arbres", True), ("ecole", True), ("éco", True), ("piscine", False)],
)
async def test_the_database_finds_it(app: AppContext, typed: str, found: bool) -> None:
    query = text("SELECT to_tsvector('french', fold(:body)) @@ to_tsquery('french', :terms)")
    values = {"body": "Planter des arbres devant l’École", "terms": search_terms(typed)}
    async with transaction(app.engine) as db:
        assert await db.scalar(query, values) is found


async def test_folding_is_the_same_whatever_the_server(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        folded = await db.scalar(text("SELECT fold('Œuvre d’ÉTÉ, Ægir, ÇÀ')"))
    assert folded == "oeuvre d ete, aegir, ca"
