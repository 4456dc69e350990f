"""The officials' figures: one definition, small numbers hidden, findings with their rules."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import NotFound
from deliberation.elections.methods.offered import OFFERED
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.model import ELIGIBILITIES
from deliberation.network.authorities.model import Authority
from deliberation.process.comments.model import Stance
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.structs import ProposalSearch
from deliberation.views.figures.caveats import base_of, caveats
from deliberation.views.figures.disclosure_control import SMALLEST, hidden_cells
from deliberation.views.figures.figures import (
    Figures,
    Participation,
    counts_of,
    figures,
    public_figures,
)
from deliberation.views.figures.findings import (
    Argued,
    dividing_options,
    most_supported,
    uniting_options,
)
from deliberation.views.figures.margins import LEADS, lead
from deliberation.views.figures.queries import InsightPage, consultation_insight, dashboard
from deliberation.views.figures.texts import CAVEATS, FIGURES, caveat, of_whom
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    request_context,
    supports,
    votes,
)
from tests.deliberation.elections.rules.test_texts import a_poll as a_poll_view
from tests.sealed import a_sealed_vote, close_sealed
from voting.ballots import Approvals, Grades
from voting.methods import METHODS
from voting.tally import tally


def argued(number: int, supported: int, in_favour: int = 0, against: int = 0) -> Argued:
    return Argued(
        number=number,
        title=f"Proposition {number}",
        support_count=supported,
        in_favour=in_favour,
        against=against,
        answered=False,
    )


async def read(app: AppContext, authority: Authority, slug_of: object) -> InsightPage:
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        return await consultation_insight(ctx, slug_of)  # type: ignore[arg-type]


def test_small_cells_are_hidden_and_the_total_does_not_give_one_away() -> None:
    for counts in ([40, 3, 12, 0], [9, 200], [1, 2, 30], [0, 0], [11, 12], [5]):
        cells = hidden_cells(counts)
        assert all(cell is None or cell == 0 or cell >= SMALLEST for cell in cells)
        hidden = [count for count, cell in zip(counts, cells, strict=True) if cell is None]
        assert len(hidden) != 1 or sum(1 for count in counts if count) == 1


async def test_a_person_counts_once_and_hidden_texts_do_not_count(app: AppContext) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    poll_id = await a_poll_row(app, page)
    busy = await a_person(app)
    number = await a_proposal(app, page, busy)
    people = await supports(app, page, number, 11)
    await a_comment(app, page, number, busy)
    hidden = await a_comment(app, page, number, await a_person(app))
    await votes(app, poll_id, [busy, *people[:10]])
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE subject SET state = 'hidden' WHERE id = :id"), {"id": hidden.id}
        )
        found = await figures(ctx, page.ref)
    assert found.participants == 12  # busy and the eleven
    assert (found.proposals, found.comments, found.supports) == (1, 1, 11)
    assert found.voters == 11


async def test_counts_of_people_under_ten_are_hidden(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await votes(app, await a_poll_row(app, page), await supports(app, page, number, 8))
    async with request_context(app) as ctx:
        found = await figures(ctx, page.ref)
    assert (found.participants, found.voters) == (None, None)


async def test_while_a_vote_runs_the_public_is_told_milestones_only(app: AppContext) -> None:
    page = await a_consultation(app, vote=(-1, 3))
    poll = await a_poll_row(app, page)
    await votes(app, poll, [await a_person(app) for _ in range(12)])
    async with request_context(app) as ctx:
        told = await public_figures(ctx, page.ref)
        assert (told.participants, told.voters, told.at_least) == (10, 10, True)
        assert (await figures(ctx, page.ref)).voters == 12
    over = await a_consultation(app, vote=(-3, -1), follow_up=(-0.5, 9))
    await votes(app, await a_poll_row(app, over), [await a_person(app) for _ in range(12)])
    async with request_context(app) as ctx:
        told = await public_figures(ctx, over.ref)
    assert (told.participants, told.voters, told.at_least) == (12, 12, False)


async def test_l6_while_a_sealed_vote_runs_officials_read_the_milestones_of_the_public(
    app: AppContext,
) -> None:
    """Of two exact totals the hidden voters of a day could be taken."""
    vote = await a_sealed_vote(app)
    voters = [await a_person(app) for _ in range(14)]
    await votes(app, vote.poll.id, voters[:12], days_ago=2)
    await votes(app, vote.poll.id, voters[12:], days_ago=1)
    official = await a_member(app, vote.page.card.authority, "official")
    async with request_context(app, official) as ctx:
        insight = await consultation_insight(ctx, vote.page)
        shown = insight.figures
        assert (shown.voters, shown.participants, shown.at_least) == (10, 10, True)
        assert [one.voters for one in insight.participation.stretches].count(None) == 2
        (card,) = (await dashboard(ctx, [vote.page.card.authority.id])).consultations
        assert card.figures == shown == await public_figures(ctx, vote.page.ref)
    await close_sealed(app, vote)
    async with request_context(app, official) as ctx:
        after = (await consultation_insight(ctx, vote.page)).figures
    assert (after.voters, after.at_least) == (14, False)


async def test_figures_agree_with_the_lists_and_with_the_days(app: AppContext) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    poll_id = await a_poll_row(app, page)
    for size in (12, 3):
        number = await a_proposal(app, page)
        people = await supports(app, page, number, size)
        await a_comment(app, page, number)
        await a_comment(app, page, number, stance="question")
        await votes(app, poll_id, people, days_ago=size)
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        found = await figures(ctx, page.ref)
        listed = await proposal_list(ctx, page.ref, ProposalSearch(sort="newest", size=200))
        days = (await counts_of(ctx, page.ref)).participation
    assert found.proposals == listed.total
    assert found.supports == sum(item.support_count for item in listed.items)
    assert found.comments == sum(item.comment_count for item in listed.items)
    assert (
        sum(one.contributions for one in days.stretches)
        == found.proposals + found.comments + found.supports
    )
    # Twelve and three voters: the three alone would be found by subtraction.
    assert [one.voters for one in days.stretches if one.voters != 0] == [None, None]
    assert (days.stretches[-1].begins - days.stretches[0].begins).days == len(days.stretches) - 1
    insight = await read(app, authority, page)
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        (card,) = (await dashboard(ctx, [authority.id])).consultations
    assert insight.figures == card.figures == found


async def test_a_long_consultation_is_counted_by_weeks(app: AppContext) -> None:
    page = await a_consultation(app)
    poll_id = await a_poll_row(app, page)
    await votes(app, poll_id, [await a_person(app) for _ in range(10)], days_ago=0)
    await votes(app, poll_id, [await a_person(app) for _ in range(10)], days_ago=100)
    async with request_context(app) as ctx:
        found = (await counts_of(ctx, page.ref)).participation
    assert found.days == 7
    assert [one.voters for one in found.stretches if one.voters] == [10, 10]
    assert all(one.begins.weekday() == 0 for one in found.stretches)


def test_the_most_supported_come_with_their_lead_and_say_when_it_is_fragile() -> None:
    ranked = most_supported([argued(2, 40), argued(3, 14), argued(1, 4)])
    assert [(one.proposal.number, one.lead, one.fragile) for one in ranked] == [
        (2, 26, False),
        (3, 10, False),
        (1, None, False),
    ]
    assert most_supported([argued(1, 40), argued(2, 31)])[0].fragile


async def test_what_unites_and_what_divides_follow_the_rules_that_the_page_says(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    author = await a_person(app)

    async def argued_proposal(supported: int, in_favour: int, against: int) -> int:
        number = await a_proposal(app, page, author)
        for place in range(in_favour + against):
            stance: Stance = "for" if place < in_favour else "against"
            await a_comment(app, page, number, author, stance=stance, body=f"Raison {place}.")
        async with request_context(app) as ctx:
            await ctx.db.execute(
                text(
                    "UPDATE proposal SET support_count = :count FROM subject"
                    " WHERE subject.id = proposal.id AND consultation_id = :id AND number = :number"
                ),
                {"count": supported, "id": page.card.id, "number": number},
            )
        return number

    loved = await argued_proposal(90, 4, 1)
    await argued_proposal(95, 4, 2)  # contested
    await argued_proposal(99, 0, 0)  # silent
    await argued_proposal(9, 5, 0)  # small
    split = await argued_proposal(5, 4, 3)
    await argued_proposal(4, 6, 3)  # lively, one third against
    await argued_proposal(3, 2, 2)  # thin
    for _ in range(9):
        await argued_proposal(1, 0, 0)
    async with request_context(app) as ctx:
        found = await counts_of(ctx, page.ref)
    assert [(one.number, one.support_count) for one in found.uniting] == [(loved, 90)]
    assert [(one.number, one.in_favour, one.against) for one in found.dividing] == [(split, 4, 3)]
    assert [one.support_count for one in found.most_supported] == [99, 95, 90, 9, 5, 4]


def graded(columns: dict[str, list[int]]) -> Grades:
    grades = ("1", "2", "3", "4", "5", "6", "7")
    marks = np.array(list(columns.values()), np.uint8).T
    return Grades(tuple(columns), grades, marks, np.ones(len(marks), np.int64))


def test_options_liked_by_two_thirds_unite_and_polarised_ones_divide() -> None:
    outcome = tally(
        graded(
            {
                "Aimée": [7] * 6 + [5] * 2 + [3] * 4,
                "Clivante": [7] * 3 + [4] * 5 + [1] * 4,
                "Moyenne": [4] * 12,
            }
        ),
        "majority_judgment",
    )
    assert [one.title for one in uniting_options(1, outcome)] == ["Aimée"]
    (split,) = dividing_options(1, outcome)
    assert (split.title, split.high, split.low, split.judges) == ("Clivante", 3, 4, 12)


@pytest.mark.parametrize("rule", ["worst", "median", "normalised", "grade:7"])
def test_a_silence_is_told_apart_whatever_grade_the_count_reads_in_it(rule: str) -> None:
    outcome = tally(
        graded({"Clivante": [7] * 4 + [1] * 4 + [0] * 4, "Moyenne": [4] * 12}),
        "majority_judgment",
        {"missing": rule},
    )
    (split,) = dividing_options(1, outcome)
    assert (split.title, split.high, split.low, split.silent) == ("Clivante", 4, 4, 4)


def test_nothing_is_said_of_a_vote_of_fewer_than_ten() -> None:
    outcome = tally(graded({"A": [7] * 9, "B": [1] * 9}), "majority_judgment")
    assert uniting_options(1, outcome) == dividing_options(1, outcome) == []


def test_approvals_unite_and_never_divide() -> None:
    marks = np.array([[1, 0]] * 8 + [[1, 1]] * 4, np.uint8)
    outcome = tally(Approvals(("A", "B"), marks, np.ones(12, np.int64)), "approval")
    assert [(one.title, one.high) for one in uniting_options(2, outcome)] == [("A", 12)]
    assert dividing_options(2, outcome) == []
    assert lead(outcome) == 8


def test_every_method_of_a_poll_has_a_lead() -> None:
    assert set(LEADS) >= {METHODS[name].family for name in OFFERED if not METHODS[name].needs}


@pytest.mark.parametrize("tops", [(7, 6), (6, 5), (9, 1)])
def test_a_lead_in_judgments_is_small_when_few_ballots_decide(tops: tuple[int, int]) -> None:
    high, low = tops
    outcome = tally(
        graded({"A": [6] * high + [2] * low, "B": [6] * low + [2] * high}), "majority_judgment"
    )
    assert lead(outcome) == Fraction(high - low, 2).__floor__()


def test_tied_winners_have_no_lead() -> None:
    for first, second in permutations("AB"):
        outcome = tally(graded({first: [7, 1], second: [1, 7]}), "majority_judgment")
        assert lead(outcome) is None


async def test_what_cannot_be_concluded_is_always_said(app: AppContext) -> None:
    unknown = await an_authority(app)
    empty = await read(app, unknown, await a_consultation(app, unknown))
    codes = [one.code for one in empty.caveats]
    assert {"volunteers", "base-unknown", "who-is-missing", "address-only"} <= set(codes)
    known = await an_authority(app, population=6754)
    page = await a_consultation(app, known, vote=(-1, 3))
    await a_poll_row(app, page, source="import")
    full = await read(app, known, page)
    codes += [one.code for one in full.caveats]
    assert "base-unknown" not in [one.code for one in full.caveats]
    assert "imported" in codes
    assert set(codes) <= set(CAVEATS)
    assert full.population == 6754


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize("population", [None, 31_480])
@pytest.mark.parametrize(
    "levels", [levels for size in range(3) for levels in combinations(ELIGIBILITIES, size)]
)
def test_prof_14_base_and_cautions_follow_from_the_level_of_each_vote(
    levels: tuple[str, ...], population: int | None, writing: bool
) -> None:
    polls = [a_poll_view(eligibility=level, state="counted") for level in levels]
    base = base_of(population, 300, polls, writing=writing)
    counted = Figures(participants=47, proposals=0, comments=0, supports=0, voters=47)
    found = caveats(counted, base, Participation(1, []), polls, writing=writing, fragile=False)
    codes = {one.code for one in found}
    rolled = bool(levels) and set(levels) <= set(ROLLED)
    assert {code for code in codes if code.startswith("level-")} == {f"level-{n}" for n in levels}
    assert ("address-only" in codes) is writing
    assert (base.called is not None) is rolled
    assert ("base-unknown" in codes) is (population is None and not (rolled and not writing))
    told = " ".join(caveat("fr", one.code, one.values) for one in found)
    assert ("plusieurs adresses" in told) is ("email" in levels)
    said = " ".join(
        of_whom("fr", 47, 47, base.population, base.called, anybody=base.anybody, at_least=False)
    ).replace("\u202f", " ")
    assert ("47 des 300 personnes appelées ont voté, soit 15,7 %" in said) is rolled
    assert ("habitantes" in said) is (population is not None and not (rolled and not writing))


async def test_a_published_result_leads_the_page_with_its_margin(app: AppContext) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, vote=(-5, -1))
    await a_result_row(app, await a_poll_row(app, page))
    insight = await read(app, authority, page)
    (found,) = insight.results
    assert found.headline.values["winner"] == "Un abri"
    assert (found.ballots, found.fragile) == (3, True)
    assert [item.kind for item in insight.waiting] == ["poll"]
    assert [mark.kind for mark in insight.marks] == ["opens", "closes", "result"]
    assert "fragile" in [one.code for one in insight.caveats]


async def test_only_the_authority_s_officials_read_it(app: AppContext) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    others: list[Viewer] = [
        await a_member(app, await an_authority(app), "official"),
        await a_member(app, authority, "agent"),
        await a_member(app, authority, "moderator"),
        await a_person(app),
    ]
    for viewer in others:
        async with request_context(app, viewer) as ctx:
            with pytest.raises(NotFound):
                await consultation_insight(ctx, page)
            with pytest.raises(NotFound):
                await dashboard(ctx, [authority.id])


def test_every_figure_has_its_definition() -> None:
    from deliberation.views.figures.figures import Figures

    assert {*FIGURES, "at_least", "day_late", "counted_at", "counting"} == set(
        Figures.__struct_fields__
    )
