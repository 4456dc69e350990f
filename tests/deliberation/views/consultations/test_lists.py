"""Lists of consultations: each in one place, in the order of its dates, a page at a time."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid
from deliberation.network.authorities.model import Authority
from deliberation.process.consultations.commands import consultation_row
from deliberation.process.consultations.dates import cancel
from deliberation.process.consultations.phases import TAKES_PART
from deliberation.process.consultations.queries import moment_of
from deliberation.views.consultations.lists import (
    MOMENTS,
    ConsultationSearch,
    consultation_bands,
    consultation_list,
)
from tests.builders import a_consultation, a_member, an_authority, request_context, unique

# What is asked when, in days from now: the title says in which list it stands, and in what order.
ASKED: dict[str, dict[str, Any]] = {
    "open 1, the first close of two phases": {"information": (-3, 30), "proposals": (-2, 1)},
    "open 2": {"proposals": (-2, 5), "vote": (20, 30)},
    "open 3": {"vote": (-1, 6), "decision": (7, 90)},
    "open 4, of two phases that close together": {"proposals": (-9, 8), "discussion": (-8, 8)},
    "open 5, which asks nothing else": {"follow_up": (-1, 9)},
    "coming 1, between two phases": {"proposals": (-9, -5), "vote": (1, 4)},
    "coming 2": {"information": (2, 40), "vote": (5, 30)},
    "coming 3": {"proposals": (3, 9)},
    "over 1, cancelled just now": {"proposals": (-2, 50)},
    "over 2, though its answer is to come": {"vote": (-9, -1), "decision": (-1, 60)},
    "over 3": {"proposals": (-30, -20), "vote": (-12, -10)},
}


@pytest.fixture
async def network(app: AppContext) -> Authority:
    """An authority that asks all of it, in no order of dates, and something else in draft."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    for title, phases in sorted(ASKED.items(), key=lambda one: one[0][::-1]):
        page = await a_consultation(app, authority, agent=agent, title=title, **phases)
        if "cancelled" in title:
            async with request_context(app, agent) as ctx:
                row = await consultation_row(ctx, page.card.slug)
                await cancel(ctx, row, "Le projet est abandonné.")
    await a_consultation(app, authority, agent=agent, opened=False)
    return authority


async def listed(
    app: AppContext, authority: Authority | None, size: int, **values: str
) -> list[str]:
    """The titles of all pages of a list."""
    found: list[str] = []
    cursor = ""
    for turn in count():
        async with request_context(app) as ctx:
            search = ConsultationSearch(size=size, cursor=cursor, **values)  # type: ignore[arg-type]
            of = [authority.id] if authority else None
            page = await consultation_list(ctx, search, authorities=of)
        assert len(page.items) <= size
        assert turn < 40
        found += [card.title for card in page.items]
        cursor = page.next
        if not cursor:
            return found
    raise AssertionError


@pytest.mark.parametrize("size", [1, 2, 3, 4, 11, 50])
async def test_pages_of_any_size_hold_each_public_consultation_once_in_order(
    app: AppContext, network: Authority, size: int
) -> None:
    order = sorted(ASKED, key=lambda title: (MOMENTS.index(title.split()[0]), title))
    assert await listed(app, network, size) == order
    for moment in MOMENTS:
        wanted = [title for title in order if title.startswith(moment)]
        assert await listed(app, network, size, when=moment) == wanted


async def test_a_card_says_the_moment_of_its_list(app: AppContext, network: Authority) -> None:
    async with request_context(app) as ctx:
        bands = await consultation_bands(ctx, 2, authorities=[network.id])
    for moment, cards in bands.items():
        assert len(cards) == 2
        assert {moment_of(card) for card in cards} == {moment}


async def test_the_database_marks_the_phases_that_ask_something(
    app: AppContext, network: Authority
) -> None:
    """Of every consultation that any test of this run wrote, changed or cancelled."""
    async with request_context(app) as ctx:
        wrong = await ctx.db.scalars(_WRONG, {"asking": list(TAKES_PART)})
        assert list(wrong) == []


_WRONG = text(
    """
    SELECT phase.id FROM (
        SELECT *, kind = ANY(:asking) OR NOT bool_or(kind = ANY(:asking))
            OVER (PARTITION BY consultation_id) AS asked FROM phase
    ) AS phase JOIN consultation ON consultation.id = consultation_id
    WHERE (asks, phase.authority_id) IS DISTINCT FROM (asked, consultation.authority_id)
    """
)


async def test_words_are_sought_in_titles_and_questions_in_the_order_of_the_list(
    app: AppContext,
) -> None:
    word = unique("ondine").replace("-", "")
    authority = await an_authority(app)
    await a_consultation(app, authority, title=f"Finie {word}", proposals=(-4, -1))
    await a_consultation(app, title="Ailleurs", question=f"Où est {word} ?")
    await a_consultation(app, authority, title="Sans le mot")
    assert await listed(app, None, 1, words=word.upper()) == ["Ailleurs", f"Finie {word}"]
    assert await listed(app, authority, 1, words=word) == [f"Finie {word}"]
    assert await listed(app, None, 5, words="« ! »") == []


async def test_a_cursor_of_another_list_is_refused(app: AppContext, network: Authority) -> None:
    async with request_context(app) as ctx:
        first = await consultation_list(
            ctx, ConsultationSearch(size=1, when="over"), authorities=[network.id]
        )
        for wrong in (first.next, "x", first.next[:-4]):
            with pytest.raises(Invalid):
                await consultation_list(ctx, ConsultationSearch(when="open", cursor=wrong))
