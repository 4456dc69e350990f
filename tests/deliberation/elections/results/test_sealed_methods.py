"""Sealed votes by each kind of ballot: opened by trustees, counted, published, recounted."""

from typing import Any

import pytest

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid
from deliberation.elections.polls.commands import OptionDraft
from deliberation.elections.results.queries import recount_bytes, result_page
from tests.builders import request_context
from tests.sealed import a_sealed_ballot, a_sealed_result, a_sealed_vote
from voting.records.recount import recount

# Method -> what its poll is asked, a ballot, another, and one that is refused.
VOTES: dict[str, tuple[dict[str, Any], dict[str, int], dict[str, int], dict[str, int]]] = {
    "score": ({"max_score": 10}, {"1": 10, "2": 0}, {"3": 4}, {"1": 11}),
    "cumulative": ({"points": 7}, {"1": 5, "2": 2}, {"3": 1}, {"1": 5, "3": 3}),
    "quadratic": ({"points": 25}, {"1": 4, "2": 3}, {"3": 1}, {"1": 5, "2": 1}),
    "plurality": ({}, {"1": 1}, {"3": 1}, {"1": 1, "2": 1}),
    "stv_scottish": ({"seats": 2}, {"1": 1, "2": 2}, {"3": 1}, {"1": 1, "2": 1}),
    "approval_committee": ({"seats": 2}, {"1": 1, "2": 1}, {"3": 1}, {"1": 2}),
    "mes_pb": (
        {"budget": 100, "utility": "points", "completion": "add1"},
        {"1": 5, "2": 1},
        {"3": 2},
        {"1": 6},
    ),
}


@pytest.mark.parametrize("method", VOTES)
async def test_a_sealed_vote_by_each_kind_of_ballot_is_counted_and_recounted(
    app: AppContext, method: str
) -> None:
    values, ballot, other, refused = VOTES[method]
    cost = 40 if "budget" in values else None
    options = [OptionDraft(title=title, cost=cost) for title in ("Halle", "Jardin", "Kiosque")]
    vote = await a_sealed_vote(app, options=options, method=method, whole_ballots=True, **values)
    with pytest.raises(Invalid):
        await a_sealed_ballot(app, vote, vote.codes[0], refused)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, other if place % 4 == 3 else ballot)
    await a_sealed_result(app, vote)
    async with request_context(app) as ctx:
        found = await result_page(ctx, vote.page.ref, 1)
        file = await recount_bytes(ctx, vote.page.ref, 1)
    assert found.sealed is not None
    assert (found.sealed.unreadable, found.ballots) == (0, 12)
    assert "Halle" in found.outcome.winners
    assert recount(file).same
