"""One ballot per person, changeable until the close, and nothing that joins voter and ballot."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.core import clock
from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Invalid, NotAllowed, NotFound, SignInNeeded
from deliberation.elections.ballots.commands import Receipt
from deliberation.elections.ballots.queries import own_ballot, receipt_view, voted_polls
from deliberation.elections.polls.queries import PollView
from deliberation.elections.results.commands import count_poll
from deliberation.elections.results.queries import result_page
from tests.builders import a_ballot, a_person, a_poll, cast, close_now, request_context, version_of

pytestmark = pytest.mark.usefixtures("no_floor")


async def test_fifty_parallel_identical_casts_leave_one_ballot_and_one_mark(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    receipts = await asyncio.gather(
        *(a_ballot(app, page, poll, {"1": 7}, voter, submission=b"one form") for _ in range(50))
    )
    assert {one.reference for one in receipts} == {receipts[0].reference}
    assert await _rows(app, poll) == (1, 1)


async def test_parallel_different_casts_of_one_person_count_as_one_voter(app: AppContext) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    answers = await asyncio.gather(
        *(a_ballot(app, page, poll, {"1": 1 + n % 7}, voter) for n in range(30)),
        return_exceptions=True,
    )
    receipts = [one for one in answers if isinstance(one, Receipt)]
    refused = [one for one in answers if not isinstance(one, Receipt)]
    versions = sorted([await version_of(app, one) for one in receipts])
    assert versions[:3] == [1, 2, 3]
    assert {getattr(one, "code", one) for one in refused} == {"revote-too-soon"}
    assert await _rows(app, poll) == (1, len(receipts))
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
        assert (await result_page(ctx, page.ref, 1)).ballots == 1


async def test_a_form_sent_twice_gets_the_same_receipt_even_after_a_change(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    first = await a_ballot(app, page, poll, {"1": 7}, voter, submission=b"first")
    second = await a_ballot(app, page, poll, {"1": 2}, voter, submission=b"second")
    again = await a_ballot(app, page, poll, {"1": 7}, voter, submission=b"first")
    assert again.reference == first.reference != second.reference
    async with request_context(app, voter) as ctx:
        own = await own_ballot(ctx, poll)
    assert own.voted
    assert own.choice == {"1": 2}


async def test_the_cast_transaction_writes_the_mark_and_the_ballot_and_nothing_else(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    async with request_context(app, voter) as ctx:
        before: Counter[str] = Counter(dict(iter(await ctx.db.execute(_WRITTEN))))
        await cast(ctx, page.ref, poll, {"1": 3}, b"only")
        after: Counter[str] = Counter(dict(iter(await ctx.db.execute(_WRITTEN))))
        assert after - before == {"roll_mark": 1, "urn_ballot": 1}


async def test_neither_roll_nor_ballot_box_names_the_other(app: AppContext) -> None:
    async with request_context(app) as ctx:
        columns = await ctx.db.execute(_COLUMNS)
        assert sorted((row.table_name, row.column_name) for row in columns) == [
            ("roll_mark", "channel"),
            ("roll_mark", "marked_on"),
            ("roll_mark", "poll_id"),
            ("roll_mark", "voter_id"),
            ("urn_ballot", "packed"),
            ("urn_ballot", "poll_id"),
            ("urn_ballot", "receipt"),
            ("urn_ballot", "slot"),
            ("urn_ballot", "submission"),
            ("urn_ballot", "version"),
        ]


async def test_a_cast_racing_the_close_is_either_counted_or_refused(app: AppContext) -> None:
    page, poll = await a_poll(app, ("Oui", "Non"), vote=(-1, 0.5), method="approval")
    voters = [await a_person(app) for _ in range(60)]
    refusals: list[tuple[str, object]] = []
    begun, struck = asyncio.Event(), asyncio.Event()

    async def vote(voter: Viewer, order: int) -> Receipt | None:
        if order >= 50:  # the last ones come late, whoever is how quick
            await struck.wait()
        try:
            return await a_ballot(app, page, poll, {"1": 1}, voter)
        except NotAllowed as refusal:
            refusals.append((refusal.code, refusal.values["closes"]))
            return None
        finally:
            begun.set()

    async def closing() -> None:
        await begun.wait()
        async with request_context(app) as ctx:
            await clock.advance(ctx.db, timedelta(days=0.5))
        struck.set()
        async with request_context(app) as ctx:
            await count_poll(ctx, str(poll.id))

    *answers, _ = await asyncio.gather(
        *(vote(voter, order) for order, voter in enumerate(voters)), closing()
    )
    recorded = [answer for answer in answers if answer is not None]
    assert 0 < len(recorded) < 60, "the clock must strike while people vote"
    assert refusals == [("voting-closed", poll.closes_at)] * (60 - len(recorded))
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        assert result.ballots == result.electors == len(recorded)
        for receipt in recorded:
            assert (await receipt_view(ctx, receipt.reference)).counted
    assert await _rows(app, poll) == (len(recorded), len(recorded))


async def test_the_count_waits_for_the_ballots_being_cast(app: AppContext) -> None:
    page, poll = await a_poll(app)

    async def counting() -> None:
        async with request_context(app) as ctx:
            await count_poll(ctx, str(poll.id))

    async with request_context(app, await a_person(app)) as ctx:
        await cast(ctx, page.ref, poll, {"1": 7}, b"in flight")
        page = await close_now(app, page)
        count = asyncio.create_task(counting())
        await asyncio.sleep(0.3)
        assert not count.done()
    await count
    async with request_context(app) as ctx:
        assert (await result_page(ctx, page.ref, 1)).ballots == 1


@pytest.mark.parametrize(
    ("vote", "code"), [((1, 2), "voting-not-open"), ((-2, -1), "voting-closed")]
)
async def test_votes_are_taken_between_the_dates_only(
    app: AppContext, vote: tuple[float, float], code: str
) -> None:
    page, poll = await a_poll(app, vote=vote)
    with pytest.raises(NotAllowed) as refused:
        await a_ballot(app, page, poll, {"1": 1})
    assert refused.value.code == code
    assert (refused.value.values["opens"], refused.value.values["closes"]) == (
        poll.opens_at,
        poll.closes_at,
    )
    assert await _rows(app, poll) == (0, 0)


async def test_nobody_votes_without_signing_in(app: AppContext) -> None:
    page, poll = await a_poll(app)
    async with request_context(app) as ctx:
        with pytest.raises(SignInNeeded):
            await cast(ctx, page.ref, poll, {"1": 1}, b"x")


@pytest.mark.parametrize(
    ("method", "choice", "field", "code"),
    [
        ("majority_judgment", {"4": 1}, "choice.4", "unknown-option"),
        ("majority_judgment", {"1": 8}, "choice.1", "out-of-range"),
        ("approval", {"1": 2}, "choice.1", "out-of-range"),
        ("schulze", {"2": 4}, "choice.2", "out-of-range"),
        ("schulze", {"2": -1}, "choice.2", "out-of-range"),
        ("instant_runoff", {"1": 1, "3": 1}, "choice.3", "rank-twice"),
        ("majority_judgment", {}, "choice", "no-choice"),
        ("approval", {"1": 0}, "choice", "no-choice"),
    ],
)
async def test_a_choice_that_cannot_be_counted_is_refused_by_its_option(
    app: AppContext, method: str, choice: dict[str, int], field: str, code: str
) -> None:
    page, poll = await a_poll(app, method=method)
    with pytest.raises(Invalid) as refused:
        await a_ballot(app, page, poll, choice)
    assert refused.value.errors[field][0] == code
    assert await _rows(app, poll) == (0, 0)


async def test_a_blank_vote_is_possible_and_must_be_said(app: AppContext) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {}, blank=True)
    with pytest.raises(Invalid) as refused:
        await a_ballot(app, page, poll, {"1": 3}, blank=True)
    assert refused.value.errors["choice"][0] == "blank-and-choice"
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
        assert (await result_page(ctx, page.ref, 1)).ballot_counts.blank == 1


async def test_gaps_between_ranks_are_closed_and_ties_kept_where_the_method_reads_them(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app, method="schulze")
    voter = await a_person(app)
    await a_ballot(app, page, poll, {"1": 3, "2": 3, "3": 2}, voter)
    async with request_context(app, voter) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"1": 2, "2": 2, "3": 1}


async def test_a_receipt_tells_what_became_of_the_ballot_and_never_the_choice(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    first = await a_ballot(app, page, poll, {"2": 6}, voter)
    async with request_context(app) as ctx:
        view = await receipt_view(ctx, first.reference.lower())
        assert (view.replaced, view.counted, view.voted_on) == (False, False, None)
    second = await a_ballot(app, page, poll, {"2": 1}, voter)
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
        old = await receipt_view(ctx, first.reference)
        new = await receipt_view(ctx, second.reference)
        assert (old.replaced, old.counted) == (True, False)
        assert (new.replaced, new.counted) == (False, True)
        assert not {"choice", "packed", "slot", "version"} & set(type(new).__struct_fields__)
        with pytest.raises(NotFound):
            await receipt_view(ctx, "2222-2222")
        with pytest.raises(NotFound):
            await receipt_view(ctx, "'; DROP")
    async with request_context(app, voter) as ctx:
        assert (await receipt_view(ctx, second.reference)).voted_on is not None
        assert [*await voted_polls(ctx, page.ref)] == [1]
    async with request_context(app, await a_person(app)) as ctx:
        assert (await receipt_view(ctx, second.reference)).voted_on is None
        assert not (await own_ballot(ctx, poll)).voted
        assert await voted_polls(ctx, page.ref) == {}


async def test_a_person_votes_once_in_each_poll_from_different_slots(app: AppContext) -> None:
    page, poll = await a_poll(app)
    other_page, other = await a_poll(app)
    voter = await a_person(app)
    await a_ballot(app, page, poll, {"1": 7}, voter)
    await a_ballot(app, other_page, other, {"1": 7}, voter)
    async with request_context(app) as ctx:
        found = await ctx.db.execute(_PSEUDONYMS, {"first": poll.id, "second": other.id})
        assert len({row.pseudonym for row in found}) == 2


async def _rows(app: AppContext, poll: PollView) -> tuple[int, int]:
    """Marks, and ballots of all versions, of a poll."""
    async with request_context(app) as ctx:
        row: Any = (await ctx.db.execute(_COUNT, {"poll": poll.id})).one()
    return row.marks, row.ballots


_COUNT = text(
    "SELECT (SELECT count(*) FROM roll_mark WHERE poll_id = :poll) AS marks,"
    " (SELECT count(*) FROM urn_ballot WHERE poll_id = :poll) AS ballots"
)
_PSEUDONYMS = text("SELECT slot AS pseudonym FROM urn_ballot WHERE poll_id IN (:first, :second)")
_WRITTEN = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
)
_COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_name IN ('roll_mark', 'urn_ballot')"
)
