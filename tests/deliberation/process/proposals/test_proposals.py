"""Proposals: who may do what, counts that stay true, lists that stay in order."""

import asyncio
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import text

from deliberation.core import clock
from deliberation.core.context import AppContext, Viewer
from deliberation.core.database import transaction
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.core.rate_limits import LIMITS
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.proposals import queries
from deliberation.process.proposals.commands import (
    edit,
    proposal_row,
    propose,
    publish,
    support,
    unsupport,
    withdraw,
)
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.queries import proposal_view, versions_of
from deliberation.process.proposals.structs import ProposalDraft, ProposalSearch
from tests.builders import a_consultation, a_person, request_context

DRAFT = ProposalDraft(title="Des arceaux à la gare", body="Il n’y a que six places à vélo.")


async def a_proposal(
    app: AppContext, page: ConsultationPage, author: Viewer | None = None, **values: Any
) -> int:
    draft = ProposalDraft(**{"title": DRAFT.title, "body": DRAFT.body, **values})
    async with request_context(app, author or await a_person(app)) as ctx:
        row = await propose(ctx, page.ref, draft)
        await publish(ctx, page.ref, row)
        return row.number


async def test_fifty_parallel_supports_of_one_person_leave_exactly_one(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    person = await a_person(app)

    async def give() -> None:
        async with request_context(app, person) as ctx:
            await support(ctx, page.ref, number)

    await asyncio.gather(*(give() for _ in range(50)))
    async with request_context(app, person) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        rows = await ctx.db.scalar(
            text("SELECT count(*) FROM support WHERE proposal_id = :id"), {"id": view.id}
        )
        events = await ctx.db.scalar(
            text("SELECT count(*) FROM event WHERE kind = 'ProposalSupported' AND actor_id = :id"),
            {"id": person.id},
        )
    assert (view.support_count, rows, events) == (1, 1, 1)


async def test_the_count_equals_the_supports_after_any_mix(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    people = [await a_person(app) for _ in range(8)]

    async def waver(person: Viewer, times: int) -> None:
        for turn in range(times):
            async with request_context(app, person) as ctx:
                await (support if turn % 2 == 0 else unsupport)(ctx, page.ref, number)

    await asyncio.gather(*(waver(person, index + 1) for index, person in enumerate(people)))
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        rows = await ctx.db.scalar(
            text("SELECT count(*) FROM support WHERE proposal_id = :id"), {"id": view.id}
        )
    assert view.support_count == rows == 4


async def test_only_its_author_sees_publishes_and_edits_a_draft(app: AppContext) -> None:
    page = await a_consultation(app)
    author, stranger = await a_person(app), await a_person(app)
    async with request_context(app, author) as ctx:
        number = (await propose(ctx, page.ref, DRAFT)).number
    async with request_context(app, stranger) as ctx:
        with pytest.raises(NotFound):
            await proposal_view(ctx, page.ref, number)
        row = await proposal_row(ctx, page.ref, number)
        for command in (
            publish(ctx, page.ref, row),
            withdraw(ctx, page.ref, row),
            edit(ctx, page.ref, row, DRAFT),
        ):
            with pytest.raises(NotFound):
                await command
        with pytest.raises(NotFound):
            await support(ctx, page.ref, number)
    async with request_context(app) as ctx:
        with pytest.raises(SignInNeeded):
            await propose(ctx, page.ref, DRAFT)


@pytest.mark.parametrize("search", [ProposalSearch(), ProposalSearch(words="arceaux")])
async def test_a_list_says_its_viewers_own_proposals_drafts_first(
    app: AppContext, search: ProposalSearch
) -> None:
    page = await a_consultation(app, proposals=(-1, 2))
    author = await a_person(app)
    published = await a_proposal(app, page, author)
    async with request_context(app, author) as ctx:
        draft = (await propose(ctx, page.ref, DRAFT)).number
        page = await consultation_page(ctx, page.card.slug)
        found = await proposal_list(ctx, page.ref, search, mine=True)
    assert [(one.number, one.state) for one in found.mine] == [
        (draft, "draft"),
        (published, "published"),
    ]
    assert [one.number for one in found.items] == [published]
    for other in (None, await a_person(app)):
        async with request_context(app, other) as ctx:
            assert (await proposal_list(ctx, page.ref, search, mine=True)).mine == []


async def test_a_public_text_keeps_its_versions_until_the_phase_ends(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await a_consultation(app, proposals=(-1, 2))
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    async with request_context(app, author) as ctx:
        row = await proposal_row(ctx, page.ref, number)
        changed = ProposalDraft(title=DRAFT.title, body="Il en faut soixante, et couvertes.")
        await edit(ctx, page.ref, row, changed)
        await edit(ctx, page.ref, row, changed)  # the same text makes no version
        view = await proposal_view(ctx, page.ref, number)
        versions = (await versions_of(ctx, view)).items
        assert [one.version for one in versions] == [2, 1]
        assert versions[1].body == DRAFT.body
        monkeypatch.setattr(queries, "VERSIONS", 1)
        newest = await versions_of(ctx, view)
        oldest = await versions_of(ctx, view, newest.next)
        assert (newest.items, oldest.items, oldest.next) == (versions[:1], versions[1:], "")
    late = await a_consultation(app, proposals=(-5, -1))
    async with transaction(app.engine) as db:
        for move in (
            "UPDATE subject SET consultation_id = :late WHERE consultation_id = :page",
            "UPDATE published_count SET consultation_id = :late WHERE consultation_id = :page",
        ):
            await db.execute(text(move), {"late": late.card.id, "page": page.card.id})
    async with request_context(app, author) as ctx:
        row = await proposal_row(ctx, late.ref, number)
        with pytest.raises(NotAllowed) as refusal:
            await edit(ctx, late.ref, row, DRAFT)
        assert refusal.value.code == "editing-closed"


async def test_nothing_opens_in_a_consultation_that_is_not_public(app: AppContext) -> None:
    page = await a_consultation(app, opened=False)
    async with request_context(app, await a_person(app)) as ctx:
        with pytest.raises(NotAllowed):
            await propose(ctx, page.ref, DRAFT)


async def test_a_withdrawn_proposal_is_neither_edited_nor_supported(app: AppContext) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    async with request_context(app, author) as ctx:
        row = await proposal_row(ctx, page.ref, number)
        await withdraw(ctx, page.ref, row)
        with pytest.raises(Conflict):
            await edit(ctx, page.ref, row, DRAFT)
        with pytest.raises(NotFound):
            await support(ctx, page.ref, number)


@pytest.mark.parametrize("sort", ["random", "supported", "newest"])
async def test_pages_follow_each_other_without_gap_or_repeat(app: AppContext, sort: str) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    numbers = [
        await a_proposal(app, page, author, title=f"Proposition numéro {index}")
        for index in range(13)
    ]
    supporter = await a_person(app)
    async with request_context(app, supporter) as ctx:
        for number in numbers[:5]:
            await support(ctx, page.ref, number)
    seen: list[int] = []
    search = ProposalSearch(sort=sort, seed=7, size=4)  # type: ignore[arg-type]
    async with request_context(app, supporter) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        while True:
            found = await proposal_list(ctx, page.ref, search)
            assert found.total == 13
            seen += [card.number for card in found.items]
            if not found.next:
                break
            search = ProposalSearch(sort=sort, seed=7, size=4, cursor=found.next)  # type: ignore[arg-type]
    assert sorted(seen) == sorted(numbers)
    if sort == "supported":
        assert set(seen[:5]) == set(numbers[:5])
    if sort == "newest":
        assert seen == sorted(numbers, reverse=True)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filters", [{}, {"theme": "École"}])
async def test_a_draw_loses_and_repeats_nothing_while_others_publish(
    app: AppContext, seed: int, filters: dict[str, Any]
) -> None:
    """Nor where numbers are missing: drafts, withdrawn and hidden proposals."""
    page = await a_consultation(app, themes=["École"])
    author = await a_person(app)
    numbers = [await a_proposal(app, page, author, theme="École") for _ in range(17)]
    async with request_context(app, author) as ctx:
        for number in numbers[3:12]:
            await withdraw(ctx, page.ref, await proposal_row(ctx, page.ref, number))
    shown = {*numbers[:3], *numbers[12:]}
    seen: list[int] = []
    search = ProposalSearch(seed=seed, size=2, **filters)
    while True:
        async with request_context(app) as ctx:
            page = await consultation_page(ctx, page.card.slug)
            found = await proposal_list(ctx, page.ref, search)
        seen += [card.number for card in found.items]
        if not found.next:
            break
        search = ProposalSearch(seed=seed, size=2, cursor=found.next, **filters)
        await a_proposal(app, page, theme="École")
    assert len(seen) == len(set(seen))
    assert shown <= set(seen)
    if not filters:
        assert set(seen) == shown


async def test_another_seed_gives_another_order_and_the_same_seed_the_same(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    for index in range(9):
        await a_proposal(app, page, author, title=f"Proposition numéro {index}")
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        orders = [
            [card.number for card in (await proposal_list(ctx, page.ref, search)).items]
            for search in (ProposalSearch(seed=1), ProposalSearch(seed=1), ProposalSearch(seed=2))
        ]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


async def test_a_foreign_cursor_is_refused(app: AppContext) -> None:
    page = await a_consultation(app)
    async with request_context(app) as ctx:
        for cursor in ("x", "WzFd", "WyJhIiwgImIiXQ"):
            with pytest.raises(Invalid):
                await proposal_list(ctx, page.ref, ProposalSearch(cursor=cursor))


async def test_search_folds_accents_and_filters_by_theme(app: AppContext) -> None:
    page = await a_consultation(app, themes=["Écoles"])
    school = await a_proposal(
        app, page, title="Ombre à l’école", body="Planter trois tilleuls.", theme="Écoles"
    )
    await a_proposal(app, page)
    async with request_context(app) as ctx:
        for search in (
            ProposalSearch(words="ECOLE"),
            ProposalSearch(words="les tilleul"),
            ProposalSearch(theme="Écoles"),
        ):
            found = await proposal_list(ctx, page.ref, search)
            assert [card.number for card in found.items] == [school], search


async def test_a_theme_is_one_of_the_consultation_s(app: AppContext) -> None:
    page = await a_consultation(app, themes=["Écoles"])
    author = await a_person(app)
    number = await a_proposal(app, page, author, theme="Écoles")
    foreign = structs.replace(DRAFT, theme="Publicité")
    async with request_context(app, author) as ctx:
        with pytest.raises(Invalid) as refusal:
            await propose(ctx, page.ref, foreign)
        assert refusal.value.errors == {"theme": ("not-a-choice", {})}
        row = await proposal_row(ctx, page.ref, number)
        with pytest.raises(Invalid):
            await edit(ctx, page.ref, row, foreign)
        without = structs.replace(page, themes=[])
        await edit(ctx, without.ref, row, structs.replace(DRAFT, theme="Écoles"))


async def test_the_clock_of_the_database_closes_the_phase(app: AppContext) -> None:
    page = await a_consultation(app, proposals=(-1, 2))
    from datetime import timedelta

    try:
        async with request_context(app) as ctx:
            await clock.advance(ctx.db, timedelta(days=3))
        async with request_context(app, await a_person(app)) as ctx:
            with pytest.raises(NotAllowed) as refusal:
                await propose(ctx, page.ref, DRAFT)
        assert refusal.value.code == "proposing-closed"
    finally:
        async with transaction(app.engine) as db:
            await db.execute(text("UPDATE install SET clock_offset = '0'"))


async def test_h8_nobody_fills_the_journal_by_changing_their_mind(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "change", LIMITS["change"]._replace(most=4))
    page = await a_consultation(app)
    author, other = await a_person(app), await a_person(app)
    number = await a_proposal(app, page, author)

    async def change(turn: int) -> None:
        async with request_context(app, author) as ctx:
            draft = structs.replace(DRAFT, title=f"Des arceaux, essai {turn}")
            await edit(ctx, page.ref, await proposal_row(ctx, page.ref, number), draft)

    async def change_ones_mind(turn: int) -> None:
        async with request_context(app, other) as ctx:
            await support(ctx, page.ref, number)
            await unsupport(ctx, page.ref, number)

    for again in (change, change_ones_mind):
        for turn in range(4):
            await again(turn)
        with pytest.raises(TooMany):
            await again(5)
