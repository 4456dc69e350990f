"""F10, P11: proposals are found as French is typed, by their words and by who wrote them."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.network.people.commands import Profile, change_profile, delete_account
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.proposals.lists import MOST, proposal_list
from deliberation.process.proposals.structs import ProposalSearch
from deliberation.process.subjects.model import BLOCK
from deliberation.views.consultations.lists import ConsultationSearch, consultation_list
from tests.builders import (
    a_consultation,
    a_person,
    a_proposal,
    an_authority,
    request_context,
    unique,
)

_NUMBERED = text("UPDATE consultation SET proposal_count = :count WHERE id = :id")
_ANSWERED = text(
    "UPDATE subject SET answer = 'studied'"
    " WHERE consultation_id = :id AND kind = 'proposal' AND number = :number"
)
# Of a proposal, as many as there are numbers up to `last`.
_COPIES = [
    text(
        """
        INSERT INTO subject (id, authority_id, consultation_id, kind, number, author_id, title,
            body, created_at, published_at)
        SELECT gen_random_uuid(), authority_id, consultation_id, kind, n, author_id, title, body,
            created_at, published_at + n * interval '1 second'
        FROM subject CROSS JOIN generate_series(CAST(:number AS integer) + 1, :last) AS n
        WHERE consultation_id = :consultation AND kind = 'proposal'
        """
    ),
    text(
        """
        INSERT INTO proposal (id, version, support_count)
        SELECT id, 1, 0 FROM subject
        WHERE consultation_id = :consultation AND kind = 'proposal' AND number > :number
        """
    ),
    text("UPDATE consultation SET proposal_count = :last WHERE id = :consultation"),
]
# What was written -> queries that must find it.
WRITTEN = {
    "Un «\u00a0vélopartage\u00a0» au marché": ["vélopartage", "« vélopartage »"],
    "Deux mots\u00a0collés ensemble": ["mots collés", "colles"],
    "Passer la rue à 20 km/h": ["20 km/h", "km", "20\u202fkm/h"],
    "Relier école/conservatoire": ["conservatoire", "école", "école/conservatoire"],
    "Après la covid-19, aérer": ["covid-19", "covid 19", "19"],
    "Le plan 2026-2030 du quartier": ["2030", "2026-2030", "plan 2026"],
    "Des vélos pour toutes": ["velo", "vélos", "Vélo", "velos"],
    "Un rond-point plus sûr": ["rondpoint", "rond-point", "rond point", "ronds-points"],
    "Le rondpoint du nord": ["rond-point nord", "rond point", "rondpoint"],
    "Les eaux de pluie n°5": ["eau", "n° 5", "pluie/eaux"],
    "Ouvrir (enfin) le «\u202fparc\u202f»…": ["parc", "(parc)", "enfin"],
    "L\u2019arc\u2011en\u2011ciel des écoles": ["arc-en-ciel", "arcenciel", "ciel"],
}


@pytest.mark.parametrize("title", WRITTEN)
async def test_f10_what_is_typed_finds_what_was_written(app: AppContext, title: str) -> None:
    page = await a_consultation(app, await an_authority(app))
    await a_proposal(app, page, title=title, body="Comme cela se fait ailleurs.")
    await a_proposal(app, page, title="Planter des haies", body="Le long du chemin, en hiver.")
    async with request_context(app) as ctx:
        for words in WRITTEN[title]:
            found = await proposal_list(ctx, page.ref, ProposalSearch(words=words))
            assert [one.title for one in found.items] == [title], words


@pytest.mark.parametrize("words", ["\U0001f600", "!!!", "«\u00a0»", "le la les", "--"])
async def test_words_with_nothing_to_search_for_find_nothing(app: AppContext, words: str) -> None:
    page = await a_consultation(app, await an_authority(app))
    await a_proposal(app, page, title="Planter des haies", body="Le long du chemin, en hiver.")
    async with request_context(app) as ctx:
        assert (await proposal_list(ctx, page.ref, ProposalSearch(words=words))).total == 0
        assert (await consultation_list(ctx, ConsultationSearch(words=words))).items == []
        assert (await proposal_list(ctx, page.ref, ProposalSearch(words="  "))).total == 1


@pytest.mark.parametrize("sort", ["newest", "random", "supported"])
async def test_words_are_found_in_all_blocks_whichever_the_first(
    app: AppContext, sort: Any
) -> None:
    page = await a_consultation(app, await an_authority(app), themes=["Écoles"])
    words = ProposalSearch(words="arceaux", sort=sort)
    slug, numbers = page.card.slug, [1, BLOCK, 2 * BLOCK + 5, 2 * BLOCK + 6]
    for number in numbers:
        async with request_context(app) as ctx:
            values = {"id": page.card.id, "count": number - 1}
            await ctx.db.execute(_NUMBERED, values)
        assert await a_proposal(app, page, theme="Écoles") == number
    async with request_context(app) as ctx:
        await ctx.db.execute(_ANSWERED, {"id": page.card.id, "number": BLOCK})
        ref = (await consultation_page(ctx, slug)).ref
        for seed in range(4):
            search = msgspec.structs.replace(words, seed=seed, theme="Écoles")
            found = await proposal_list(ctx, ref, search)
            assert sorted(one.number for one in found.items) == numbers
        for answered, expected in (("yes", [BLOCK]), ("no", sorted({*numbers} - {BLOCK}))):
            search = msgspec.structs.replace(words, answered=answered)
            found = await proposal_list(ctx, ref, search)
            assert sorted(one.number for one in found.items) == expected


async def test_of_more_than_are_counted_the_newest_are_found_or_those_from_a_drawn_one_on(
    app: AppContext,
) -> None:
    page, last = await a_consultation(app, await an_authority(app)), 2 * MOST
    first = {"consultation": page.card.id, "number": await a_proposal(app, page), "last": last}
    async with request_context(app) as ctx:
        for statement in _COPIES:
            await ctx.db.execute(statement, first)
    async with request_context(app) as ctx:
        ref = (await consultation_page(ctx, page.card.slug)).ref
        found = await proposal_list(ctx, ref, ProposalSearch(words="arceaux", sort="newest"))
        assert [one.number for one in found.items] == [*range(last, last - len(found.items), -1)]
        assert (found.total, found.at_least) == (MOST, True)
        shown = set[bool]()
        for seed in range(8):
            search = ProposalSearch(words="arceaux", sort="random", seed=seed)
            found = await proposal_list(ctx, ref, search)
            shown |= {one.number > MOST + 1 for one in found.items}
        assert shown == {True, False}


async def test_p11_a_proposal_is_found_by_its_author_where_it_is_public(app: AppContext) -> None:
    page = await a_consultation(app, await an_authority(app))
    author = await a_person(app, name="Maëlle Kerdoncuff")
    await a_proposal(app, page, title="Planter des haies", author=author)
    async with request_context(app) as ctx:
        for words in ("kerdoncuff", "Maelle", "maëlle kerd"):
            found = await proposal_list(ctx, page.ref, ProposalSearch(words=words))
            assert [one.author for one in found.items] == ["Maëlle Kerdoncuff"], words
        both = await proposal_list(ctx, page.ref, ProposalSearch(words="haies kerdoncuff"))
        assert both.total == 1


async def test_a_proposal_is_found_by_the_name_that_its_author_bears_now(app: AppContext) -> None:
    page = await a_consultation(app, await an_authority(app))
    author = await a_person(app, name="Maëlle Kerdoncuff")
    await a_proposal(app, page, title="Planter des haies", author=author)

    async def found(words: str) -> int:
        async with request_context(app) as ctx:
            return (await proposal_list(ctx, page.ref, ProposalSearch(words=words))).total

    async with request_context(app, author) as ctx:
        await change_profile(ctx, Profile(name="Maëlle Tanguy", lang="fr", notify=False))
    assert [await found(words) for words in ("kerdoncuff", "tanguy", "haies")] == [0, 1, 1]
    async with request_context(app, author) as ctx:
        await delete_account(ctx)
    assert [await found(words) for words in ("maelle", "tanguy", "haies")] == [0, 0, 1]


async def test_p11_consultations_are_searched_as_proposals_are(app: AppContext) -> None:
    word = unique("zebulon").replace("-", "")
    page = await a_consultation(app, await an_authority(app), title=f"Des vélos {word}/école")
    async with request_context(app) as ctx:
        for words in (word, f"velo {word}", f"{word} ECOLE"):
            found = await consultation_list(ctx, ConsultationSearch(words=words))
            assert [card.slug for card in found.items] == [page.card.slug]
