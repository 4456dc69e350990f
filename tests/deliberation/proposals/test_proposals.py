"""Proposals: who may do what, counts that stay true, lists that stay in order."""

import asyncio

import pytest
from msgspec import structs
from sqlalchemy import text

from deliberation.consultations.queries import ConsultationPage
from deliberation.kit import clock
from deliberation.kit.act import House, Viewer
from deliberation.kit.database import transaction
from deliberation.kit.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.kit.limits import LIMITS
from deliberation.proposals.commands import (
    ProposalDraft,
    edit,
    proposal_row,
    propose,
    publish,
    support,
    unsupport,
    withdraw,
)
from deliberation.proposals.queries import (
    ProposalSearch,
    proposal_list,
    proposal_view,
    versions_of,
)
from tests.builders import a_consultation, a_person, acting

DRAFT = ProposalDraft(title="Des arceaux à la gare", body="Il n’y a que six places à vélo.")


async def a_proposal(
    house: House, page: ConsultationPage, author: Viewer | None = None, **values: str
) -> int:
    draft = ProposalDraft(**{"title": DRAFT.title, "body": DRAFT.body, **values})
    async with acting(house, author or await a_person(house)) as act:
        row = await propose(act, page, draft)
        await publish(act, page, row)
        return row.number


async def test_fifty_parallel_supports_of_one_person_leave_exactly_one(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    person = await a_person(house)

    async def give() -> None:
        async with acting(house, person) as act:
            await support(act, page, number)

    await asyncio.gather(*(give() for _ in range(50)))
    async with acting(house, person) as act:
        view = await proposal_view(act, page, number)
        rows = await act.db.scalar(
            text("SELECT count(*) FROM support WHERE proposal_id = :id"), {"id": view.id}
        )
        events = await act.db.scalar(
            text("SELECT count(*) FROM event WHERE kind = 'ProposalSupported' AND actor_id = :id"),
            {"id": person.id},
        )
    assert (view.support_count, rows, events) == (1, 1, 1)


async def test_the_count_equals_the_supports_after_any_mix(house: House) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    people = [await a_person(house) for _ in range(8)]

    async def waver(person: Viewer, times: int) -> None:
        for turn in range(times):
            async with acting(house, person) as act:
                await (support if turn % 2 == 0 else unsupport)(act, page, number)

    await asyncio.gather(*(waver(person, index + 1) for index, person in enumerate(people)))
    async with acting(house) as act:
        view = await proposal_view(act, page, number)
        rows = await act.db.scalar(
            text("SELECT count(*) FROM support WHERE proposal_id = :id"), {"id": view.id}
        )
    assert view.support_count == rows == 4


async def test_only_its_author_sees_publishes_and_edits_a_draft(house: House) -> None:
    page = await a_consultation(house)
    author, stranger = await a_person(house), await a_person(house)
    async with acting(house, author) as act:
        number = (await propose(act, page, DRAFT)).number
    async with acting(house, stranger) as act:
        with pytest.raises(NotFound):
            await proposal_view(act, page, number)
        row = await proposal_row(act, page, number)
        for command in (
            publish(act, page, row),
            withdraw(act, page, row),
            edit(act, page, row, DRAFT),
        ):
            with pytest.raises(NotFound):
                await command
        with pytest.raises(NotFound):
            await support(act, page, number)
    async with acting(house) as act:
        with pytest.raises(SignInNeeded):
            await propose(act, page, DRAFT)


async def test_a_public_text_keeps_its_versions_until_the_phase_ends(house: House) -> None:
    page = await a_consultation(house, proposals=(-1, 2))
    author = await a_person(house)
    number = await a_proposal(house, page, author)
    async with acting(house, author) as act:
        row = await proposal_row(act, page, number)
        changed = ProposalDraft(title=DRAFT.title, body="Il en faut soixante, et couvertes.")
        await edit(act, page, row, changed)
        await edit(act, page, row, changed)  # the same text makes no version
        versions = await versions_of(act, await proposal_view(act, page, number))
        assert [one.version for one in versions] == [2, 1]
        assert versions[1].body == DRAFT.body
    late = await a_consultation(house, proposals=(-5, -1))
    async with transaction(house.engine) as db:
        await db.execute(
            text("UPDATE proposal SET consultation_id = :late WHERE consultation_id = :page"),
            {"late": late.card.id, "page": page.card.id},
        )
    async with acting(house, author) as act:
        row = await proposal_row(act, late, number)
        with pytest.raises(NotAllowed) as refusal:
            await edit(act, late, row, DRAFT)
        assert refusal.value.code == "editing-closed"


async def test_nothing_opens_in_a_consultation_that_is_not_public(house: House) -> None:
    page = await a_consultation(house, opened=False)
    async with acting(house, await a_person(house)) as act:
        with pytest.raises(NotAllowed):
            await propose(act, page, DRAFT)


async def test_a_withdrawn_proposal_is_neither_edited_nor_supported(house: House) -> None:
    page = await a_consultation(house)
    author = await a_person(house)
    number = await a_proposal(house, page, author)
    async with acting(house, author) as act:
        row = await proposal_row(act, page, number)
        await withdraw(act, page, row)
        with pytest.raises(Conflict):
            await edit(act, page, row, DRAFT)
        with pytest.raises(NotFound):
            await support(act, page, number)


@pytest.mark.parametrize("sort", ["random", "supported", "newest"])
async def test_pages_follow_each_other_without_gap_or_repeat(house: House, sort: str) -> None:
    page = await a_consultation(house)
    author = await a_person(house)
    numbers = [
        await a_proposal(house, page, author, title=f"Proposition numéro {index}")
        for index in range(13)
    ]
    supporter = await a_person(house)
    async with acting(house, supporter) as act:
        for number in numbers[:5]:
            await support(act, page, number)
    seen: list[int] = []
    search = ProposalSearch(sort=sort, seed=7, size=4)  # type: ignore[arg-type]
    async with acting(house, supporter) as act:
        while True:
            found = await proposal_list(act, page, search)
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


async def test_another_seed_gives_another_order_and_the_same_seed_the_same(house: House) -> None:
    page = await a_consultation(house)
    author = await a_person(house)
    for index in range(9):
        await a_proposal(house, page, author, title=f"Proposition numéro {index}")
    async with acting(house) as act:
        orders = [
            [card.number for card in (await proposal_list(act, page, search)).items]
            for search in (ProposalSearch(seed=1), ProposalSearch(seed=1), ProposalSearch(seed=2))
        ]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


async def test_a_foreign_cursor_is_refused(house: House) -> None:
    page = await a_consultation(house)
    async with acting(house) as act:
        for cursor in ("x", "WzFd", "WyJhIiwgImIiXQ"):
            with pytest.raises(Invalid):
                await proposal_list(act, page, ProposalSearch(cursor=cursor))


async def test_search_folds_accents_and_filters_by_theme(house: House) -> None:
    page = await a_consultation(house, themes=["Écoles"])
    school = await a_proposal(
        house, page, title="Ombre à l’école", body="Planter trois tilleuls.", theme="Écoles"
    )
    await a_proposal(house, page)
    async with acting(house) as act:
        for search in (
            ProposalSearch(words="ECOLE"),
            ProposalSearch(words="les tilleul"),
            ProposalSearch(theme="Écoles"),
        ):
            found = await proposal_list(act, page, search)
            assert [card.number for card in found.items] == [school], search


async def test_a_theme_is_one_of_the_consultation_s(house: House) -> None:
    page = await a_consultation(house, themes=["Écoles"])
    author = await a_person(house)
    number = await a_proposal(house, page, author, theme="Écoles")
    foreign = structs.replace(DRAFT, theme="Publicité")
    async with acting(house, author) as act:
        with pytest.raises(Invalid) as refusal:
            await propose(act, page, foreign)
        assert refusal.value.errors == {"theme": ("not-a-choice", {})}
        row = await proposal_row(act, page, number)
        with pytest.raises(Invalid):
            await edit(act, page, row, foreign)
        without = structs.replace(page, themes=[])
        await edit(act, without, row, structs.replace(DRAFT, theme="Écoles"))


async def test_the_clock_of_the_database_closes_the_phase(house: House) -> None:
    page = await a_consultation(house, proposals=(-1, 2))
    from datetime import timedelta

    try:
        async with acting(house) as act:
            await clock.advance(act.db, timedelta(days=3))
        async with acting(house, await a_person(house)) as act:
            with pytest.raises(NotAllowed) as refusal:
                await propose(act, page, DRAFT)
        assert refusal.value.code == "proposing-closed"
    finally:
        async with transaction(house.engine) as db:
            await db.execute(text("UPDATE install SET clock_offset = '0'"))


async def test_h8_nobody_fills_the_journal_by_changing_their_mind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "change", LIMITS["change"]._replace(most=4))
    page = await a_consultation(house)
    author, other = await a_person(house), await a_person(house)
    number = await a_proposal(house, page, author)

    async def change(turn: int) -> None:
        async with acting(house, author) as act:
            draft = structs.replace(DRAFT, title=f"Des arceaux, essai {turn}")
            await edit(act, page, await proposal_row(act, page, number), draft)

    async def change_ones_mind(turn: int) -> None:
        async with acting(house, other) as act:
            await support(act, page, number)
            await unsupport(act, page, number)

    for again in (change, change_ones_mind):
        for turn in range(4):
            await again(turn)
        with pytest.raises(TooMany):
            await again(5)
