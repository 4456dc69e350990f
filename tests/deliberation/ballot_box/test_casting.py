"""One ballot a person, changeable until the close, and nothing that joins voter and ballot."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.ballot_box.commands import Receipt, cast
from deliberation.ballot_box.queries import own_ballot, receipt_view, voted_polls
from deliberation.kit import clock
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import Invalid, NotAllowed, NotFound, SignInNeeded
from deliberation.polls.queries import PollView
from deliberation.results.commands import count_poll
from deliberation.results.queries import result_page
from tests.builders import a_ballot, a_person, a_poll, acting, close_now, version_of

pytestmark = pytest.mark.usefixtures("no_floor")


async def test_fifty_parallel_identical_casts_leave_one_ballot_and_one_mark(house: House) -> None:
    page, poll = await a_poll(house)
    voter = await a_person(house)
    receipts = await asyncio.gather(
        *(a_ballot(house, page, poll, {"1": 7}, voter, submission=b"one form") for _ in range(50))
    )
    assert {one.reference for one in receipts} == {receipts[0].reference}
    assert await _rows(house, poll) == (1, 1)


async def test_parallel_different_casts_of_one_person_count_as_one_voter(house: House) -> None:
    page, poll = await a_poll(house)
    voter = await a_person(house)
    answers = await asyncio.gather(
        *(a_ballot(house, page, poll, {"1": 1 + n % 7}, voter) for n in range(30)),
        return_exceptions=True,
    )
    receipts = [one for one in answers if isinstance(one, Receipt)]
    refused = [one for one in answers if not isinstance(one, Receipt)]
    versions = sorted([await version_of(house, one) for one in receipts])
    assert versions[:3] == [1, 2, 3]
    assert {getattr(one, "code", one) for one in refused} == {"revote-too-soon"}
    assert await _rows(house, poll) == (1, len(receipts))
    page = await close_now(house, page)
    async with acting(house) as act:
        await count_poll(act, str(poll.id))
        assert (await result_page(act, page, 1)).ballots == 1


async def test_a_form_sent_twice_gets_the_same_receipt_even_after_a_change(house: House) -> None:
    page, poll = await a_poll(house)
    voter = await a_person(house)
    first = await a_ballot(house, page, poll, {"1": 7}, voter, submission=b"first")
    second = await a_ballot(house, page, poll, {"1": 2}, voter, submission=b"second")
    again = await a_ballot(house, page, poll, {"1": 7}, voter, submission=b"first")
    assert again.reference == first.reference != second.reference
    async with acting(house, voter) as act:
        own = await own_ballot(act, poll)
    assert own.voted
    assert own.choice == {"1": 2}


async def test_the_cast_transaction_writes_the_mark_and_the_ballot_and_nothing_else(
    house: House,
) -> None:
    page, poll = await a_poll(house)
    voter = await a_person(house)
    async with acting(house, voter) as act:
        before = Counter(dict(iter(await act.db.execute(_WRITTEN))))
        await cast(act, page, poll, {"1": 3}, b"only")
        after = Counter(dict(iter(await act.db.execute(_WRITTEN))))
        assert after - before == {"roll_mark": 1, "urn_ballot": 1}


async def test_neither_roll_nor_urn_names_the_other(house: House) -> None:
    async with acting(house) as act:
        columns = await act.db.execute(_COLUMNS)
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


async def test_a_cast_racing_the_close_is_either_counted_or_refused(house: House) -> None:
    page, poll = await a_poll(house, ("Oui", "Non"), vote=(-1, 0.5), method="approval")
    voters = [await a_person(house) for _ in range(60)]
    refusals: list[tuple[str, object]] = []
    begun, struck = asyncio.Event(), asyncio.Event()

    async def vote(voter: Viewer, order: int) -> Receipt | None:
        if order >= 50:  # the last ones come late, whoever is how quick
            await struck.wait()
        try:
            return await a_ballot(house, page, poll, {"1": 1}, voter)
        except NotAllowed as refusal:
            refusals.append((refusal.code, refusal.values["closes"]))
            return None
        finally:
            begun.set()

    async def closing() -> None:
        await begun.wait()
        async with acting(house) as act:
            await clock.advance(act.db, timedelta(days=0.5))
        struck.set()
        async with acting(house) as act:
            await count_poll(act, str(poll.id))

    *answers, _ = await asyncio.gather(
        *(vote(voter, order) for order, voter in enumerate(voters)), closing()
    )
    recorded = [answer for answer in answers if answer is not None]
    assert 0 < len(recorded) < 60, "the clock must strike while people vote"
    assert refusals == [("voting-closed", poll.closes_at)] * (60 - len(recorded))
    async with acting(house) as act:
        result = await result_page(act, page, 1)
        assert result.ballots == result.electors == len(recorded)
        for receipt in recorded:
            assert (await receipt_view(act, receipt.reference)).counted
    assert await _rows(house, poll) == (len(recorded), len(recorded))


async def test_the_count_waits_for_the_ballots_being_cast(house: House) -> None:
    page, poll = await a_poll(house)

    async def counting() -> None:
        async with acting(house) as act:
            await count_poll(act, str(poll.id))

    async with acting(house, await a_person(house)) as act:
        await cast(act, page, poll, {"1": 7}, b"in flight")
        page = await close_now(house, page)
        count = asyncio.create_task(counting())
        await asyncio.sleep(0.3)
        assert not count.done()
    await count
    async with acting(house) as act:
        assert (await result_page(act, page, 1)).ballots == 1


@pytest.mark.parametrize(
    ("vote", "code"), [((1, 2), "voting-not-open"), ((-2, -1), "voting-closed")]
)
async def test_votes_are_taken_between_the_dates_only(
    house: House, vote: tuple[float, float], code: str
) -> None:
    page, poll = await a_poll(house, vote=vote)
    with pytest.raises(NotAllowed) as refused:
        await a_ballot(house, page, poll, {"1": 1})
    assert refused.value.code == code
    assert (refused.value.values["opens"], refused.value.values["closes"]) == (
        poll.opens_at,
        poll.closes_at,
    )
    assert await _rows(house, poll) == (0, 0)


async def test_nobody_votes_without_signing_in(house: House) -> None:
    page, poll = await a_poll(house)
    async with acting(house) as act:
        with pytest.raises(SignInNeeded):
            await cast(act, page, poll, {"1": 1}, b"x")


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
    house: House, method: str, choice: dict[str, int], field: str, code: str
) -> None:
    page, poll = await a_poll(house, method=method)
    with pytest.raises(Invalid) as refused:
        await a_ballot(house, page, poll, choice)
    assert refused.value.errors[field][0] == code
    assert await _rows(house, poll) == (0, 0)


async def test_a_blank_vote_is_possible_and_must_be_said(house: House) -> None:
    page, poll = await a_poll(house)
    await a_ballot(house, page, poll, {}, blank=True)
    with pytest.raises(Invalid) as refused:
        await a_ballot(house, page, poll, {"1": 3}, blank=True)
    assert refused.value.errors["choice"][0] == "blank-and-choice"
    page = await close_now(house, page)
    async with acting(house) as act:
        await count_poll(act, str(poll.id))
        assert (await result_page(act, page, 1)).boxes.blank == 1


async def test_gaps_between_ranks_are_closed_and_ties_kept_where_the_method_reads_them(
    house: House,
) -> None:
    page, poll = await a_poll(house, method="schulze")
    voter = await a_person(house)
    await a_ballot(house, page, poll, {"1": 3, "2": 3, "3": 2}, voter)
    async with acting(house, voter) as act:
        assert (await own_ballot(act, poll)).choice == {"1": 2, "2": 2, "3": 1}


async def test_a_receipt_tells_what_became_of_the_ballot_and_never_the_choice(
    house: House,
) -> None:
    page, poll = await a_poll(house)
    voter = await a_person(house)
    first = await a_ballot(house, page, poll, {"2": 6}, voter)
    async with acting(house) as act:
        view = await receipt_view(act, first.reference.lower())
        assert (view.replaced, view.counted, view.voted_on) == (False, False, None)
    second = await a_ballot(house, page, poll, {"2": 1}, voter)
    page = await close_now(house, page)
    async with acting(house) as act:
        await count_poll(act, str(poll.id))
        old = await receipt_view(act, first.reference)
        new = await receipt_view(act, second.reference)
        assert (old.replaced, old.counted) == (True, False)
        assert (new.replaced, new.counted) == (False, True)
        assert not {"choice", "packed", "slot", "version"} & set(type(new).__struct_fields__)
        with pytest.raises(NotFound):
            await receipt_view(act, "2222-2222")
        with pytest.raises(NotFound):
            await receipt_view(act, "'; DROP")
    async with acting(house, voter) as act:
        assert (await receipt_view(act, second.reference)).voted_on is not None
        assert await voted_polls(act, page) == {1}
    async with acting(house, await a_person(house)) as act:
        assert (await receipt_view(act, second.reference)).voted_on is None
        assert not (await own_ballot(act, poll)).voted
        assert await voted_polls(act, page) == frozenset()


async def test_a_person_votes_once_in_each_poll_from_different_slots(house: House) -> None:
    page, poll = await a_poll(house)
    other_page, other = await a_poll(house)
    voter = await a_person(house)
    await a_ballot(house, page, poll, {"1": 7}, voter)
    await a_ballot(house, other_page, other, {"1": 7}, voter)
    async with acting(house) as act:
        found = await act.db.execute(_SLOTS, {"first": poll.id, "second": other.id})
        assert len({row.slot for row in found}) == 2


async def _rows(house: House, poll: PollView) -> tuple[int, int]:
    """Marks, and ballots of all versions, of a poll."""
    async with acting(house) as act:
        row: Any = (await act.db.execute(_COUNT, {"poll": poll.id})).one()
    return row.marks, row.ballots


_COUNT = text(
    "SELECT (SELECT count(*) FROM roll_mark WHERE poll_id = :poll) AS marks,"
    " (SELECT count(*) FROM urn_ballot WHERE poll_id = :poll) AS ballots"
)
_SLOTS = text("SELECT slot FROM urn_ballot WHERE poll_id IN (:first, :second)")
_WRITTEN = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
)
_COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_name IN ('roll_mark', 'urn_ballot')"
)
