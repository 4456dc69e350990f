"""The authorities of a network: by name, from a letter on, by the words of a name."""

from deliberation.core.context import AppContext
from deliberation.network.authorities.queries import (
    SHOWN,
    AuthoritySearch,
    authority_list,
    first_authorities,
)
from tests.builders import an_authority, request_context, unique


async def names(app: AppContext, size: int = 50, **values: str) -> list[str]:
    """The names on all pages of a list."""
    found: list[str] = []
    cursor = ""
    while True:
        async with request_context(app) as ctx:
            page = await authority_list(ctx, AuthoritySearch(size=size, cursor=cursor, **values))
        found += [card.name for card in page.items]
        cursor = page.next
        if not cursor:
            return found


async def test_names_are_in_order_whatever_their_accents_and_equal_ones_are_all_there(
    app: AppContext,
) -> None:
    mark = unique("zz").replace("-", "")
    wanted = [f"{mark} Éclose", f"{mark} Éclose", f"{mark} Ecly", f"{mark} Œuilly"]
    for name in reversed(wanted):
        await an_authority(app, name=name)
    for size in (1, 3, 50):
        assert await names(app, size, words=mark) == wanted
    assert [name for name in await names(app, 2) if mark in name] == wanted
    assert [name for name in await names(app, start="z") if mark in name] == wanted
    assert not [name for name in await names(app, words=mark, start="z") if mark not in name]


async def test_a_commune_is_found_by_any_word_of_its_name(app: AppContext) -> None:
    mark = unique("osne").replace("-", "")
    name = f"Saint-{mark.capitalize()}-les-Étangs"
    await an_authority(app, name=name)
    for words in (mark, f"saint {mark}", f"{mark} etang", f"SAINT-{mark.upper()}", mark[:-2]):
        assert name in await names(app, words=words), words
    assert await names(app, words=f"{mark} montagne") == []


async def test_a_home_page_shows_the_first_of_each_kind_regions_first(app: AppContext) -> None:
    await an_authority(app, kind="region", name="Région Zoulou")
    for _ in range(SHOWN + 3):
        await an_authority(app)
    async with request_context(app) as ctx:
        found = await first_authorities(ctx)
    assert found[0].kind == "region"
    assert [card.kind for card in found].count("commune") == SHOWN + 1
